"""The flags that are a user's own, and how many wait, by severity and state."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from procurement.common import localized
from procurement.flags.models import Flag, FlagEvent, Severity
from procurement.flags.queue import WORST_FIRST
from procurement.flags.rules import all_rules

#: So many flags of a user's own are shown; the list has the rest.
SHOWN = 10


def my_flags(request: HttpRequest) -> dict[str, Any]:
    """The unresolved flags that a user owns, or acknowledged or accepted last, the worst first."""
    rows = flags_of(request.user).order_by(*WORST_FIRST).select_related("program", "contract")
    shown, titles = list(rows[:SHOWN]), {rule.code: rule.title for rule in all_rules()}
    return {
        "rows": [(row, titles.get(row.rule, row.rule), _owed(row)) for row in shown],
        "number": len(shown) if len(shown) < SHOWN else rows.count(),
        "everything": f"{reverse('admin:procurement_flag_changelist')}?{urlencode({'mine': 'yes'})}",
    }


def flags_of(user: Any) -> "QuerySet[Flag]":
    """The unresolved flags of which a user is the owner, or that they acknowledged or accepted."""
    names = {name for name in (user.get_username(), user.get_full_name(), user.email) if name}
    theirs = FlagEvent.objects.filter(flag=OuterRef("pk"), by=user.pk, kind__in=_TAKEN)
    owned = Q(*[("owner__iexact", name) for name in sorted(names)], _connector=Q.OR) & ~Q(
        owner=""
    )  # as its index has it
    taken = Q(Exists(theirs), state__in=[Flag.State.ACKNOWLEDGED, Flag.State.ACCEPTED])
    either = Flag.objects.filter(owned).values("pk").union(Flag.objects.filter(taken).values("pk"))
    return Flag.objects.unresolved().filter(pk__in=either)


_TAKEN = (FlagEvent.Kind.ACKNOWLEDGED, FlagEvent.Kind.ACCEPTED, FlagEvent.Kind.PROLONGED)


def _owed(row: Flag) -> str:
    return localized.in_full(row.outstanding, row.currency)


def waiting_flags(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  (as every part)
    """How many flags are unresolved, by severity and state, each number leading to its list."""
    counts = Flag.objects.unresolved().values_list("severity", "state").annotate(Count("pk")).order_by()
    found = {(severity, state): number for severity, state, number in counts}
    states = [state for state in Flag.State if state != Flag.State.RESOLVED]
    rows = [(severity.label, [_cell(found, severity, state) for state in states]) for severity in reversed(Severity)]
    return {"headers": [state.label for state in states], "rows": rows, "is_none": not found}


def _cell(found: dict[tuple[str, str], int], severity: str, state: str) -> Sequence[Any]:
    queue = reverse("admin:procurement_flag_changelist")
    address = f"{queue}?{urlencode({'severity__exact': severity, 'state': state})}"
    return found.get((severity, state), 0), address
