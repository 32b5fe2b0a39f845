"""The address that gives an answer again: the same question with its day, and `recorded_by` filled in.

An answer holds the facts that could be seen while it was read. It is the answer as of a moment if all of these were
recorded by then (`newest_record`, read after it), and if no other can still appear that was (`horizon`, read before
it). Where facts newer than the horizon were in view, because a writer that began before them had not ended, no moment
gives the answer again, and it has no permalink.

Where the version of all data is known before an answer is read, nobody writes: the horizon is the moment of that
version. Where it is the same afterwards, the newest record is the version's, and looked up once for each.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from psycopg import sql

from procurement.api.http.pagination import filters_hash, opened, sealed
from procurement.common.data_version import Version, data_version
from procurement.common.withdrawable import Withdrawable
from procurement.rates.models import ExchangeRate
from procurement.sources.facts import fact_models
from procurement.sources.horizon import horizon

HORIZON_HEADER = "X-Horizon"
HORIZON, PERMALINK = "horizon", "permalink"
#: Parameters that only some answers of the same question have.
NOT_REPEATED = frozenset({"cursor", "count"})
#: Rows of tables without an index by time are stamped nearly in the order of their ids.
LATEST_ROWS = 100
#: An address of so many characters is sure to be taken by the web server and by proxies before it.
LONGEST = 2000

_BY_INDEX = sql.SQL("(SELECT max(recorded_at) FROM {table})")
_BY_ID = sql.SQL("(SELECT max({moment}) FROM (SELECT {moment} FROM {table} ORDER BY id DESC LIMIT {rows}) latest)")


@cache
def _newest() -> str:
    facts = [_BY_INDEX.format(table=sql.Identifier(each._meta.db_table)) for each in fact_models()]
    others: list[tuple[Any, str]] = [(ExchangeRate, "recorded_at")]
    others += [(each, "created_at") for each in Withdrawable.__subclasses__()]
    rows = [
        _BY_ID.format(table=sql.Identifier(table._meta.db_table), moment=sql.Identifier(moment), rows=LATEST_ROWS)
        for table, moment in others
    ]
    return sql.SQL("SELECT GREATEST({})").format(sql.SQL(", ").join([*facts, *rows])).as_string(None)


def newest_record() -> dt.datetime | None:
    """When the newest fact, rate or descriptive row was recorded; None where there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_newest())
        found: dt.datetime | None = cursor.fetchone()[0]
    return found


class _Last:
    """The version whose newest record was looked up last in this process, and what was found."""

    known: tuple[Version, dt.datetime | None] | None = None


def newest_of(version: Version) -> dt.datetime | None:
    """The same of a version that still holds; looked up once for it.

    In a transaction of our own it is always looked up: what that wrote can be taken back without a new version.
    """
    known = _Last.known
    if known is not None and known[0] == version and not connection.in_atomic_block:
        return known[1]
    found = newest_record()
    if found is None or found <= version.moment:  # else it was recorded meanwhile
        _Last.known = (version, found)
    return found


@dataclass(frozen=True)
class Reproduced:
    """How an answer is given again: as of a moment up to which it is complete, and at which address, if at any."""

    horizon: dt.datetime
    permalink: str | None

    def in_headers(self, response: Any) -> None:
        """Say it in the headers, beside other links."""
        response[HORIZON_HEADER] = self.horizon.isoformat()
        if self.permalink is not None:
            response["Link"] = ", ".join([*filter(None, [response.get("Link")]), f'<{self.permalink}>; rel="bookmark"'])

    def in_body(self, data: dict[str, Any]) -> dict[str, Any]:
        """The answer with both."""
        return data | {HORIZON: self.horizon, PERMALINK: self.permalink}


@dataclass(frozen=True)
class Address:
    """A question: its address and path, what it asks, what its cursor belongs to, and what a permalink fills in."""

    url: str
    path: str
    params: Mapping[str, str]
    belongs_to: Mapping[str, str]
    filled: Mapping[str, str]
    is_asked_by_get: bool = True

    def again(self, moment: dt.datetime) -> str | None:
        """The address of the same question as of a moment of recording; its place among the pages is kept.

        None for a question in a body that no address can hold, or of which a further page is asked for.
        """
        found = self._again({**self.filled, "recorded_by": moment.isoformat()})
        return found if self.is_asked_by_get or (len(found) < LONGEST and "cursor" not in self.params) else None

    def _again(self, filled: Mapping[str, str]) -> str:
        kept = {name: value for name, value in self.params.items() if name not in NOT_REPEATED}
        params = {**kept, **filled}
        if "cursor" in self.params:
            place = opened(self.params["cursor"], filters_hash(self.path, self.belongs_to))
            params["cursor"] = sealed(place, filters_hash(self.path, {**self.belongs_to, **filled}))
        return f"{self.url}?{urlencode(params)}"


class Reproducing:
    """Finds the permalink of one answer: made before it is read, asked when it has been.

    `version_after` is the version of all data after it was read, where that was asked for together with it.
    """

    def __init__(self, recorded_by: dt.datetime | None, version: Version | None = None) -> None:
        self.recorded_by, self.version = recorded_by, version
        self.version_after: Version | None = None
        self.reached = recorded_by or (horizon() if version is None else version.moment)

    def found(self, address: Address, *, streamed: bool) -> Reproduced:
        """The moment and the address.

        A streamed answer is read while it is sent, so its permalink gives it as of the horizon at which it began.
        """
        newest = None if self.recorded_by or streamed else self._newest()
        if newest is not None and newest > self.reached:
            return Reproduced(self.reached, None)
        moment = newest or self.reached
        return Reproduced(moment, address.again(moment))

    def _newest(self) -> dt.datetime | None:
        if self.version is not None and (self.version_after or data_version()) == self.version:
            return newest_of(self.version)
        return newest_record()
