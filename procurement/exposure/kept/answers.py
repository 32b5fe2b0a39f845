"""Answers from the kept totals: which questions they answer, and how rows are made of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from procurement.common.dates import Asked
from procurement.contracts.models import ProgramAllocation
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.statements import NUMBERS, Reading, reading
from procurement.exposure.kept.waiting import Filters
from procurement.exposure.line_columns import AMOUNTS, COVERED, ENDS, NO_KEY, SINCE
from procurement.exposure.rows import Found, Reader, Row, in_order, merged_by
from procurement.exposure.valuing import parameters
from procurement.programs.models import Program
from procurement.programs.reading import perhaps_disputed, standings
from procurement.programs.standing import Standing

Standings = Mapping[int, Standing]
#: The columns that companions are read from, beside their programs.
SHARED = ("row_currency", "contracts", "contracts_without_commitment", "presumed")


@dataclass(frozen=True)
class Wanted:
    """What an answer is wanted of: which totals, by which keys, under which filters, and from which row on how many."""

    totals: Reading
    asked: Asked
    own: Sequence[str]
    filters: Filters
    offset: int
    limit: int


def answer_of_totals(wanted: Wanted, contracts: Sequence[int] | None) -> tuple[Found, Standings] | None:
    """The answer's rows, and the standings that rows refer to; None where something waits.

    Then what waits is to be named (`contracts`). Two queries, or three.
    """
    waiting, totals = contracts is not None, wanted.totals
    known = _standings(wanted, waiting=waiting)
    values = parameters(wanted.asked, known, fiscal=waiting)
    values |= {"contracts": contracts, "offset": wanted.offset, "limit": wanted.limit} | totals.parameters
    is_paged, text = totals.is_paged, reading(totals.dimension, chosen=totals.chosen is not None, waiting=waiting)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        reader = Reader([column.name for column in cursor.description], ())
        records = cursor.fetchall()
    if records[0][reader.at["waits"]]:
        return None
    kept = _kept(reader, wanted, [record for record in records if record[reader.at["dimension"]] is not None])
    everything = kept.totals if totals.chosen is None else merged_by(kept.rows, lambda _: {})
    rows = _grouped(wanted, kept, known) if wanted.own else everything
    return Found(rows if is_paged else in_order(rows)[wanted.offset :], in_order(everything)), known


class Companions(NamedTuple):
    """How many contracts the same programs share. There may be more of these than rows, so no more is read of them."""

    programs: str
    currency: str
    contracts: int
    contracts_without_commitment: int
    presumed: int | None


@dataclass(frozen=True)
class Kept:
    """What totals come to: by the keys of a dimension, of everything; and of companions what is counted twice."""

    rows: list[Row]
    totals: list[Row]
    companions: list[Companions]


def _standings(wanted: Wanted, *, waiting: bool) -> dict[int, Standing]:
    """All that the answer rests on: where rows are not of programs, and no facts are read, only disputes."""
    everything = wanted.totals.dimension == Total.Dimension.PROGRAM or waiting
    return standings(wanted.asked, wanted.filters.get("program") if everything else perhaps_disputed(wanted.asked))


def _kept(reader: Reader, wanted: Wanted, records: Sequence[tuple[Any, ...]]) -> Kept:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    at, key, totals, of = reader.at["dimension"], reader.at["key"], wanted.totals, Total.Dimension
    for record in records:
        found[record[at]].append(record)
    everything = [reader.row(each, {}) for each in found[of.ALL]]
    if totals.dimension == of.ALL:
        return Kept(everything, everything, [])
    name = "program" if totals.dimension == of.PROGRAM else "".join(wanted.own)
    rows = [reader.row(each, {name: _key(totals.dimension, each[key])}) for each in found[totals.dimension]]
    shared = itemgetter(key, *(reader.at[column] for column in SHARED))
    return Kept(rows, everything, [Companions(*shared(each)) for each in found[of.COMPANIONS]])


def _key(dimension: int, text: str) -> Any:
    """A key as answers have it: totals keep each as text."""
    if text == NO_KEY:
        return None
    return int(text) if dimension in NUMBERS else text


def _grouped(wanted: Wanted, kept: Kept, known: Standings) -> list[Row]:
    """The rows by the asked key; those of programs with those of programs that have no contract."""
    if wanted.totals.dimension != Total.Dimension.PROGRAM:
        return kept.rows
    name, rows = wanted.own[0], list(_disputed(kept.rows, known))
    if name == "program":
        return [*rows, *_without_contracts(rows, wanted, known)]
    label = _labels(name, known)
    found = merged_by(rows, lambda row: {name: label.get(row.keys["program"])})
    twice = _counted_twice(label, kept.companions)
    return [_counted_once(row, twice.get((row.keys[name], row.currency), (0, 0, 0))) for row in found]


def _disputed(rows: Iterable[Row], known: Standings) -> Iterator[Row]:
    """Rows of programs, each with whether its status is disputed."""
    for row in rows:
        program = row.keys["program"]
        disputed = program in known and known[program].disputed
        yield replace(row, disputed=frozenset({program}) if disputed else frozenset())


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


def _counted_twice(
    label: Mapping[int | None, str | None], companions: Sequence[Companions]
) -> dict[tuple[str | None, str | None], tuple[int, int, int]]:
    """By group and currency, how many contracts that programs of it share were counted once too often, or more.

    Of all of them, of those without a known commitment, and of those that are only presumed to run.
    """
    found: dict[tuple[str | None, str | None], tuple[int, int, int]] = {}
    for shared in companions:
        groups = Counter(label.get(int(program)) for program in shared.programs.split(","))
        for group, programs in groups.items():
            all_of_them, without, presumed = found.get((group, shared.currency), (0, 0, 0))
            more = programs - 1
            found[group, shared.currency] = (
                all_of_them + more * shared.contracts,
                without + more * shared.contracts_without_commitment,
                presumed + more * (shared.presumed or 0),
            )
    return found


def _counted_once(row: Row, twice: tuple[int, int, int]) -> Row:
    """Less the contracts that several programs of the group share."""
    return replace(
        row,
        contracts=row.contracts - twice[0],
        contracts_without_commitment=row.contracts_without_commitment - twice[1],
        age=replace(row.age, presumed=row.age.presumed - twice[2]),
    )
