"""The README's ten things, done with the Python client that openapi-python-client makes: SITE TOKEN."""

import datetime as dt
import sys

from tracker_client import AuthenticatedClient, Client
from tracker_client.api.exposure import exposure, exposure_schedule, exposure_series
from tracker_client.api.flags import flags_list
from tracker_client.api.programs import program_timeline, programs_retrieve
from tracker_client.api.status_changes import status_changes_create, status_changes_reverse
from tracker_client.models import (
    DocumentRequest,
    Grouping,
    Interval,
    ProgramStatus,
    ReversalRequest,
    Side,
    StatusChangeKind,
    StatusChangeRequest,
)

site, token = sys.argv[1:]
anyone = Client(base_url=site, raise_on_unexpected_status=True)
analyst = AuthenticatedClient(base_url=site, token=token, raise_on_unexpected_status=True)
DAY = dt.date(2020, 6, 25)


# 1: what was still owed on a day
found = exposure.sync(client=anyone, group_by=[Grouping.PROGRAM], program=["aegis-ashore"], as_of=DAY)
assert [(row.program.code, row.outstanding) for row in found.rows] == [("aegis-ashore", "159100000000.00")]
# 2: what would have been flagged that day
flags = flags_list.sync(client=anyone, as_of=DAY, program=["aegis-ashore"])
assert {flag.program for flag in flags.results} == {"aegis-ashore"}
# 3: what the public could know
public = exposure.sync(client=anyone, program=["aegis-ashore"], as_of=DAY, published_by=dt.date(2020, 6, 20))
assert public.published_by == dt.date(2020, 6, 20)
# 4: who said what
program = programs_retrieve.sync("aegis-ashore", client=anyone, as_of=DAY)
assert program.status == ProgramStatus.SUSPENDED
assert program.disputed
# 5: in dollars
dollars = exposure.sync(client=anyone, program=["aegis-ashore"], currency="USD", as_of=DAY, explain=True)
assert dollars.rates[0].quote == "USD"
# 6: over time
series = exposure_series.sync(
    client=anyone,
    interval=Interval.QUARTER,
    from_=dt.date(2019, 1, 1),
    to=dt.date(2021, 3, 31),
    program=["aegis-ashore"],
)
assert len(series.points) == 9
# 7: payments due, by period
schedule = exposure_schedule.sync(client=anyone, program=["aegis-ashore", "asev"], group_by=[Grouping.PROGRAM])
assert schedule.by == Interval.FISCAL_YEAR
# 8: every dated fact, in order
timeline = program_timeline.sync("aegis-ashore", client=anyone, page_size=5)
assert len(timeline.results) == 5
# 9: post a change of status
body = StatusChangeRequest(
    program="asev",
    kind=StatusChangeKind.STATEMENT,
    status=ProgramStatus.UNDER_REVIEW,
    effective_on=dt.date(2026, 11, 1),
    speaker="Somebody, in Python",
    side=Side.OTHER,
    source=DocumentRequest(url="https://example.org/python", title="Said in Python"),
)
stored = status_changes_create.sync(client=analyst, body=body)
assert stored.status == ProgramStatus.UNDER_REVIEW
# 10: and take it back
why = ReversalRequest(source=stored.source, note="tried")
assert status_changes_reverse.sync(stored.id, client=analyst, body=why).reverses == stored.id
print("all ten")
