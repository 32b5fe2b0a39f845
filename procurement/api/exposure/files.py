"""Exposure as rows of a file: flat, and each with the dates of its question and the rates at which it was converted."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from procurement.api.exposure.rows import (
    UNCONVERTED,
    Display,
    Labels,
    flat_columns,
    flattened,
    key_columns,
    labels_of,
    shown_rows,
)
from procurement.common.file_names import DATE_COLUMNS, date_columns
from procurement.exposure.answering import Answer
from procurement.rates.converting import Rate

#: The currencies that a row was converted from; for each of them, in the same order, the rate, its day, its type, and
#: its age at `as_of`.
RATE_COLUMNS = ("converted_from", "rate", "rate_on", "rate_type", "rate_age_days")
#: Columns in which text is no number.
NO_NUMBERS = frozenset({*DATE_COLUMNS, "currency", "period", "converted_from", "rate_on", "rate_type", "explain"})


class Asking(Protocol):
    """What decides about the columns of rows: the groupings, the currency, and whether amounts may stay as they are."""

    @property
    def group_by(self) -> tuple[str, ...]: ...

    @property
    def currency(self) -> str | None: ...

    @property
    def unconverted(self) -> bool: ...


@dataclass(frozen=True)
class Grouped:
    """The groupings of a request, the currency that it converts to, and whether amounts without a rate may stay."""

    group_by: tuple[str, ...]
    currency: str | None
    unconverted: bool = False

    def subject(self, what: str) -> str:
        """How a file is named after them: exposure-by-program_in-USD."""
        groups = "-".join(["", "by", *self.group_by]).replace("_", "-") if self.group_by else ""
        currency = f"_in-{self.currency}" if self.currency else ""
        return f"{what}{groups}{currency}"


def columns(question: Asking, display: Display) -> list[str]:
    """The columns of rows of exposure."""
    return [*DATE_COLUMNS, *flat_columns(question.group_by, display), *rate_columns(question)]


def numbers(question: Asking, found: Iterable[str]) -> frozenset[str]:
    """Those of some columns in which text is a number: neither keys nor dates."""
    return frozenset(found) - NO_NUMBERS - set(key_columns(question.group_by))


def rate_columns(question: Asking) -> Sequence[str]:
    """The columns about conversion; none where every contract keeps its own currency."""
    if not question.currency:
        return ()
    return (*RATE_COLUMNS, UNCONVERTED) if question.unconverted else RATE_COLUMNS


def rows_of(found: Answer, display: Display, labels: Labels | None = None) -> Iterator[dict[str, Any]]:
    """The rows of an answer."""
    asked, named = found.question.asked, columns(found.question, display)
    dates, rates = date_columns(asked), {rate.base: rate for rate in found.rates}
    for row, shown in zip(found.rows, shown_rows(found, display, labels), strict=True):
        yield flattened({**dates, **shown, **rates_of(row.converted_from, rates, asked.as_of)}, named)


def rows_of_all(answers: Sequence[Answer], display: Display) -> Iterator[dict[str, Any]]:
    """The rows of several answers to one question, as at the days of a series; what their keys name is read once."""
    group_by = answers[0].question.group_by if answers else ()
    labels = labels_of(group_by, [row for each in answers for row in each.rows])
    return (row for each in answers for row in rows_of(each, display, labels))


def rates_of(converted_from: Collection[str], rates: Mapping[str, Rate], as_of: dt.date) -> dict[str, Any]:
    """How a row was converted: nothing where all of it was in the wanted currency."""
    used = [rates[currency] for currency in sorted(converted_from)]
    if not used:
        return {}
    values = (
        "; ".join(rate.base for rate in used),
        "; ".join(f"{rate.rate:f}" for rate in used),
        _once_or_each([rate.on for rate in used]),
        "; ".join(rate.rate_type for rate in used),
        _once_or_each([_age(rate, as_of) for rate in used]),
    )
    return dict(zip(RATE_COLUMNS, values, strict=True))


def _age(rate: Rate, as_of: dt.date) -> int | None:
    """In days; a budget rate has none, as it is of its whole fiscal year."""
    return (as_of - rate.on).days if rate.fiscal_year is None else None


def _once_or_each(values: Sequence[Any]) -> Any:
    """What all have in common, else the values in one text."""
    if len(set(values)) == 1:
        return values[0]
    return "; ".join("" if each is None else str(each) for each in values)
