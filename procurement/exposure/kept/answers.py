"""Answers from the kept totals: which questions they answer, and how rows are made of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from procurement.common.dates import Asked
from procurement.contracts.models import ProgramAllocation
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.statements import KEPT, OF_PROGRAMS, Reading, reading, stale_contracts_statement
from procurement.exposure.line_columns import AMOUNTS, COVERED, ENDS, SINCE
from procurement.exposure.rows import Found, Reader, Row, in_order, merged_by
from procurement.exposure.snapshot import one_moment
from procurement.exposure.valuing import parameters
from procurement.programs.models import Program
from procurement.programs.reading import perhaps_disputed, standings
from procurement.programs.standing import Standing

#: With more stale contracts than this, reading the whole ledger costs less than finding and reading each of them.
MOST_STALE = 100_000


def stale_contracts(programs: Collection[int] | None = None) -> list[int] | None:
    """The contracts that wait to be folded, of some programs or all; None when they are too many to be read one by one.

    Ask in the transaction of one moment (moment.py) that also reads what is kept.
    """
    values: dict[str, Any] = {"most": MOST_STALE + 1, "programs": list(programs or ())}
    with connection.cursor() as cursor:
        cursor.execute(stale_contracts_statement(of_programs=programs is not None), values)
        found = [contract for (contract,) in cursor.fetchall()]
    return found if len(found) <= MOST_STALE else None


def reading_for(own: Sequence[str], filters: Mapping[str, Sequence[Any]]) -> Reading | None:
    """What to read of the totals to answer a grouping with filters; None when they cannot.

    Counts of contracts add up over keys of contracts, but not over programs; and a supplier filter matches parties that
    are not the lead.
    """
    if len(own) > 1 or len(filters) > 1:
        return None
    if filters:
        ((name, accepted),) = filters.items()
        alone = name in KEPT and name != "supplier" and (name != "program" or len(set(accepted)) == 1)
        return Reading(KEPT[name], tuple(accepted)) if alone and set(own) <= {name} else None
    if not own:
        return Reading(Total.Dimension.ALL)
    if own[0] in OF_PROGRAMS:
        return Reading(Total.Dimension.PROGRAM, with_companions=True)
    return Reading(KEPT[own[0]]) if own[0] in KEPT else None


def kept_answer(
    asked: Asked, own: Sequence[str], filters: Mapping[str, Sequence[Any]]
) -> tuple[Found, Mapping[int, Standing]] | None:
    """Every row of the answer, from the totals, and the standings that rows refer to; None when totals cannot give it.

    Two queries, or more when something waits to be folded.
    """
    wanted = reading_for(own, filters)
    read = None if wanted is None else _read(asked, wanted, filters)
    if wanted is None or read is None:
        return None
    kept, known = read
    totals = kept.totals if wanted.chosen is None else merged_by(kept.rows, lambda _: {})
    rows = _grouped(own[0], asked, kept, known, filters) if own else totals
    return Found(in_order(rows), in_order(totals)), known


@dataclass(frozen=True)
class Kept:
    """What totals come to at a day: by the keys of a dimension (each row's `key`), of everything, of companions."""

    rows: list[Row]
    totals: list[Row]
    companions: list[Row]


def _read(
    asked: Asked, wanted: Reading, filters: Mapping[str, Sequence[Any]]
) -> tuple[Kept, Mapping[int, Standing]] | None:
    """The totals at the day, with what they do not know yet; None when too much of that waits."""
    known = _standings(asked, wanted, filters, stale=False)
    kept = _run(wanted, known, parameters(asked, known, fiscal=False), stale=False)
    if kept is not None:
        return kept, known
    with one_moment():
        contracts = stale_contracts(filters.get("program"))
        if contracts is None:
            return None
        known = _standings(asked, wanted, filters, stale=True)
        kept = _run(wanted, known, parameters(asked, known) | {"contracts": contracts}, stale=True)
    return None if kept is None else (kept, known)


def _run(wanted: Reading, known: Mapping[int, Standing], values: dict[str, Any], *, stale: bool) -> Kept | None:
    """Run the statement; None when it finds that totals know less than the facts, and `stale` does not say which."""
    with connection.cursor() as cursor:
        text = reading(wanted.dimension, chosen=wanted.chosen is not None, stale=stale)
        cursor.execute(text, values | wanted.parameters)
        reader = Reader([column.name for column in cursor.description], ())
        records = cursor.fetchall()
    if records[0][reader.at["is_stale"]] and not stale:
        return None
    kept = _kept(reader, wanted, records)
    return replace(kept, rows=list(_disputed(kept.rows, known))) if wanted.of_programs else kept


def _standings(
    asked: Asked, wanted: Reading, filters: Mapping[str, Sequence[Any]], *, stale: bool
) -> dict[int, Standing]:
    """All that the answer rests on: where rows are not of programs, and the ledger is not read, only disputes."""
    everything = wanted.of_programs or stale
    return standings(asked, filters.get("program") if everything else perhaps_disputed(asked))


def _kept(reader: Reader, wanted: Reading, records: Sequence[tuple[Any, ...]]) -> Kept:
    dimension, key = reader.at["dimension"], reader.at["word" if wanted.by_word else "key"]
    word = reader.at["word"]
    return Kept(
        rows=[reader.row(each, {"key": each[key]}) for each in records if each[dimension] == wanted.dimension],
        totals=[reader.row(each, {}) for each in records if each[dimension] == Total.Dimension.ALL],
        companions=[
            reader.row(each, {"key": each[word]}) for each in records if each[dimension] == Total.Dimension.COMPANIONS
        ],
    )


def _grouped(
    name: str, asked: Asked, kept: Kept, known: Mapping[int, Standing], filters: Mapping[str, Sequence[Any]]
) -> list[Row]:
    """The rows by the asked key; those of programs with those of programs that have no contract."""
    if name == "program":
        rows = (*kept.rows, *_without_contracts(kept.rows, asked, known, filters))
        return [replace(row, keys={name: row.keys["key"]}) for row in rows]
    if name not in OF_PROGRAMS:
        return [replace(row, keys={name: row.keys["key"]}) for row in kept.rows]
    label = _labels(name, known)
    found = merged_by(kept.rows, lambda row: {name: label.get(row.keys["key"])})
    twice = _counted_twice(label, kept.companions)
    return [_counted_once(row, twice.get((row.keys[name], row.currency), (0, 0, 0))) for row in found]


def _disputed(rows: Iterable[Row], known: Mapping[int, Standing]) -> Iterator[Row]:
    """Rows of programs, each with whether its status is disputed."""
    for row in rows:
        program = row.keys["key"]
        disputed = program in known and known[program].disputed
        yield replace(row, disputed=frozenset({program}) if disputed else frozenset())


def _without_contracts(
    rows: Sequence[Row], asked: Asked, known: Mapping[int, Standing], filters: Mapping[str, Sequence[Any]]
) -> list[Row]:
    """A row for each program with a standing and without a line: nothing moved on it since it was stopped."""
    chosen = set(filters.get("program", known))
    shown = {row.keys["key"] for row in rows}
    without = {pk: standing for pk, standing in known.items() if pk in chosen and pk not in shown}
    ever = ProgramAllocation.objects.standing(asked).filter(program__in=without) if without else None
    left = set() if ever is None else set(ever.values_list("program_id", flat=True))
    return [_nothing(pk, standing, left=pk in left) for pk, standing in without.items()]


def _nothing(program: int, standing: Standing, *, left: bool) -> Row:
    """The row of a program whose contracts have all left, or that never had one on record."""
    amounts: dict[str, Decimal | None] = dict.fromkeys(AMOUNTS)
    if standing.is_stopped and left:
        amounts |= dict.fromkeys(SINCE, Decimal(0))
    return Row(
        keys={"key": program},
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


def _labels(name: str, known: Mapping[int, Standing]) -> Mapping[int | None, str | None]:
    """What each program is grouped under."""
    if name == "program_status":
        return {pk: standing.status for pk, standing in known.items()}
    return dict(Program.objects.values_list("pk", "domain"))


def _counted_twice(
    label: Mapping[int | None, str | None], companions: Sequence[Row]
) -> dict[tuple[str | None, str | None], tuple[int, int, int]]:
    """By group and currency, how many contracts that programs of it share were counted once too often, or more.

    Of all of them, of those without a known commitment, and of those that are only presumed to run.
    """
    found: dict[tuple[str | None, str | None], tuple[int, int, int]] = {}
    for shared in companions:
        groups = Counter(label.get(int(program)) for program in shared.keys["key"].split(","))
        for group, programs in groups.items():
            all_of_them, without, presumed = found.get((group, shared.currency), (0, 0, 0))
            more = programs - 1
            found[group, shared.currency] = (
                all_of_them + more * shared.contracts,
                without + more * shared.contracts_without_commitment,
                presumed + more * shared.age.presumed,
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
