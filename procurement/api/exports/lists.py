"""The lists of a full export, each with the columns and rows that the API answers with at the same moment.

Only what anonymous readers may see is exported: nothing of users, tokens, subscriptions, channels or imports.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import QuerySet

from procurement.api.exposure.asking import every_page
from procurement.api.exposure.files import columns, rows_of
from procurement.api.exposure.rows import Display
from procurement.api.facts.merged import FACTS
from procurement.api.flags.rules import FlagRules, every_rule
from procurement.api.flags.viewset import Flags
from procurement.api.http.viewsets import Listing
from procurement.api.records.contracts import Contracts
from procurement.api.records.documents import Documents
from procurement.api.records.exchange_rates import ExchangeRates
from procurement.api.records.fiscal_years import FiscalYears
from procurement.api.records.organizations import Organizations
from procurement.api.records.programs import Programs
from procurement.cases.files import portfolio_table
from procurement.cases.lines import COLUMNS, answered, flat, lines
from procurement.cases.portfolio import portfolio
from procurement.common.dates import Asked
from procurement.common.file_names import DATE_COLUMNS, date_columns
from procurement.common.withdrawable import recorded_then
from procurement.exposure.answering import Question
from procurement.fiscal.models import FiscalCalendar
from procurement.flags.models import Flag
from procurement.rates.models import ExchangeRate

Row = Mapping[str, Any]

#: Descriptive tables: their rows are as they are now, and those that were recorded later are left out.
DESCRIPTIVE: Mapping[str, type[Any]] = {
    "organizations": Organizations, "documents": Documents, "programs": Programs, "contracts": Contracts
}  # fmt: skip


def _same(row: Row) -> Row:
    return row


@dataclass(frozen=True)
class ExportedList:
    """One list: its columns, its rows, and how a row is shown in CSV and in JSON Lines."""

    name: str
    columns: Sequence[str]
    rows: Callable[[], Iterator[Row]]
    in_columns: Callable[[Row], Row] = _same
    in_json: Callable[[Row], Row] = _same
    #: the members of a line of JSON Lines, where they are not the columns
    members: Sequence[str] = ()


def exported_lists(asked: Asked) -> list[ExportedList]:
    """All lists, in view of what was recorded by a moment; read them in one snapshot that is not older than it.

    Facts of any day are exported; states, flags and figures are as of the day that is asked for.
    """
    assert asked.recorded_by is not None, "an export is of a moment"
    whole = replace(asked, as_of=dt.date.max)
    recorded = recorded_then(asked.recorded_by)
    return [
        *(_of_table(n, each, each.model.everything.filter(recorded), asked) for n, each in DESCRIPTIVE.items()),
        *(_of_table(n, each, each.model._default_manager.in_view(whole), whole) for n, each in FACTS.items()),
        _of_table("exchange-rates", ExchangeRates, ExchangeRate.objects.in_view(whole), whole),
        _of_table("fiscal-years", FiscalYears, FiscalCalendar.objects.filter(created_at__lte=asked.recorded_by), asked),
        _of_table("flags", Flags, Flag.objects.all(), asked),
        ExportedList("flag-rules", FlagRules.shape.names(), every_rule),
        *_figures(asked),
    ]


def _of_table(name: str, resource: type[Listing], rows: QuerySet[Any], asked: Asked) -> ExportedList:
    view = resource.outside_of_requests(asked)
    return ExportedList(name, view.columns(), lambda: view.every(rows.order_by("pk")))


# figures


def _figures(asked: Asked) -> list[ExportedList]:
    """Exposure by program and by contract, and the portfolio; every row names its dates."""
    by_program, by_contract = (Question(asked, (group,)) for group in ("program", "contract"))
    dates = date_columns(asked)
    return [
        ExportedList("exposure-by-program", columns(by_program, Display()), partial(_exposure, by_program)),
        ExportedList("exposure-by-contract", columns(by_contract, Display()), partial(_exposure, by_contract)),
        ExportedList(
            "portfolio",
            portfolio_table().columns,
            lambda: lines(portfolio(asked)),
            in_columns=lambda line: {**dates, **flat(line)},
            in_json=lambda line: {**dates, **answered(line)},
            members=[*DATE_COLUMNS, *COLUMNS],
        ),
    ]


def _exposure(question: Question) -> Iterator[Row]:
    return (row for page in every_page(question) for row in rows_of(page, Display()))
