"""The list of programs: how each stands, what is outstanding, its live contracts and flags; a filter by status."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from procurement.admin.colours import PROGRAM_STATUS
from procurement.admin.listing import linked, unbroken
from procurement.cases.flag_counts import flag_counts
from procurement.cases.owed import rows_of_programs
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.common.words import word
from procurement.exposure.kept.models import Line
from procurement.exposure.rows import Row
from procurement.programs.models import StatusChange
from procurement.programs.reading import standings
from procurement.programs.standing import Standing

STOPPED, NO_DECISION = "stopped", "none"


class ProgramColumns:
    """The columns of the list of programs that are read for a page's rows together."""

    def prepare(self, rows: Sequence[Any]) -> None:
        """Let each row of a page know its standing, its money, its live contracts and its flags."""
        ids, asked = [row.pk for row in rows], Asked(timezone.localdate())
        known, flags, live = standings(asked, ids), flag_counts(ids), _live(ids)
        money = _money(ids, asked)
        for row in rows:
            row.standing_today = known.get(row.pk, Standing())
            row.flags_today = sum(flags.get(row.pk, {}).values())
            row.live_today = live.get(row.pk, 0)
            row.money_today = money.get(row.pk, [])

    @display(description=gettext_lazy("standing"), label=PROGRAM_STATUS)  # type: ignore[untyped-decorator]
    def standing_shown(self, row: Any) -> tuple[str, str]:
        """Its status today."""
        status = row.standing_today.status
        return status or NO_DECISION, word("program_status", status) if status else _("no decision known")

    @display(description=gettext_lazy("since"))  # type: ignore[untyped-decorator]
    def since_shown(self, row: Any) -> SafeString | str:
        """Since when that is its status."""
        began = row.standing_today.began
        return "-" if began is None else unbroken(str(began.dated))

    @display(description=gettext_lazy("outstanding"))  # type: ignore[untyped-decorator]
    def outstanding_shown(self, row: Any) -> SafeString | str:
        """What is outstanding under its contracts, in each of their currencies."""
        return in_lines(outstanding_of(each) for each in row.money_today) or "-"

    @display(description=gettext_lazy("live contracts"))  # type: ignore[untyped-decorator]
    def live_shown(self, row: Any) -> SafeString | str:
        """How many contracts of it are live, leading to its contracts."""
        queue = reverse("admin:procurement_contract_changelist")
        return link_to_list(row.live_today, f"{queue}?programallocation_set__program__id__exact={row.pk}")

    @display(description=gettext_lazy("open flags"))  # type: ignore[untyped-decorator]
    def flags_shown(self, row: Any) -> SafeString | str:
        """How many unresolved flags there are about it or its contracts, leading to them."""
        queue = reverse("admin:procurement_flag_changelist")
        return link_to_list(row.flags_today, f"{queue}?program__id__exact={row.pk}")


def outstanding_of(row: Row) -> str:
    """What is known to be outstanding of a row, and of how many contracts that is unknown."""
    unknown = row.uncovered.get("paid", 0)
    known = localized.in_full(row.figures["outstanding"], row.currency or "")
    if not unknown:
        return known
    if row.figures["outstanding"] is None:
        return _("unknown")
    return _("%(amount)s; unknown for %(number)d contracts") % {"amount": known, "number": unknown}


def in_lines(texts: Iterable[str]) -> SafeString:
    """Texts, each in a line."""
    return format_html_join("", '<span class="block whitespace-nowrap tabular-nums">{}</span>', ((t,) for t in texts))


def link_to_list(number: int, address: str) -> SafeString | str:
    """A number that leads to what it counts; nothing to see has no link."""
    if not number:
        return "0"
    return linked(address, f"{number:,}")


def _live(ids: Sequence[int]) -> dict[int, int]:
    """How many contracts of each program are live, as they are kept beside the facts."""
    lines = Line.objects.filter(program_id__in=ids, is_stock=True, live=True).order_by()
    return dict(lines.values_list("program_id").annotate(Count("contract_id")))


def _money(ids: Sequence[int], asked: Asked) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows_of_programs(asked, ids):
        if row.currency:
            found.setdefault(row.keys["program"], []).append(row)
    return found


class StandingFilter(SimpleListFilter):
    """How programs stand today."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Stopped, each status, and that no decision is known."""
        every = [(each, word("program_status", each)) for each in StatusChange.Status.values]
        return [(STOPPED, _("stopped")), *every, (NO_DECISION, _("no decision known"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        """The programs that stand so."""
        wanted = self.value()
        if not wanted:
            return queryset
        known = standings(Asked(timezone.localdate()))
        if wanted == NO_DECISION:
            return queryset.exclude(pk__in=[pk for pk, each in known.items() if each.status])
        return queryset.filter(pk__in=[pk for pk, each in known.items() if _is(each, wanted)])


def _is(standing: Standing, wanted: str) -> bool:
    return standing.is_stopped if wanted == STOPPED else standing.status == wanted


PROGRAM_COLUMNS = (
    "name",
    "code",
    "local_name",
    "standing_shown",
    "since_shown",
    "outstanding_shown",
    "live_shown",
    "flags_shown",
    "buyer",
    "country",
    "domain",
)
