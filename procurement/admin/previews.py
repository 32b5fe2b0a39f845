"""The effects of a threshold change as a table: a line for each day, with the flags behind each number."""

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import Table
from procurement.admin.listing import link_to
from procurement.common.errors import Refused
from procurement.common.reading_dates import day_or_none
from procurement.common.words import SEVERITY
from procurement.contracts.models import Contract
from procurement.flags.thresholds.preview import Difference, Differences, PreviewDay, days_looked_at, previewed
from procurement.programs.models import Program

#: After so many seconds the page is sent, and requests the remaining days one by one: a million contracts take a while.
SECONDS = 10.0
#: The oldest day that a page can request: twelve months and a day, if the page was made yesterday.
LONGEST = 400
COLUMNS = {
    "opens": gettext_lazy("Would open"),
    "resolves": gettext_lazy("Would resolve"),
    "weighs": gettext_lazy("Would change severity"),
}
FOLDED = '<details><summary class="cursor-pointer">{}</summary><ul class="flex flex-col gap-1 mt-1">{}</ul></details>'
ASKING = '<span hx-get="{}" hx-trigger="load" hx-swap="none" hx-sync="closest table:queue all">{}</span>'

#: A change in the form in which it is recorded: currency and value.
Asked = Mapping[str, Any]
#: The rows that the table names, by their ids.
Named = Mapping[int, Any]


def preview_table(rule: str, name: str, asked: Asked, today: dt.date) -> Table:
    """The days, the latest first; the page requests those for which there was no time. Raises Refused."""
    days = days_looked_at(today)
    looked = list(while_there_is_time(previewed(rule, name, **asked, days=days)))
    rows = [[each["day"], *(each[column] for column in COLUMNS)] for each in cells_of(looked)]
    rows += [waiting(rule, name, asked, day) for day in days[len(looked) :]]
    return {"headers": [_("Day"), *COLUMNS.values()], "rows": rows}


def while_there_is_time(days: Iterable[PreviewDay]) -> Iterator[PreviewDay]:
    """The days evaluated in time; at least the first one."""
    began = time.monotonic()
    for day in days:
        yield day
        if time.monotonic() - began > SECONDS:
            return


def waiting(rule: str, name: str, asked: Asked, day: dt.date) -> list[Any]:
    """The row of a day that is not evaluated yet; the page fills in its cells as they arrive."""
    given = {"currency": asked["currency"], "value": "" if asked["value"] is None else asked["value"], "day": day}
    address = f"{reverse('admin:procurement_threshold_day', args=[rule, name])}?{urlencode(given)}"
    first, *others = COLUMNS
    return [
        day.isoformat(),
        place(day, first, format_html(ASKING, address, _("adding up…"))),
        *(place(day, each, "") for each in others),
    ]


def place(day: Any, column: str, shown: Any) -> SafeString:
    """A cell's placeholder, or its content."""
    return format_html('<span id="{}-{}" hx-swap-oob="true">{}</span>', column, day, shown)


def day_cells(request: HttpRequest, rule: str, name: str) -> HttpResponse:
    """The cells of one day, for the page. Raises Http404 for requests that no page makes."""
    value, day = request.GET.get("value", ""), request.GET.get("day", "")
    try:
        asked: Asked = {"currency": request.GET.get("currency", ""), "value": Decimal(value) if value else None}
        found = day_or_none(day)
        days = [found] if found and 0 <= (timezone.localdate() - found).days <= LONGEST else []
        (shown,) = cells_of(list(previewed(rule, name, **asked, days=days)))
    except (Refused, InvalidOperation, ValueError) as error:
        raise Http404(str(error)) from error
    return HttpResponse(format_html_join("", "{}", ((place(shown["day"], each, shown[each]),) for each in COLUMNS)))


def cells_of(days: Sequence[PreviewDay]) -> list[dict[str, Any]]:
    """Each day with its cells. Two queries for the names in all of them."""
    shown = [each for day in days for column in COLUMNS for each in getattr(day, column).first]
    programs = named(Program, (each.program_id for each in shown))
    contracts = named(Contract, (each.contract_id for each in shown))
    return [
        {"day": day.day.isoformat()} | {each: cell(getattr(day, each), programs, contracts) for each in COLUMNS}
        for day in days
    ]


def named(model: type[Model], ids: Iterable[int | None]) -> Named:
    """Rows by their ids."""
    return model._base_manager.in_bulk({each for each in ids if each is not None})


def cell(found: Differences, programs: Named, contracts: Named) -> SafeString | str:
    """The number of flags, with a list behind it; if there are very many, the first ones."""
    if not found.count:
        return "-"
    lines: list[SafeString | str] = [line(each, programs, contracts) for each in found.first]
    if found.count > len(lines):
        lines.append(_("%(shown)s of %(all)s shown") % {"shown": len(lines), "all": found.count})
    return format_html(FOLDED, found.count, format_html_join("", "<li>{}</li>", ((each,) for each in lines)))


def line(each: Difference, programs: Named, contracts: Named) -> SafeString:
    """One flag: its subject and its severity; its sentence on hover."""
    about = [link_to(rows[pk]) for rows, pk in ((programs, each.program_id), (contracts, each.contract_id)) if pk]
    was, becomes = (str(SEVERITY.get(word or "", "")) for word in (each.was, each.becomes))
    severity = _("%(before)s to %(after)s") % {"before": was, "after": becomes} if was and becomes else was or becomes
    return format_html(
        '<span title="{}">{}: {}</span>', each.summary, format_html_join(", ", "{}", ((a,) for a in about)), severity
    )
