"""Exposure as rows of a file: flat, and each with the dates of its question and the rates at which it was converted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from procurement.api.exposure.rows import (
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

#: The currencies that a row was converted from; for each of them, in the same order, the rate, its day and its type.
RATE_COLUMNS = ("converted_from", "rate", "rate_on", "rate_type")
#: Columns in which text is no number.
NO_NUMBERS = frozenset({*DATE_COLUMNS, "currency", "period", "converted_from", "rate_on", "rate_type", "explain"})


class Asking(Protocol):
    """The groupings and the currency that decide about the columns of rows."""

    @property
    def group_by(self) -> tuple[str, ...]: ...

    @property
    def currency(self) -> str | None: ...


@dataclass(frozen=True)
class Grouped:
    """The groupings of a request, and the currency that it converts to."""

    group_by: tuple[str, ...]
    currency: str | None

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
    return RATE_COLUMNS if question.currency else ()


def rows_of(found: Answer, display: Display, labels: Labels | None = None) -> Iterator[dict[str, Any]]:
    """The rows of an answer."""
    named, dates = columns(found.question, display), date_columns(found.question.asked)
    rates = {rate.base: rate for rate in found.rates}
    for row, shown in zip(found.rows, shown_rows(found, display, labels), strict=True):
        yield flattened({**dates, **shown, **rates_of(row.converted_from, rates)}, named)


def rows_of_all(answers: Sequence[Answer], display: Display) -> Iterator[dict[str, Any]]:
    """The rows of several answers to one question, as at the days of a series; what their keys name is read once."""
    group_by = answers[0].question.group_by if answers else ()
    labels = labels_of(group_by, [row for each in answers for row in each.rows])
    return (row for each in answers for row in rows_of(each, display, labels))


def rates_of(converted_from: Collection[str], rates: Mapping[str, Rate]) -> dict[str, Any]:
    """How a row was converted: nothing where all of it was in the wanted currency."""
    used = [rates[currency] for currency in sorted(converted_from)]
    if not used:
        return {}
    days = [rate.on for rate in used]
    values = (
        "; ".join(rate.base for rate in used),
        "; ".join(f"{rate.rate:f}" for rate in used),
        days[0] if len(set(days)) == 1 else "; ".join(day.isoformat() for day in days),
        "; ".join(rate.rate_type for rate in used),
    )
    return dict(zip(RATE_COLUMNS, values, strict=True))
