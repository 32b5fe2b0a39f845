"""Schedules as they are answered, and as rows of a file: one for each period, and one for what is unscheduled."""

from collections.abc import Iterator, Mapping
from typing import Any

from procurement.api.exposure.files import Asking, rate_columns, rates_of
from procurement.api.exposure.rows import (
    flattened,
    key_columns,
    labels_of,
    marked,
    shown_keys,
    shown_left,
    shown_rates,
)
from procurement.common.dates import Asked
from procurement.common.file_names import DATE_COLUMNS, date_columns
from procurement.common.money import as_text
from procurement.exposure.schedule.answers import Scheduled
from procurement.exposure.schedule.schedule import COUNTS, Schedule

#: What a row of a file says of one period, or of the rest.
PERIOD_COLUMNS = ("period", "first_day", "last_day", "amount", "overdue")
UNSCHEDULED = "unscheduled"


def shown(found: Scheduled) -> dict[str, Any]:
    """Schedules in the shape of an answer of exposure."""
    asked, currencies = found.question.asked, {each.currency for each in found.totals}
    return {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "currency": found.question.currency or (currencies.pop() if len(currencies) == 1 else None),
        "rates": shown_rates(found.rates),
        **shown_left(found.question, found.left),
        "by": found.by,
        "group_by": list(found.question.group_by),
        "rows": [row for _, row in _rows(found)],
        "totals": [marked(_row(each, asked), found) for each in found.totals],
    }


def _rows(found: Scheduled) -> Iterator[tuple[Schedule, dict[str, Any]]]:
    """Each row, and how it is answered."""
    labels, asked = labels_of(found.question.group_by, found.rows), found.question.asked
    for row in found.rows:
        yield row, marked(shown_keys(row, labels, found.standings) | _row(row, asked), found)


def _row(found: Schedule, asked: Asked) -> dict[str, Any]:
    """A row without its keys."""
    currency = found.currency or ""
    return {
        "currency": found.currency,
        "outstanding": as_text(found.outstanding, currency),
        "periods": None if found.outstanding is None else _periods(found, asked),
        "unscheduled": as_text(found.unscheduled, currency),
        **found.counts,
    }


def _periods(found: Schedule, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "period": each.period.label,
            "first_day": each.period.first_day,
            "last_day": each.period.last_day,
            "amount": as_text(each.amount, found.currency or ""),
            "overdue": each.is_overdue(asked.as_of),
        }
        for each in found.instalments
    ]


# in files


def columns(question: Asking) -> list[str]:
    """The columns of a flat file."""
    keys = ["currency", "outstanding", *PERIOD_COLUMNS, *COUNTS]
    return [*DATE_COLUMNS, *key_columns(question.group_by), *keys, *rate_columns(question)]


def nested_rows(found: Scheduled) -> Iterator[dict[str, Any]]:
    """The rows as they are answered, each with its dates and rates."""
    asked, rates = found.question.asked, {rate.base: rate for rate in found.rates}
    dates = date_columns(asked)
    for row, answered in _rows(found):
        yield {**dates, **answered, **rates_of(row.converted_from, rates, asked.as_of)}


def flat_rows(found: Scheduled) -> Iterator[dict[str, Any]]:
    """A row for each period of each group, and one for the rest: their amounts add up to what is outstanding."""
    named = columns(found.question)
    for row in nested_rows(found):
        periods, unscheduled = row.pop("periods"), row.pop(UNSCHEDULED)
        parts: list[Mapping[str, Any]] = [*(periods or ()), {"period": UNSCHEDULED, "amount": unscheduled}]
        yield from (flattened({**row, **part}, named) for part in parts)
