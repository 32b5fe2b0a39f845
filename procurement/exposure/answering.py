"""Answering what the contract exposure is: grouped, filtered, at any dates (DESIGN.md sections 5 and 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg import sql

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.money import as_text, truncated_share
from procurement.exposure.grouping import DIMENSIONS, FILTERS, grouped
from procurement.exposure.valuing import contracts_ever_of, parameters
from procurement.programs.reading import standings
from procurement.programs.standing import Standing

GROUPINGS = (*DIMENSIONS, "none")
LARGEST_PAGE = 10_000
#: Figures that a row carries, in the order of the answer.
FIGURES = (
    "ceiling", "committed", "paid", "outstanding", "unaccounted", "exit_paid",
    "committed_since", "paid_since", "paid_since_rehomed",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked: dates, groupings, filters (each a list of accepted values; ids, codes of countries, ...)."""

    asked: Asked
    group_by: tuple[str, ...] = ()
    filters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    currency: str | None = None
    offset: int = 0
    limit: int = LARGEST_PAGE


@dataclass(frozen=True)
class Row:
    """One group: its keys (ids for programs, contracts and organizations), its currency and its exact figures."""

    keys: dict[str, Any]
    currency: str | None
    contracts: int
    contracts_without_commitment: int
    disputes: int
    figures: dict[str, Decimal | None]
    covered: dict[str, Decimal]

    def texts(self) -> dict[str, str | None]:
        """The figures as decimal strings, rounded once."""
        return {name: as_text(value, self.currency or "") for name, value in self.figures.items()}

    def coverage(self) -> dict[str, str | None]:
        """For each figure the share of the committed value for which it is known; None without commitments."""
        committed = self.figures["committed"] or Decimal(0)
        return {name: truncated_share(part, committed) for name, part in self.covered.items()}


@dataclass(frozen=True)
class Answer:
    """The rows of one page, the totals by currency, the standings rows refer to, and where the next page begins."""

    question: Question
    rows: list[Row]
    totals: list[Row]
    standings: Mapping[int, Standing]
    next_offset: int | None = None


def checked_groups(names: Sequence[str]) -> tuple[str, ...]:
    """Refuse unknown and repeated groupings; `none` alone means the totals."""
    unknown = sorted(set(names) - set(GROUPINGS))
    if unknown:
        raise Refused({"group_by": f"“{', '.join(unknown)}” is not a grouping; accepted: {', '.join(GROUPINGS)}"})
    if len(set(names)) != len(names) or ("none" in names and len(names) > 1):
        raise Refused({"group_by": "name each grouping once, and “none” alone"})
    return tuple(name for name in names if name != "none")


def answer(question: Question) -> Answer:
    """Answer from the ledger. Raises Refused for an unknown grouping or filter."""
    groups = checked_groups(question.group_by)
    unknown = sorted(set(question.filters) - set(FILTERS))
    if unknown:
        raise Refused({name: f"is not a filter of exposure; accepted: {', '.join(FILTERS)}" for name in unknown})
    known = standings(question.asked, question.filters.get("program"))
    found = _read(question, groups, known)
    totals = sorted(_rows(found, is_total=bool(_own(groups))), key=lambda row: row.currency or "")
    _refuse_unconvertible(question, totals)
    rows, more = _page(question, groups, found)
    return Answer(question, rows, totals, known, next_offset=question.offset + question.limit if more else None)


def _own(groups: tuple[str, ...]) -> list[str]:
    """The groupings that are keys of a row; the currency every row has anyway."""
    return [name for name in groups if name != "currency"]


def _read(question: Question, groups: tuple[str, ...], known: Mapping[int, Standing]) -> list[dict[str, Any]]:
    scope = _scope(question)
    values = parameters(question.asked, known) | {name: list(given) for name, given in question.filters.items()}
    values |= {"contracts": scope, "offset": question.offset, "limit": question.limit + 1}
    conditions: list[sql.Composable] = [FILTERS[name] for name in question.filters]
    with connection.cursor() as cursor:
        cursor.execute(grouped(groups, conditions, scoped=scope is not None), values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rows(found: Sequence[Mapping[str, Any]], *, is_total: bool, keys: Sequence[str] = ()) -> list[Row]:
    return [_row(record, keys) for record in found if record["is_total"] is is_total]


def _page(question: Question, groups: tuple[str, ...], found: Sequence[Mapping[str, Any]]) -> tuple[list[Row], bool]:
    """The rows of the page, and whether more follow. Without keys there is one row per currency, cut here."""
    own = _own(groups)
    rows = _rows(found, is_total=False, keys=own)
    if not own:
        rows = rows[question.offset :]
    return rows[: question.limit], len(rows) > question.limit


def _refuse_unconvertible(question: Question, totals: Sequence[Row]) -> None:
    """Conversion never guesses: without a rate the question is refused, naming pair and date."""
    foreign = sorted({str(row.currency) for row in totals} - {question.currency}) if question.currency else []
    if foreign:
        pairs = ", ".join(f"{currency}/{question.currency}" for currency in foreign)
        raise Refused(
            {
                "currency": f"no rate for {pairs} at {question.asked.as_of.isoformat()}; leave currency out for rows "
                f"in each contract's own currency, or ask in {foreign[0]}"
            }
        )


def _scope(question: Question) -> list[int] | None:
    """Read only the contracts that filters can let through, where that is cheap to know."""
    if "contract" in question.filters:
        return list(question.filters["contract"])
    if "program" in question.filters:
        return contracts_ever_of(question.filters["program"])
    return None


def _row(record: Mapping[str, Any], groups: Sequence[str]) -> Row:
    return Row(
        keys={name: record[name] for name in groups},
        currency=record["row_currency"],
        contracts=record["contracts"],
        contracts_without_commitment=record["contracts_without_commitment"],
        disputes=record["disputes"],
        figures={name: record[name] for name in FIGURES},
        covered={"paid": record["covered_paid"], "paid_complete": record["covered_paid_complete"]},
    )
