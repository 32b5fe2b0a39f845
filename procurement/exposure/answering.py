"""Answering what the contract exposure is: grouped, filtered, at any dates (DESIGN.md sections 5 and 8).

One question, three ways to the same answer: from kept totals where there are some for the grouping, from spans for any
grouping and filter at a day, and from the ledger at any dates. `answer` chooses, and `answer_from_ledger` never does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.exposure.conversion import in_currency
from procurement.exposure.kept.answers import kept_answer, stale_contracts
from procurement.exposure.kept.statements import span_lines
from procurement.exposure.mirror.answering import Wanted, from_mirror
from procurement.exposure.rows import Found, Reader, Row, in_order
from procurement.exposure.snapshot import one_moment
from procurement.exposure.sql.grouping import DIMENSIONS, FILTERS, MARKED, grouped, own_keys
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import ASKED
from procurement.exposure.valuing import contracts_ever_of, parameters
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.rates.converting import USUAL, Rate

GROUPINGS = (*DIMENSIONS, "none")
LARGEST_PAGE = 10_000
#: So many contracts PostgreSQL values by their indexes sooner than the mirror of this host reads all.
FEW = 2_000
#: More rows than there can be.
EVERY = 2**40


@dataclass(frozen=True)
class Question:
    """What is asked: dates, groupings, filters (each a list of accepted values; ids, codes of countries, ...)."""

    asked: Asked
    group_by: tuple[str, ...] = ()
    filters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    #: None: each contract's own
    currency: str | None = None
    #: each pair is converted at the first of these that has a rate
    rate_types: tuple[str, ...] = USUAL
    offset: int = 0
    limit: int = LARGEST_PAGE


@dataclass(frozen=True)
class Answer:
    """One page of rows, the totals by currency, the standings rows refer to, the rates used, and where to go on."""

    question: Question
    rows: list[Row]
    totals: list[Row]
    standings: Mapping[int, Standing]
    rates: tuple[Rate, ...] = ()
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
    """Answer from what is kept, where that knows the dates, else from the ledger.

    Raises Refused for an unknown grouping or filter, and where a rate to convert at is missing.
    """
    _refuse_unknown(question)
    read = _read_by(question)
    if question.asked.published_by is None and question.asked.recorded_by is None:
        kept = kept_answer(question.asked, own_keys(question.group_by), question.filters)
        if kept is not None:
            found, known = kept
            return _answered(question, known, Found(found.rows[read.offset :], found.totals))
        known = standings(question.asked, question.filters.get("program"))
        return _answered(question, known, _from_spans(read, known))
    known = standings(question.asked, question.filters.get("program"))
    return _answered(question, known, _from_facts(read, known))


def answer_from_ledger(question: Question) -> Answer:
    """The same, summed from the facts alone: what kept totals are held against. Raises as `answer` does."""
    _refuse_unknown(question)
    known = standings(question.asked, question.filters.get("program"))
    return _answered(question, known, _from_ledger(_read_by(question), known))


def answer_from_mirror(question: Question) -> Answer | None:
    """The same from the mirror of this host; None where it cannot say. Raises as `answer` does."""
    _refuse_unknown(question)
    known = standings(question.asked, question.filters.get("program"))
    found = _from_mirror(_read_by(question), known, _named(question))
    return None if found is None else _answered(question, known, found)


def _refuse_unknown(question: Question) -> None:
    checked_groups(question.group_by)
    unknown = sorted(set(question.filters) - set(FILTERS))
    if unknown:
        raise Refused({name: f"is not a filter of exposure; accepted: {', '.join(FILTERS)}" for name in unknown})


def _read_by(question: Question) -> Question:
    """What to read for a question: all rows where some of them may merge, else only its page.

    A contract has one currency, so rows by contract never merge.
    """
    merges = question.currency is not None and "contract" not in question.group_by
    return replace(question, offset=0, limit=EVERY) if merges else question


def _answered(question: Question, known: Mapping[int, Standing], found: Found) -> Answer:
    """Convert what was read, where that is asked for, and cut the page out of it."""
    rates: tuple[Rate, ...] = ()
    if question.currency is not None:
        found, rates = in_currency(found, question.currency, question.asked, question.rate_types)
    rows = found.rows[question.offset - _read_by(question).offset :]
    next_offset = question.offset + question.limit if len(rows) > question.limit else None
    return Answer(question, rows[: question.limit], found.totals, known, rates, next_offset)


def _from_facts(question: Question, known: Mapping[int, Standing]) -> Found:
    """From the mirror of this host where many contracts are read and there is one, else from the ledger."""
    contracts = _named(question)
    few = contracts is not None and len(contracts) <= FEW
    found = None if few else _from_mirror(question, known, contracts)
    return _from_ledger(question, known) if found is None else found


def _from_mirror(question: Question, known: Mapping[int, Standing], contracts: list[int] | None) -> Found | None:
    return from_mirror(Wanted(question.group_by, question.filters, _values(question, known), contracts))


def _from_ledger(question: Question, known: Mapping[int, Standing]) -> Found:
    """Value the contracts that filters can let through, where that is cheap to know, else all of them."""
    contracts = _named(question)
    lines = line_tables(ASKED, "" if contracts is None else "named")
    _, found = _read(question, known, grouped(question.group_by, question.filters, lines), contracts)
    return found


def _from_spans(question: Question, known: Mapping[int, Standing]) -> Found:
    """Sum the spans of the day, with what they do not know yet from the ledger."""
    text = grouped(question.group_by, question.filters, span_lines(stale=False), MARKED)
    stale, found = _read(question, known, text, None)
    if not stale:
        return found
    with one_moment():
        contracts = stale_contracts(question.filters.get("program"))
        if contracts is not None:
            text = grouped(question.group_by, question.filters, span_lines(stale=True))
            return _read(question, known, text, contracts)[1]
    return _from_ledger(question, known)


def _named(question: Question) -> list[int] | None:
    if "contract" in question.filters:
        return list(question.filters["contract"])
    if "program" in question.filters:
        return contracts_ever_of(question.filters["program"])
    return None


def _values(question: Question, known: Mapping[int, Standing]) -> dict[str, Any]:
    """The parameters of a statement over lines."""
    values = parameters(question.asked, known) | {name: list(given) for name, given in question.filters.items()}
    return values | {"offset": question.offset, "limit": question.limit + 1}


def _read(
    question: Question, known: Mapping[int, Standing], text: str, contracts: list[int] | None
) -> tuple[bool, Found]:
    """Run a statement over lines; whether marks were left when it began, and the rows from the page's first on."""
    values = _values(question, known) | {"contracts": contracts}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        reader = Reader([column.name for column in cursor.description], own_keys(question.group_by))
        records = cursor.fetchall()
    at = reader.at
    found = [record for record in records if record[at["contracts"]] is not None]
    rows = [reader.row(record) for record in found if not record[at["is_total"]]]
    totals = [reader.row(record, {}) for record in found if record[at["is_total"]]] if reader.keys else rows
    return records[0][at["is_stale"]], Found(rows if reader.keys else rows[question.offset :], in_order(totals))
