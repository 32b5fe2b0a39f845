"""The minute of a client: every request spends of it. The framework imports this before its own views."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from procurement.access.limits.addresses import client_network
from procurement.access.limits.allowances import allowance_of
from procurement.access.limits.spending import Standing, spend
from procurement.access.models import AccessToken
from procurement.api.http.access import reach

#: What a request costs in units, if its resource says nothing else.
PAGE = 1


def client_of(request: Request) -> str:
    """Whose minute is spent: a token's, a user's who is logged in, or an address's."""
    if isinstance(request.auth, AccessToken):
        return f"token-{request.auth.pk}"
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    return f"address-{client_network(request.META)}"


def spend_for(request: Request, cost: int) -> None:
    """Spend a client's units; the answer will say how many are left. Raises TooManyRequests."""
    standing: Standing | None = spend(allowance_of(reach(request)), client_of(request), cost)
    if standing is not None:
        request._request.standing = standing  # type: ignore[attr-defined]  # read by middleware.limiting


class Spending(BaseThrottle):
    """Every request costs a unit; expensive ones spend the rest when it is known that they must be answered."""

    def allow_request(self, request: Request, view: Any) -> bool:
        spend_for(request, PAGE)
        return True
