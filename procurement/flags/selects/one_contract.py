"""What rules about one contract share, whatever its program does: its figures, its state, what moved under it."""

from collections.abc import Mapping
from typing import Any

from procurement.flags.selects.presumption import presumable
from procurement.flags.wording import named

#: What says how much was committed and paid.
PAID = ("commitment", "payment", "refund")

#: Columns of the contract `c`, its STATE as `state` and its MOVED as `moved`.
_CONTRACT = """c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted"""

#: The unbroken run of the state that holds, and of others that do not break it: its first day, the first day on which
#: the other side was told of it, until when the latest word says that it lasts, what that suspends, and who says so. Of
#: several states of one day the last one holds.
_STATE = """CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE {broken}) OVER () AS broken_on
                 FROM (SELECT DISTINCT ON (s.effective_on) s.* FROM status s WHERE s.contract_id = c.contract_id
                        ORDER BY s.effective_on, COALESCE(s.published_on, s.effective_on) DESC, s.id DESC) d) r
        WHERE r.effective_on > COALESCE(r.broken_on, '-infinity')) state"""

#: What moved, in one look at the ledger: the commitments and payments, one more of which reopens an accepted flag, and
#: who says what moved, or that nothing else did.
_MOVED = """CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE e.measure IN ('commitment', 'payment')) AS movements,
              COALESCE(max(e.id) FILTER (WHERE e.measure IN ('commitment', 'payment')), 0) AS latest_movement,
              array_agg(e.source_id)
              || ARRAY(SELECT t.source_id FROM completed t
                        WHERE t.contract_id = c.contract_id AND t.measure = 'payment') AS sources{also}
         FROM ({entries}) e) moved"""
_ENTRIES = "SELECT e.*{more} FROM entry e WHERE e.contract_id = c.contract_id AND e.measure IN {measures}"
#: With whether something held of all that moved by the end of an entry's day, and the last day on which it did not.
_JUDGED = """SELECT t.*, max(t.effective_on) FILTER (WHERE t.holds IS NOT TRUE) OVER () AS broken_on
                 FROM ({entries}
               WINDOW so_far AS (ORDER BY e.effective_on)) t"""
_SINCE = "min(e.effective_on) FILTER (WHERE e.effective_on > COALESCE(e.broken_on, '-infinity')) AS since"

#: The documents among some arrays of them.
_SOURCES = """(SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest({arrays}) AS source WHERE source IS NOT NULL) AS sources"""


#: A run ends with any other state `d`.
ANOTHER_STATE = "d.status <> c.status"


def about_one_contract(text: str, *, moved: str = "", cited: str = "", broken: str = ANOTHER_STATE) -> str:
    """A SELECT with {contract}, {sources}, {state} and {moved} filled in, and what is presumable (presuming.py).

    `cited` are more arrays of documents. `broken` is the condition on a state `d` that ends a run.
    """
    arrays = "ARRAY[c.source_id] || state.sources || moved.sources" + (f" || {cited}" if cited else "")
    parts = {"contract": _CONTRACT, "sources": _SOURCES.replace("{arrays}", arrays)}
    parts |= {"state": _STATE.replace("{broken}", broken)}
    for name, part in (parts | {"moved": moved or what_moved()}).items():
        text = text.replace(f"{{{name}}}", part)
    return presumable(text)


def what_moved(*also: str, measures: tuple[str, ...] = PAID, held: str = "") -> str:
    """The table `moved` of entries `e` of some measures, with more that is summed up of them.

    Its `since` is the first day from which on, without a break to the last entry's, something `held` of what moved so
    far: a condition on sums OVER so_far.
    """
    more = f", {held} AS holds" if held else ""
    entries = _ENTRIES.replace("{more}", more).replace("{measures}", str(measures))
    if held:
        entries, also = _JUDGED.replace("{entries}", entries), (_SINCE, *also)
    return _MOVED.replace("{entries}", entries).replace("{also}", "".join(f", {each}" for each in also))


def subject(row: Mapping[str, Any]) -> str:
    """A contract as the beginning of a sentence: Contract C-1 (Radar) of Aegis Ashore."""
    name = named(row)
    return name[0].upper() + name[1:] + (f" of {row['program']}" if row["program"] else "")
