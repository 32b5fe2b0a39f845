"""What falls due in the next days: milestones, guarantees, ends of contracts, and acceptances of flags."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.admin.listing import link_to
from procurement.common import localized
from procurement.contracts.models import Contract, Guarantee, Milestone
from procurement.exposure.kept.models import Line
from procurement.flags.models import Flag
from procurement.ledger.models import LedgerEntry

#: The spans of days that can be asked for, the first where none is.
SPANS = (30, 90)
#: So many rows of a kind are shown, and so many counted; the list has the rest.
SHOWN, COUNTED = 10, 1_000


@dataclass(frozen=True)
class Falling:
    """What falls due of one kind: day, link and amount, the earliest first; how many; and where all are listed."""

    title: Any
    rows: Sequence[tuple[dt.date, Any, str]]
    number: int
    everything: str

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.number > len(self.rows)

    @property
    def is_uncounted(self) -> bool:
        """Whether there are more than were counted."""
        return self.number > COUNTED


def due(request: HttpRequest) -> dict[str, Any]:
    """What falls due in the next thirty days, or ninety."""
    days = SPANS[1] if request.GET.get("days") == str(SPANS[1]) else SPANS[0]
    first = timezone.localdate()
    last = first + dt.timedelta(days=days)
    kinds = [read(first, last) for permission, read in _KINDS if request.user.has_perm(f"procurement.{permission}")]
    return {"kinds": kinds, "days": days, "spans": SPANS, "is_none": not any(each.rows for each in kinds)}


def _falling(
    title: Any, rows: "QuerySet[Any]", told: Callable[[Any], tuple[dt.date, Any, str]], everything: str
) -> Falling:
    shown = list(rows[:SHOWN])
    number = len(shown) if len(shown) < SHOWN else rows.order_by()[: COUNTED + 1].count()
    return Falling(title, [told(row) for row in shown], number, everything)


def _between(model: Any, column: str, first: dt.date, last: dt.date, **more: Any) -> str:
    """The address of the rows of a list with a day in a span."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    asked = {f"{column}__gte": first.isoformat(), f"{column}__lte": last.isoformat()} | more
    return f"{reverse(name)}?{urlencode(asked)}"


def _milestones(first: dt.date, last: dt.date) -> Falling:
    """Payments and deliveries that nothing has met."""
    met = LedgerEntry.objects.unreversed().filter(milestone=OuterRef("pk"))
    rows = Milestone.objects.unreversed().filter(~Exists(met), due_on__range=(first, last))
    return _falling(
        _("Milestones that nothing has met"),
        rows.select_related("contract").order_by("due_on", "pk"),
        lambda row: (
            row.due_on,
            link_to(row.contract),
            _said(row.get_kind_display(), row.amount, row.contract.currency),
        ),
        _between(Milestone, "due_on", first, last),
    )


def _guarantees(first: dt.date, last: dt.date) -> Falling:
    """Guarantees whose last day comes."""
    given = Guarantee.objects.unreversed().filter(event=Guarantee.Event.GIVEN, valid_until__range=(first, last))
    return _falling(
        _("Guarantees that lapse"),
        given.select_related("contract").order_by("valid_until", "pk"),
        lambda row: (
            row.valid_until,
            link_to(row.contract),
            _said(row.get_kind_display(), row.amount, row.contract.currency),
        ),
        _between(Guarantee, "valid_until", first, last),
    )


def _ends(first: dt.date, last: dt.date) -> Falling:
    """Live contracts that end, as they are kept beside the facts; each once, however many programs share it."""
    lines = Line.objects.filter(is_stock=True, is_first=True, live=True, ends_on__range=(first, last))
    shown = list(lines.order_by("ends_on", "contract_id")[:SHOWN])
    named = Contract.everything.in_bulk([line.contract_id for line in shown])
    rows = [(line.ends_on, named[line.contract_id]) for line in shown if line.ends_on and line.contract_id in named]
    number = len(shown) if len(shown) < SHOWN else lines.order_by()[: COUNTED + 1].count()
    everything = _between(Contract, "ends_on", first, last)
    return Falling(_("Live contracts that end"), [(day, link_to(row), "") for day, row in rows], number, everything)


def _acceptances(first: dt.date, last: dt.date) -> Falling:
    """Flags that are accepted up to a day that comes."""
    rows = Flag.objects.filter(state=Flag.State.ACCEPTED, accepted_until__range=(first, last))
    return _falling(
        _("Acceptances of flags that end"),
        rows.order_by("accepted_until", "pk"),
        lambda row: (row.accepted_until, link_to(row), row.owner),
        _between(Flag, "accepted_until", first, last, state=Flag.State.ACCEPTED),
    )


def _said(kind: Any, amount: Any, currency: str) -> str:
    return f"{kind}: {localized.in_full(amount, currency)}"


_KINDS: Iterable[tuple[str, Callable[[dt.date, dt.date], Falling]]] = (
    ("view_milestone", _milestones),
    ("view_guarantee", _guarantees),
    ("view_contract", _ends),
    ("view_flag", _acceptances),
)
