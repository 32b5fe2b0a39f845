"""Answers from the kept totals: which questions they answer, and how rows are made of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import connection

from procurement.common.dates import Asked
from procurement.common.prepared_statements import execute_as_prepared
from procurement.contracts.models import ProgramAllocation
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.statements import NUMBERS, Reading
from procurement.exposure.kept.waiting import Filters
from procurement.exposure.line_columns import AMOUNTS, COUNTED, COVERED, ENDS, NO_KEY, SINCE
from procurement.exposure.rows import Found, Reader, Row, in_order, merged_by
from procurement.exposure.valuing import parameters
from procurement.programs.models import Program
from procurement.programs.reading import perhaps_disputed, standings
from procurement.programs.standing import Standing

Standings = Mapping[int, Standing]
#: Of so few waiting contracts facts are read by a plan that the session keeps: planning takes longer than reading them.
FEW = 200


@dataclass(frozen=True)
class Wanted:
    """What an answer is wanted of: which totals, by which keys, under which filters, and from which row on how many."""

    totals: Reading
    asked: Asked
    own: Sequence[str]
    filters: Filters
    #: what its statement takes for them, and of groups
    values: Mapping[str, Any]
    offset: int
    limit: int


def answer_of_totals(wanted: Wanted, contracts: Sequence[int] | None) -> tuple[Found, Standings] | None:
    """The answer's rows, and the standings that rows refer to; None where something waits.

    Then what waits is to be named (`contracts`). Two queries, or three.
    """
    waiting, totals = contracts is not None, wanted.totals
    known = _standings(wanted, contracts or ())
    values = parameters(wanted.asked, known, of_facts=waiting) | dict(wanted.values)
    values |= {"contracts": contracts, "offset": wanted.offset, "limit": wanted.limit} | totals.parameters
    is_paged, text = totals.is_paged, totals.text(waiting=waiting)
    with connection.cursor() as cursor:
        if contracts is not None and len(contracts) <= FEW:  # at one moment, so in a transaction
            execute_as_prepared(cursor, text, values)
        else:
            cursor.execute(text, values)
        reader = Reader([column.name for column in cursor.description], ())
        records = cursor.fetchall()
    if records[0][reader.at["waits"]]:
        return None
    kept = _kept(reader, wanted, [record for record in records if record[reader.at["dimension"]] is not None])
    everything = kept.totals if totals.chosen is None else merged_by(kept.rows, lambda _: {})
    rows = _grouped(wanted, kept, known) if wanted.own else everything
    rows = in_order(rows)  # those of a page too: joins need not keep its order
    return Found(rows if is_paged else rows[wanted.offset :], in_order(everything)), known


@dataclass(frozen=True)
class Kept:
    """What totals come to: by the keys of a dimension, of everything; and how many contracts labels count too often."""

    rows: list[Row]
    totals: list[Row]
    too_many: dict[tuple[str | None, str | None], tuple[int, ...]]


def _standings(wanted: Wanted, contracts: Sequence[int]) -> dict[int, Standing]:
    """All that the answer rests on: where rows are not of programs, disputes and what stopped contracts that wait."""
    if wanted.totals.dimension == Total.Dimension.PROGRAM:
        return standings(wanted.asked, wanted.filters.get("program"))
    programs = ProgramAllocation.objects.programs_of(contracts) if contracts else ()
    return standings(wanted.asked, {*perhaps_disputed(wanted.asked), *programs})


def _kept(reader: Reader, wanted: Wanted, records: Sequence[tuple[Any, ...]]) -> Kept:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    at, key, totals, of = reader.at["dimension"], reader.at["key"], wanted.totals, Total.Dimension
    for record in records:
        found[record[at]].append(record)
    everything = [reader.row(each, {}) for each in found[of.ALL]]
    if totals.dimension == of.ALL:
        return Kept(everything, everything, {})
    name = "program" if totals.dimension == of.PROGRAM else "".join(wanted.own)
    rows = [reader.row(each, {name: _key(totals.dimension, each[key])}) for each in found[totals.dimension]]
    currency, counts = reader.at["row_currency"], itemgetter(*(reader.at[column] for column in COUNTED))
    too_many = {(_key(of.COMPANIONS, each[key]), each[currency]): counts(each) for each in found[of.COMPANIONS]}
    return Kept(rows, everything, too_many)


def _key(dimension: int, text: str) -> Any:
    """A key as answers have it: totals keep each as text."""
    if text == NO_KEY:
        return None
    return int(text) if dimension in NUMBERS else text


def _grouped(wanted: Wanted, kept: Kept, known: Standings) -> list[Row]:
    """The rows by the asked key; those of programs with those of programs that have no contract."""
    if wanted.totals.dimension != Total.Dimension.PROGRAM:
        return kept.rows
    name, rows = wanted.own[0], kept.rows
    if name == "program":
        return [*rows, *_without_contracts(rows, wanted, known)]
    label = _labels(name, known)
    found = merged_by(rows, lambda row: {name: label.get(row.keys["program"])})
    return [_counted_once(row, kept.too_many.get((row.keys[name], row.currency), (0, 0, 0))) for row in found]


def _without_contracts(rows: Sequence[Row], wanted: Wanted, known: Standings) -> list[Row]:
    """A row for each program with a standing and without a line: nothing moved on it since it was stopped."""
    chosen = set(wanted.filters.get("program", known))
    shown = {row.keys["program"] for row in rows}
    without = {pk: standing for pk, standing in known.items() if pk in chosen and pk not in shown}
    ever = ProgramAllocation.objects.standing(wanted.asked).filter(program__in=without) if without else None
    left = set() if ever is None else set(ever.values_list("program_id", flat=True))
    return [_nothing(pk, standing, left=pk in left) for pk, standing in without.items()]


def _nothing(program: int, standing: Standing, *, left: bool) -> Row:
    """The row of a program whose contracts have all left, or that never had one on record."""
    amounts: dict[str, Decimal | None] = dict.fromkeys(AMOUNTS)
    if standing.is_stopped and left:
        amounts |= dict.fromkeys(SINCE, Decimal(0))
    return Row(
        keys={"program": program},
        currency=None,
        contracts=0,
        contracts_without_commitment=0,
        amounts=amounts,
        covered=dict.fromkeys(COVERED, Decimal(0)),
        uncovered=dict.fromkeys(COVERED, 0),
        gross=Decimal(0),
        open_ends=dict.fromkeys(ENDS, 0),
        disputed=frozenset({program}) if standing.disputed else frozenset(),
    )


def _labels(name: str, known: Standings) -> Mapping[int | None, str | None]:
    """What each program is grouped under."""
    if name == "program_status":
        return {pk: standing.status for pk, standing in known.items()}
    return dict(Program.objects.values_list("pk", "domain"))


def _counted_once(row: Row, too_many: Sequence[int]) -> Row:
    """Less the contracts that several programs of the group share, as COUNTED has them."""
    contracts, without_commitment, presumed = too_many
    return replace(
        row,
        contracts=row.contracts - contracts,
        contracts_without_commitment=row.contracts_without_commitment - without_commitment,
        age=replace(row.age, presumed=row.age.presumed - presumed),
    )
