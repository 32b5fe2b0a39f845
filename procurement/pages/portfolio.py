"""The portfolio: what was stopped, what is still owed, and what leaving cost; as a page and as a file."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement.cases.lines import COLUMNS, lines
from procurement.cases.portfolio import portfolio
from procurement.cases.undated import undated_facts
from procurement.common.csv_lines import MARK, harmless, line
from procurement.common.errors import Refused
from procurement.pages.asking import asked_in, readable

#: Amounts are shown to a tenth of these, and in full where one points at them.
UNITS = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))


@readable
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """Every program in one table."""
    try:
        asked = asked_in(request)
    except Refused as error:
        return render(request, "pages/refused.html", {"errors": error.errors}, status=400)
    rows = [shown(row) for row in lines(portfolio(asked))]
    stopped = {row["program"] for row in rows if row["stopped_on"]}
    context = {
        "asked": asked,
        "rows": rows,
        "programs": len({row["program"] for row in rows}),
        "stopped": len(stopped),
        "query": urlencode({name: value for name, value in request.GET.items() if value}),
        "undated": undated_facts(asked),
    }
    return render(request, "pages/portfolio.html", context)


@readable
def portfolio_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same as CSV that a spreadsheet opens as it is."""
    try:
        asked = asked_in(request)
    except Refused as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    name = f'attachment; filename="portfolio-{asked.as_of.isoformat()}.csv"'
    rows, undated = lines(portfolio(asked)), undated_facts(asked)
    headers = {"Content-Disposition": name} | ({} if undated is None else {"X-Undated": str(undated)})
    return StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield MARK + line([*COLUMNS])
    for row in rows:
        yield line([_cell(row[name]) for name in COLUMNS])


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else harmless(str(value))


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as the page shows it: amounts in words, and days counted."""
    amounts = {name: in_short(value) for name, value in row.items() if name in _AMOUNTS}
    estimate = _between(row["estimate_low"], row["estimate_high"])
    return {**row, **amounts, "estimate": estimate, "stopped": bool(row["stopped_on"])}


_AMOUNTS = ("committed_at_stop", "paid_at_stop", "committed", "paid", "outstanding", "unaccounted", "exit_paid")


def in_short(text: str | None) -> SafeString | str:
    """An amount to a tenth of a million, billion or trillion, with all of it behind; unknown stays a word."""
    if text is None:
        return format_html('<span class="unknown">{}</span>', "unknown")
    amount = Decimal(text)
    unit, name = next(((u, n) for u, n in UNITS if abs(amount) >= u), (Decimal(1), ""))
    return format_html('<data value="{}" title="{}">{} {}</data>', text, f"{amount:,}", f"{amount / unit:,.1f}", name)


def _between(low: str | None, high: str | None) -> SafeString | str:
    if low is None and high is None:
        return format_html('<span class="unknown">{}</span>', "none")
    if low == high:
        return in_short(low)
    return format_html("{} – {}", in_short(low), in_short(high))
