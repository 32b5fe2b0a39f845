"""Which contracts wait: those that what is kept does not know as a question wants them. And how it is read beside them.

A contract waits when a mark touches it, because of what was posted since it was refreshed; and when something of it is
dated between the kept day and the asked one. So an answer is exact before, during and after a refresh, and also while
the kept day is yesterday's.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Subquery
from django.utils import timezone
from psycopg import sql

from procurement.common.dates import Asked
from procurement.contracts.presuming import Presumption
from procurement.exposure.kept.models import KeptDay
from procurement.exposure.snapshot import one_moment
from procurement.sources.facts import tables_about

#: With more waiting contracts than this, reading all of the facts costs less than reading each of these; and with more
#: of which something is dated between two days, another engine's copy of the facts does, and the search ends there.
MOST_WAITING, MOST_DATED = 100_000, 20_000

#: Organizations and all that were ever merged into them: what is kept of their contracts names those that remain.
_STOOD_FOR = sql.SQL(
    """
    WITH RECURSIVE body (id) AS (
        {start}
        UNION
        SELECT l.organization_id FROM procurement_organizationlink l JOIN body ON l.other_id = body.id
         WHERE l.kind = 'same_as'
    )"""
)
_MARKED = sql.SQL("SELECT key FROM {marks} WHERE kind = 'organization'")
_TOUCHED = sql.SQL(
    """{body}
    SELECT key AS contract_id FROM {marks} WHERE kind = 'contract'
    UNION
    SELECT a.contract_id FROM {marks} m JOIN procurement_programallocation a ON a.program_id = m.key
     WHERE m.kind = 'program'
    UNION
    SELECT c.id FROM {marks} m JOIN procurement_contract c ON c.source_id = m.key WHERE m.kind = 'document'
    UNION
    SELECT c.id FROM body JOIN procurement_contract c ON c.buyer_id = body.id
    UNION
    SELECT p.contract_id FROM body JOIN procurement_contractparty p ON p.organization_id = body.id
    UNION
    SELECT c.id FROM procurement_contract c WHERE EXISTS (SELECT FROM {marks} WHERE kind = 'everything')"""
)
MARKS = sql.Identifier("procurement_stalemark")

#: Where something of a contract is dated after one day and up to another.
_EFFECTIVE = "SELECT contract_id FROM {} WHERE effective_on > %(after)s AND effective_on <= %(until)s"
_BY_DAY = (
    # it comes into view
    """SELECT c.id AS contract_id FROM procurement_document d JOIN procurement_contract c ON c.source_id = d.id
        WHERE d.published_on > %(after)s AND d.published_on <= %(until)s""",
    """SELECT c.id AS contract_id FROM procurement_document d JOIN procurement_contract c ON c.source_id = d.id
        WHERE d.published_on IS NULL AND (c.created_at AT TIME ZONE %(zone)s)::date > %(after)s
          AND (c.created_at AT TIME ZONE %(zone)s)::date <= %(until)s""",
    # a security lapses, or payments are known through the day
    "SELECT contract_id FROM procurement_guarantee WHERE valid_until >= %(after)s AND valid_until < %(until)s",
    "SELECT contract_id FROM procurement_completeness WHERE through > %(after)s AND through <= %(until)s",
    # a program of it stops or goes on
    """SELECT a.contract_id FROM procurement_statuschange s
         JOIN procurement_programallocation a ON a.program_id = s.program_id
        WHERE s.effective_on > %(after)s AND s.effective_on <= %(until)s""",
    # its state becomes presumed, or is no more
    """SELECT contract_id FROM procurement_line
        WHERE is_stock AND live AND confirmed_on > %(silent_after)s AND confirmed_on <= %(silent_until)s""",
    """SELECT contract_id FROM procurement_line
        WHERE is_stock AND live AND ends_on >= %(after)s AND ends_on < %(until)s""",
)
#: The same where a buyer or a party is merged then.
_MERGED = sql.SQL(
    """{body}
    SELECT c.id AS contract_id FROM body JOIN procurement_contract c ON c.buyer_id = body.id
    UNION ALL
    SELECT p.contract_id FROM body JOIN procurement_contractparty p ON p.organization_id = body.id"""
)
_MERGES = sql.SQL(
    "SELECT organization_id FROM procurement_organizationlink "
    "WHERE kind = 'same_as' AND effective_on > %(after)s AND effective_on <= %(until)s"
)
#: Each part ends at the most that are wanted, so that a question about a far day is soon found to be one.
_DATED = sql.SQL("SELECT array_agg(DISTINCT contract_id), count(*) FROM ({parts}) dated")
_PART = sql.SQL("(SELECT contract_id FROM ({part}) found WHERE contract_id IS NOT NULL AND {wanted} LIMIT %(most)s)")
#: Of the filters of a question those that say which contracts need not be looked at.
_WANTED = {
    "contract": sql.SQL("contract_id = ANY (%(contract)s)"),
    "program": sql.SQL(
        "contract_id IN (SELECT contract_id FROM procurement_programallocation WHERE program_id = ANY (%(program)s))"
    ),
}

Filters = Mapping[str, Sequence[Any]]
T = TypeVar("T")


@dataclass(frozen=True)
class Turn:
    """From the day that is kept to another, with the days after which a state is presumed before and then."""

    kept: dt.date
    kept_after: int
    day: dt.date
    presumed_after: int

    @property
    def is_none(self) -> bool:
        """Whether nothing turns."""
        return (self.kept, self.kept_after) == (self.day, self.presumed_after)

    @property
    def parameters(self) -> dict[str, Any]:
        """The days between, as the statement takes them; what is confirmed on a silent day is presumed at one end."""
        silent = sorted(
            day.toordinal() - days for day, days in ((self.kept, self.kept_after), (self.day, self.presumed_after))
        )
        first, last = sorted((self.kept, self.day))
        named = {"after": first, "until": last, "zone": timezone.get_default_timezone_name()}
        return named | {"silent_after": _day(silent[0]), "silent_until": _day(silent[1])}


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(max(ordinal, 1))


def turn_to(day: dt.date) -> Turn | None:
    """The turn from what is kept to a day; None where nothing is kept. One query."""
    now = Subquery(Presumption.objects.values("days")[:1])
    kept = KeptDay.objects.annotate(now=now).values_list("day", "presumed_after", "now").first()
    return None if kept is None else Turn(*kept[:2], day, kept[2])


def waiting_contracts(asked: Asked, filters: Filters | None = None) -> list[int] | None:
    """The contracts that wait, of those that filters can let through.

    None where what is kept is of no use: it holds for what is known now, and too many may wait. Ask in the transaction
    of one moment (snapshot.py) that also reads what is kept.
    """
    turn = turn_to(asked.as_of) if asked.published_by is None and asked.recorded_by is None else None
    if turn is None:
        return None
    wanted = {name: list(given) for name, given in (filters or {}).items() if name in _WANTED}
    values: dict[str, Any] = {"most": MOST_WAITING + 1} | wanted
    with connection.cursor() as cursor:
        cursor.execute(_touched(tuple(wanted)), values)
        found = {contract for (contract,) in cursor.fetchall()}
        if not turn.is_none and len(found) <= MOST_WAITING:
            cursor.execute(dated(tuple(wanted)), values | turn.parameters | {"most": MOST_DATED + 1})
            contracts, number = cursor.fetchone()
            if number > MOST_DATED:
                return None
            found |= set(contracts or ())
    return sorted(found) if len(found) <= MOST_WAITING else None


def read_kept(asked: Asked, filters: Filters, read: Callable[[list[int] | None], T | None]) -> T | None:
    """What a reading of what is kept gives; None where the facts are to be read instead.

    `read` runs one statement, and gives None where that says that something waits. Then it is asked again at one
    moment, with the contracts that wait: they are taken out as they are kept and put in as the facts have them.
    """
    if asked.published_by is not None or asked.recorded_by is not None:
        return None
    found = read(None)
    if found is not None:
        return found
    with one_moment():
        contracts = waiting_contracts(asked, filters)
        return None if contracts is None else read(contracts)


def touched(marks: sql.Identifier) -> sql.Composed:
    """The select of the contracts that marks touch, of a table of marks."""
    return _TOUCHED.format(marks=marks, body=_STOOD_FOR.format(start=_MARKED.format(marks=marks)))


@cache
def _touched(wanted: tuple[str, ...]) -> str:
    text = sql.SQL("SELECT contract_id FROM ({touched}) touched WHERE {wanted} LIMIT %(most)s")
    return text.format(touched=touched(MARKS), wanted=_all(wanted)).as_string(None)


@cache
def dated(wanted: tuple[str, ...] = ()) -> str:
    """The statement that finds contracts of which something is dated in a turn, and in how many places (or `most`)."""
    each = [
        *(sql.SQL(_EFFECTIVE).format(sql.Identifier(table)) for table in tables_about("contract")),
        *map(sql.SQL, _BY_DAY),
        _MERGED.format(body=_STOOD_FOR.format(start=_MERGES)),
    ]
    parts = sql.SQL(" UNION ALL ").join(_PART.format(part=part, wanted=_all(wanted)) for part in each)
    return _DATED.format(parts=parts).as_string(None)


def _all(wanted: Collection[str]) -> sql.Composed:
    return sql.SQL(" AND ").join([sql.SQL("true"), *(_WANTED[name] for name in wanted)])
