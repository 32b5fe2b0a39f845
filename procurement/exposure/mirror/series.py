"""Answers at each day of a series, from one run of the statement over facts (points.py)."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from procurement.exposure.mirror import points
from procurement.exposure.mirror.answering import ONE_QUESTION, Wanted, available
from procurement.exposure.mirror.database import MIRROR, attach, copied, duckdb, run
from procurement.exposure.mirror.newer import MOST, counts, put_beside, put_settings_beside
from procurement.exposure.mirror.partials import Statements
from procurement.exposure.mirror.ranges import ROWS, bounds, ranges
from procurement.exposure.mirror.state import place, read
from procurement.exposure.mirror.tables import TABLES
from procurement.exposure.rows import Found, Reader, Row, in_order
from procurement.exposure.snapshot import snapshot
from procurement.programs.standing import Standing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

#: Facts of no more contracts than this are read from PostgreSQL; where there is no mirror, of so many.
FEW, MANY = 2_000, 20_000
#: Before about so many days of a series something changed in a contract.
CHANGES = 8
_OF = {
    "procurement_contract": sql.SQL("f.id {among}"),
    "procurement_document": sql.SQL("f.id IN (SELECT c.source_id FROM procurement_contract c WHERE c.id {among})"),
    "procurement_organization": sql.SQL(
        "f.id IN (SELECT c.buyer_id FROM procurement_contract c WHERE c.id {among} "
        "UNION SELECT p.organization_id FROM procurement_contractparty p WHERE p.contract_id {among} "
        "UNION SELECT l.other_id FROM procurement_organizationlink l)"
    ),
    "procurement_program": sql.SQL("true"),
}
_OF_FACTS = sql.SQL("f.contract_id {among}")
_CHOSEN = sql.SQL("= ANY ({contracts})")
_EVERY = sql.SQL("IS NOT NULL")


@dataclass(frozen=True)
class Series:
    """A question at each of some days; who knew what by when is the same at all of them."""

    days: Sequence[dt.date]
    #: of each day, the standings of programs
    standings: Sequence[Mapping[int, Standing]]
    wanted: Wanted


def found_at_days(series: Series) -> list[Found] | None:
    """What is found at each day; None where each day has to be asked by itself.

    That is, where there is no mirror, and too many contracts to read them for this, and where DuckDB cannot.
    """
    from duckdb import Error

    try:
        with ONE_QUESTION, snapshot(), duckdb() as db:
            return _found(db, series) if _put_in_place(db, series.wanted.contracts) else None
    except Error as error:
        log.warning("the mirror did not answer a series; its days are asked one by one", extra={"error": str(error)})
        return None


def _put_in_place(db: "DuckDBPyConnection", contracts: Collection[int] | None) -> bool:
    """Make the facts of the wanted contracts ready to be read; False where they are too many."""
    most = FEW if available() else MANY
    if (_counted(most + 1) if contracts is None else len(contracts)) <= most:
        _read_from_postgresql(db, contracts)
        return True
    if not available():
        return False
    attach(db, place())
    state = read(db, MIRROR)
    came = counts(state, MOST + 1) if state.fits and state.is_in_view else None
    if came is None or sum(came.values()) > MOST:
        return False
    put_beside(db, state, came, contracts, prefix="base_")
    _put_described_in_place(db)
    return True


def _counted(most: int) -> int:
    """How many contracts there are, counted up to a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM procurement_contract LIMIT %s) found", [most])
        return int(cursor.fetchone()[0])


def _read_from_postgresql(db: "DuckDBPyConnection", contracts: Collection[int] | None) -> None:
    among = _EVERY if contracts is None else _CHOSEN.format(contracts=list(contracts))
    put_settings_beside(db)
    for table in TABLES:
        run(db, table.create(points.base(table.name), "TEMP"))
        copied(db, table, points.base(table.name), _OF.get(table.name, _OF_FACTS).format(among=among))
    _put_described_in_place(db)


def _put_described_in_place(db: "DuckDBPyConnection") -> None:
    """What is the same at each day."""
    for table in TABLES:
        if not table.key_of_contract:
            names = sql.Identifier(table.name), points.base(table.name)
            run(db, sql.SQL("CREATE TEMP VIEW {} AS SELECT * FROM {}").format(*names))


def _found(db: "DuckDBPyConnection", series: Series) -> list[Found]:
    of = points.statements(series.wanted.dimensions, series.wanted.filters)
    values = {**series.wanted.values, "as_of": series.days[-1], "days": list(series.days), **standing_spans(series)}
    run(db, points.SERIES, values)
    run(db, points.BLOCKS)
    run(db, points.STANDINGS, values)
    into, text = sql.SQL("CREATE TEMP TABLE partial AS {}"), points.sums(of)
    for first, last in ranges(_bounds(db, len(series.days))):
        for statement in points.of_range(first, last):
            run(db, statement, values)
        run(db, into.format(text), values)
        into = sql.SQL("INSERT INTO partial BY NAME {}")
    empty = points.empty_programs(of)
    if empty is not None:
        run(db, empty, values)
    return _read(db, of, values, len(series.days))


def _bounds(db: "DuckDBPyConnection", days: int) -> tuple[int, ...]:
    """Of smaller ranges, as each contract is valued several times."""
    return bounds(db, points.base("procurement_ledgerentry"), ROWS // min(days, CHANGES))


def _read(db: "DuckDBPyConnection", of: Statements, values: Mapping[str, Any], days: int) -> list[Found]:
    rows = _by_day(run(db, points.together(of, totals=False), values), of.own)
    if not of.own:
        return [Found(rows[number], in_order(rows[number])) for number in range(days)]
    totals = _by_day(run(db, points.together(of, totals=True), values), ())
    return [Found(rows[number], in_order(totals[number])) for number in range(days)]


def _by_day(result: "DuckDBPyConnection", own: Sequence[str]) -> Mapping[int, list[Row]]:
    """The rows by the number of their day."""
    reader = Reader([column[0] for column in result.description], own)
    found: dict[int, list[Row]] = defaultdict(list)
    for record in result.fetchall():
        found[record[reader.at["number"]]].append(reader.row(record))
    return found


def standing_spans(series: Series) -> dict[str, list[Any]]:
    """From which day to before which each program has a standing, as parallel lists."""
    spans = list(_spans(series.standings))
    return {
        "programs": [program for program, _, _, _ in spans],
        "froms": [first for _, first, _, _ in spans],
        "untils": [until for _, _, until, _ in spans],
        "statuses": [standing.status for _, _, _, standing in spans],
        "stops": [standing.stopped_on for _, _, _, standing in spans],
        "disputes": [standing.disputed for _, _, _, standing in spans],
    }


def _spans(known: Sequence[Mapping[int, Standing]]) -> Iterator[tuple[int, int, int, Standing]]:
    """Program, first day, the day after the last, and the standing; neighbouring days of equal standing are one."""
    for program in sorted(set().union(*known)):
        first, before = 0, None
        for number in range(len(known) + 1):
            now = known[number].get(program) if number < len(known) else None
            if number == len(known) or _said(now) != _said(before):
                if before is not None:
                    yield program, first, number, before
                first, before = number, now


def _said(standing: Standing | None) -> object:
    return standing and (standing.status, standing.stopped_on, standing.disputed)
