"""The portfolio: what was stopped, what is still owed, and what leaving cost; as a page and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from procurement.access.limits.files import streamed_in_turn
from procurement.cases.files import portfolio_rows, portfolio_table
from procurement.cases.lines import lines
from procurement.cases.portfolio import portfolio
from procurement.cases.reported import LEAVING, SAID_OF, TERMINATION_LIABILITY
from procurement.cases.undated import undated_facts
from procurement.common import money
from procurement.common.errors import Refused
from procurement.common.file_names import dated_name, disposition
from procurement.common.money import range_in_full, range_in_short
from procurement.common.row_files import DOWNLOADS
from procurement.common.texts import in_words
from procurement.pages.dates import asked_in
from procurement.pages.reading import LARGE, readable
from procurement.pages.rendering import page


@require_safe
@readable(cost=LARGE)
def front(request: HttpRequest) -> HttpResponse:
    """Every program in one table."""
    asked = asked_in(request)
    rows = [shown(row) for row in lines(portfolio(asked))]
    stopped = {row["program"] for row in rows if row["stopped_on"]}
    context = {
        "rows": rows,
        "programs": len({row["program"] for row in rows}),
        "stopped": len(stopped),
        "query": urlencode({name: value for name, value in request.GET.items() if value}),
        "undated": undated_facts(asked),
    }
    return page(request, "pages/portfolio.html", asked, context)


@require_safe
@readable(cost=LARGE)
def portfolio_file(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """The same as a file, as a person downloads it."""
    try:
        asked = asked_in(request)
    except Refused as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    name, undated, written = f"{dated_name('portfolio', asked)}.{form}", undated_facts(asked), DOWNLOADS[form]
    headers = {"Content-Disposition": disposition(name, download=True)}
    headers |= {} if undated is None else {"X-Undated": str(undated)}
    about = {"file": name, "address": request.build_absolute_uri()}
    pieces = written.pieces(replace(portfolio_table(), about=about), portfolio_rows(asked, form))
    return streamed_in_turn(pieces, content_type=written.content_type, headers=headers)


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as the page shows it: amounts in short, reported figures where the ledger has none, and days counted."""
    amounts: dict[str, Any] = {name: in_cell(row[name], row[name], row["currency"]) for name in _AMOUNTS}
    beside = _AT_STOP if row["stopped_on"] else _NOW
    amounts |= {name: _or_said(row, name, column) for name, column in beside.items()}
    return {
        **row,
        **amounts,
        "status_in_words": in_words(row["status"]),
        "estimate": _estimate(row),
        "spent": _said(row["spent"]),
        "known_through": _known_through(row["paid_known_through"]),
        "since": row["standing"].partition(" since ")[2],
        "stopped": bool(row["stopped_on"]),
        "more_said": [
            figure["text"]
            for column in SAID_OF
            for figure in row[column] or ()
            if figure["measure"] not in LEAVING  # those are shown in `reported`
        ],
    }


def _known_through(age: Mapping[str, Any] | None) -> str:
    """The day through which payments are known, or the first and the last over the contracts."""
    return " to ".join(dict.fromkeys(day.isoformat() for day in age.values())) if age else ""


_AMOUNTS = ("committed_at_stop", "paid_at_stop", "committed", "paid", "outstanding", "unaccounted", "exit_paid")
#: Figures of the ledger, and the columns of reported figures used if it has none: at the stop, or now without a stop.
_AT_STOP = {"committed_at_stop": "reported_committed", "paid_at_stop": "reported_paid", "exit_paid": "reported_exit"}
_NOW = {"committed": "reported_committed", "paid": "reported_paid", "exit_paid": "reported_exit"}
#: How many reported figures a cell shows; the others are below the line.
_IN_CELL = 2
UNKNOWN = format_html('<span class="unknown">{}</span>', money.UNKNOWN)
WITHHELD = format_html('<span class="unknown">{}</span>', "withheld")


def _or_said(row: Mapping[str, Any], name: str, column: str) -> SafeString | str:
    """The ledger's amount, else what was reported."""
    said = _said(row[column]) if row[name] is None else ""
    return said or in_cell(row[name], row[name], row["currency"])


def _estimate(row: Mapping[str, Any]) -> SafeString | str:
    """The estimated cost of leaving: from the contracts' estimates, else as reported, else that it is secret."""
    if row["estimate_low"] is not None or row["estimate_high"] is not None:
        return in_cell(row["estimate_low"], row["estimate_high"], row["currency"])
    secret = {figure["measure"] for figure in row["withheld"] or ()} & {TERMINATION_LIABILITY, "termination_cost"}
    none = format_html('<span class="unknown">{}</span>', "none")
    return _said(row["reported_estimate"]) or (WITHHELD if secret else none)


def _said(figures: Sequence[Mapping[str, Any]] | None) -> SafeString | str:
    """The latest reported figures, each with its full text on hover; nothing if there are none."""
    latest = list(figures or ())[-_IN_CELL:]
    shown = [
        format_html('<span class="reported" title="{}">said: {}</span>', each["text"], _amount(each))
        for each in reversed(latest)
    ]
    more = len(figures or ()) - len(latest)
    return format_html_join(" ", "{}", ((each,) for each in [*shown, *([f"and {more} more"] if more else [])]))


def _amount(figure: Mapping[str, Any]) -> SafeString | str:
    low, high = figure["low"], figure["high"]
    if low is None and high is None:
        return f"{figure['share']} of {figure['share_of']}"
    return in_cell(low, high, figure["currency"])


def in_cell(low: str | None, high: str | None, currency: str | None) -> SafeString:
    """An amount or a range of which an end may be unknown: in short, and in full on hover."""
    if low is None and high is None:
        return UNKNOWN
    ends = (None if low is None else Decimal(low), None if high is None else Decimal(high))
    in_full, in_short = (write(*ends, currency or "") for write in (range_in_full, range_in_short))
    return format_html('<span title="{}">{}</span>', in_full, in_short)
