"""What every question goes through before it is answered: is it known already, is it allowed, whose turn is it."""

from collections.abc import Collection
from contextlib import ExitStack
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponseBase, HttpResponseNotModified
from rest_framework.permissions import SAFE_METHODS
from rest_framework.views import APIView

from procurement.access.limits import turns
from procurement.access.limits.allowances import Allowance, allowance_of
from procurement.access.limits.reached import TooSlow
from procurement.access.limits.statements import is_stopped, lift_limit, limited
from procurement.api.http.access import OwnOnly, reach
from procurement.api.http.conditional import data_tag, known_tag
from procurement.api.http.rendering import RowsRenderer
from procurement.api.http.throttling import PAGE, spend_for
from procurement.common.data_version import Version, data_version

#: What a question costs in units, if its resource says nothing else.
LARGE_PAGE, OF_SOME, FILE, OVER_ALL = 2, 5, 10, 20
#: A question of at least so many units waits for its turn; files have turns of their own.
EXPENSIVE = 20
#: Filters that leave the contracts of a few programs, organizations or contracts.
NARROW = frozenset(
    f"{name}{lookup}"
    for name in ("program", "contract", "supplier", "buyer", "reference", "ocid")
    for lookup in ("", "__in")
)


def cost_of_sums(params: Collection[str]) -> int:
    """What a question costs that adds up contracts: little, where a filter leaves a few."""
    return OVER_ALL if NARROW.isdisjoint(params) else OF_SOME


class Known(Exception):
    """The client has this answer already."""

    def __init__(self, tag: str) -> None:
        self.tag = tag


class Guarded(APIView):
    """Answers within the limits of the client's role, and not at all what the client has already."""

    #: Whether answers are made of nothing but the tables of common/data_version.py, the address and the client.
    versioned: ClassVar[bool] = True
    #: The version of the data before anything is read, where that is known; and the ETag that follows from it.
    data_version: Version | None = None
    data_tag = ""
    #: Whether the parameters of a question are asked for in a body.
    asks = False

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.held:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        name = request.method.lower()
        if name not in self.http_method_names or not hasattr(self, name):
            self.http_method_not_allowed(request, *args, **kwargs)

    @cached_property
    def allowance(self) -> Allowance:
        """The limits of the client's role."""
        return allowance_of(reach(self.request))

    @property
    def is_question(self) -> bool:
        """Whether the request is a question, which changes nothing."""
        return self.request.method in SAFE_METHODS or self.asks

    def cost(self) -> int:
        """What the question costs, in units."""
        if isinstance(self.request.accepted_renderer, RowsRenderer):
            return PAGE if "page_size" in self.request.query_params else FILE
        return LARGE_PAGE if "count" in self.request.query_params else PAGE

    def refuse_known(self) -> None:
        """Raise Known if the client has this answer; called before anything is read."""
        self.data_version = data_version() if self.versioned else None
        self.data_tag = data_tag(self.data_version, self.request, reach(self.request))
        if self.data_tag and (tag := known_tag(self.request, self.data_tag)):
            raise Known(tag)

    def take_part(self) -> None:
        """Spend what the question costs, wait for a turn if that is much, and limit its time. Raises LimitReached."""
        if not self.is_question:
            lift_limit()
            return
        if (cost := self.cost()) > PAGE:
            spend_for(self.request, cost - PAGE)
        if cost >= EXPENSIVE:
            self.held.enter_context(turns.questions.turn())
        self.held.enter_context(limited(self.allowance))

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Known):
            return HttpResponseNotModified(headers={"ETag": exc.tag})
        if self.is_question and is_stopped(exc):
            exc = TooSlow(self.allowance.who, self.allowance.seconds)
        return super().handle_exception(exc)

    def is_own(self) -> bool:
        """Whether answers are for their user alone."""
        return any(isinstance(each, type) and issubclass(each, OwnOnly) for each in self.permission_classes)
