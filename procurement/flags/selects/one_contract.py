"""What rules about one contract share, whatever its program does: its figures, its state, what moved under it."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.exposure.sql.visibility import listed
from procurement.flags.rule import Parameters
from procurement.flags.selects.presumption import presumption
from procurement.flags.wording import named

#: What says how much was committed and paid.
PAID = ("commitment", "payment", "refund")

#: Columns of the contract `c`, its STATE as `state` and its MOVED as `moved`.
_CONTRACT = sql.SQL(
    """c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted"""
)

#: The unbroken run of the state that holds, and of others that do not break it: its first day, the first day on which
#: the other side was told of it, until when the latest word says that it lasts, what that suspends, and who says so. Of
#: several states of one day the last one holds.
_STATE = sql.SQL(
    """CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE {broken}) OVER () AS broken_on
                 FROM (SELECT DISTINCT ON (s.effective_on) s.* FROM status s WHERE s.contract_id = c.contract_id
                        ORDER BY s.effective_on, COALESCE(s.published_on, s.effective_on) DESC, s.id DESC) d) r
        WHERE r.effective_on > COALESCE(r.broken_on, '-infinity')) state"""
)

#: What moved, in one look at the ledger: the commitments and payments, one more of which reopens an accepted flag, and
#: who says what moved, or that nothing else did.
_MOVED = sql.SQL(
    """CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE e.measure IN ('commitment', 'payment')) AS movements,
              COALESCE(max(e.id) FILTER (WHERE e.measure IN ('commitment', 'payment')), 0) AS latest_movement,
              array_agg(e.source_id)
              || ARRAY(SELECT t.source_id FROM completed t
                        WHERE t.contract_id = {contract} AND t.measure = 'payment') AS sources{also}
         FROM ({entries}) e) moved"""
)
_ENTRIES = sql.SQL("SELECT e.*{holds} FROM entry e WHERE e.contract_id = {contract} AND e.measure IN {measures}")
#: With whether something held of all that moved by the end of an entry's day, and the last day on which it did not.
_JUDGED = sql.SQL(
    """SELECT t.*, max(t.effective_on) FILTER (WHERE t.holds IS NOT TRUE) OVER () AS broken_on
                 FROM ({entries}
               WINDOW so_far AS (ORDER BY e.effective_on)) t"""
)
_HOLDS = sql.SQL(", {held} AS holds")
_SINCE = sql.SQL("min(e.effective_on) FILTER (WHERE e.effective_on > COALESCE(e.broken_on, '-infinity')) AS since")

#: The documents among some arrays of them.
_SOURCES = sql.SQL(
    """(SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest({arrays}) AS source WHERE source IS NOT NULL) AS sources"""
)
_CITED = sql.SQL("ARRAY[c.source_id] || state.sources || moved.sources")

#: A run ends with any other state `d`.
ANOTHER_STATE = sql.SQL("d.status <> c.status")


def one_contract(
    of: Parameters,
    *,
    moved: sql.Composable | None = None,
    cited: sql.Composable | None = None,
    broken: sql.Composable = ANOTHER_STATE,
) -> dict[str, sql.Composable]:
    """What a SELECT about contracts `c` fills in: {contract}, {sources}, {state}, {moved} and the presumption's parts.

    `cited` are more arrays of documents. `broken` is the condition on a state `d` that ends a run.
    """
    arrays = sql.SQL(" || ").join([_CITED, *([cited] if cited else [])])
    return {
        "contract": _CONTRACT,
        "sources": _SOURCES.format(arrays=arrays),
        "state": _STATE.format(broken=broken),
        "moved": moved or what_moved(),
        **presumption(of),
    }


def what_moved(
    *also: sql.Composable, measures: tuple[str, ...] = PAID, held: sql.Composable | None = None, c: str = "c"
) -> sql.Composed:
    """The table `moved` of entries `e` of some measures of a contract `c`, with more that is summed up of them.

    Its `since` is the first day from which on, without a break to the last entry's, something `held` of what moved so
    far: a condition on sums OVER so_far.
    """
    contract, holds = sql.Identifier(c, "contract_id"), _HOLDS.format(held=held) if held else sql.SQL("")
    entries = _ENTRIES.format(holds=holds, contract=contract, measures=listed(measures))
    if held:
        entries, also = _JUDGED.format(entries=entries), (_SINCE, *also)
    more = sql.Composed([part for each in also for part in (sql.SQL(", "), each)])
    return _MOVED.format(contract=contract, entries=entries, also=more)


def subject(row: Mapping[str, Any]) -> str:
    """A contract as the beginning of a sentence: Contract C-1 (Radar) of Aegis Ashore."""
    name = named(row)
    return name[0].upper() + name[1:] + (f" of {row['program']}" if row["program"] else "")
