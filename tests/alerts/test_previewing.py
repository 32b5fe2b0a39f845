"""What a subscription would have sent over the past year."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from procurement.access.limits.reached import TooSlow
from procurement.alerts.draining import drain
from procurement.alerts.events import EVENTS
from procurement.alerts.models import Alert, Channel, Subscription
from procurement.alerts.previewing import Preview, preview_of, preview_of_stored
from procurement.alerts.subscribing import SubscriptionInput
from procurement.common.errors import Refused
from procurement.contracts.models import Milestone
from procurement.contracts.recording import milestones
from procurement.flags.models import Flag, FlagEvent
from procurement.programs.models import ProgramLink
from procurement.programs.recording import program_links
from tests.alerts.subscribers import make_user, record_at, subscribe
from tests.makers import decide, make_contract, make_program, make_source, put

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def on(days_ago: float) -> str:
    return (timezone.localdate() - days_ago * DAY).isoformat()


def preview(**given) -> Preview:
    defaults: dict[str, Any] = {"name": "", "channel": Channel(), "events": EVENTS}
    return preview_of(SubscriptionInput(**defaults | given), owner=make_user(), now=timezone.now())


def opened(days_ago: float, program=None, **more) -> Flag:
    at = timezone.now() - days_ago * DAY
    columns = {"rule": "r", "severity": "low", "summary": "it goes on", "opened_at": at}
    flag = Flag.objects.create(
        program=program or make_program(), condition_since=at.date(), evidence_digest="x", **columns | more
    )
    FlagEvent.objects.create(flag=flag, kind="opened", severity=flag.severity, summary=flag.summary, at=at)
    return flag


@pytest.fixture
def program():
    return make_program("x", domain="naval")


def suspended(program):
    record_at(20)
    decide(program, "active", on(20))
    record_at(1)
    return decide(program, "suspended", on(1))


def test_a_changed_status_would_have_been_told(program):
    suspended(program)
    found = preview(events=["status.changed"])
    assert (found.events, found.count, found.messages.count) == ({"status.changed": 2}, 2, 2)
    assert [(each.program, each.summary) for each in found.newest] == [
        ("x", f"X is now suspended (was active), by decision of {on(1)}"),
        ("x", f"X is now active, by decision of {on(20)}"),
    ]


def test_it_says_what_the_alerts_said(program):
    """The same events as were really routed to somebody who subscribed before."""
    Subscription.objects.filter(pk=subscribe().pk).update(created_at=timezone.now() - 30 * DAY)
    record_at(20)
    contract = make_contract(program, committed="100", signed_on=on(25))
    for days, act in ((20, lambda: decide(program, "active", on(20))), (2, lambda: put(contract, "stop_work", on(2)))):
        record_at(days)
        act()
    decide(program, "suspended", on(2))
    while drain(now=timezone.now()).facts:
        pass
    told = Alert.objects.values_list("event", "summary")
    assert {each.summary for each in preview().newest} == {summary for _, summary in told}
    assert {event for event, count in preview().events.items() if count} == {event for event, _ in told}


def test_nothing_is_stored(program):
    suspended(program)
    before = [model.objects.count() for model in (Subscription, Channel, Alert)]
    preview()
    assert [model.objects.count() for model in (Subscription, Channel, Alert)] == before


def test_a_stored_subscription_is_previewed_as_if_it_had_been_there(program):
    suspended(program)
    row = subscribe(programs=[program], events=["status.changed"])
    assert preview_of_stored(row, now=timezone.now()).count == 2


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"domains": ["naval"]}, 2),
        ({"domains": ["air"]}, 0),
        ({"from_statuses": ["active"], "to_statuses": ["suspended"]}, 1),
        ({"from_statuses": ["planned"]}, 0),
        ({"words": ["SUSPENDED"]}, 1),
        ({"words": ["missile"]}, 0),
        ({"countries": ["JP"]}, 2),
        ({"countries": ["US"]}, 0),
        ({"min_outstanding": Decimal(60), "currency": "JPY"}, 2),
        ({"min_outstanding": Decimal(61), "currency": "JPY"}, 0),
    ],
)
def test_it_is_chosen_as_alerts_are(program, filters, count):
    make_program(domain="air")
    make_contract(program, committed="100", paid="40")
    suspended(program)
    assert preview(**filters | {"events": ["status.changed"]}).count == count


def test_successors_are_followed(program):
    heir = make_program()
    common = {"effective_on": timezone.localdate(), "source": make_source()}
    program_links.record(ProgramLink(program=program, kind="successor", other=heir, **common))
    suspended(heir)
    assert [preview(programs=[program], with_related=each).count for each in (True, False)] == [2, 0]


def test_what_was_recorded_late_is_for_digests(program):
    for days, status in ((3, "active"), (2, "suspended")):
        record_at(days)
        decide(program, status, on(100 + days))
    found = [preview(events=["status.changed"], cadence=each) for each in ("immediate", "daily")]
    assert [(each.count, each.only_in_digests, each.messages.count) for each in found] == [(0, 2, 0), (2, 0, 2)]


def test_flags_are_told_with_the_reminders_that_would_have_followed():
    opened(100)
    found = preview(events=["flag.opened", "flag.still_open"])
    assert found.events == {"flag.opened": 1, "flag.still_open": 3}
    assert [each.summary.partition(",")[0] for each in found.newest] == [
        "Open for 90 days", "Open for 60 days", "Open for 30 days", "Flag opened: it goes on"
    ]  # fmt: skip


def test_what_is_older_than_a_year_is_left_out():
    opened(400)
    assert preview(events=["flag.opened"]).count == 0
    assert preview(events=["flag.still_open"]).count == 12


def test_what_fell_due_or_ended_would_have_been_told(program):
    contract = make_contract(program, ends_on=timezone.localdate() + 20 * DAY, signed_on=on(5))
    common = {"contract": contract, "effective_on": timezone.localdate(), "source": make_source()}
    for kind in ("payment", "delivery"):
        milestones.record(Milestone(kind=kind, due_on=timezone.localdate() + 10 * DAY, **common))
    assert preview(events=["payment.due", "delivery.due", "expiring"]).events == {
        "payment.due": 1, "delivery.due": 1, "expiring": 1
    }  # fmt: skip


def test_a_long_list_is_cut_and_counted_whole():
    for _ in range(22):
        opened(3)
    found = preview(events=["flag.opened"])
    assert (len(found.newest), found.count, found.cut, found.messages.count) == (20, 22, [], 1)


def test_of_very_many_rows_the_newest_are_looked_at_and_it_says_so(monkeypatch):
    monkeypatch.setattr("procurement.alerts.past_year.MOST", 3)
    for days in range(1, 6):
        opened(days)
    found = preview(events=["flag.opened", "flag.resolved", "status.changed"])
    assert (found.count, found.cut) == (3, ["flag.opened", "flag.resolved"])


def test_what_takes_too_long_is_refused(monkeypatch, program):
    monkeypatch.setattr("procurement.alerts.previewing.SECONDS", 0)
    with pytest.raises(TooSlow, match="narrower filters"):
        preview()


def test_bad_filters_are_refused():
    with pytest.raises(Refused) as refused:
        preview(events=["x"], domains=["navel"], cadence="yearly", zone="Mars")
    assert set(refused.value.errors) == {"events", "domains", "cadence", "zone"}


def test_a_preview_costs_the_same_for_many(django_assert_max_num_queries, program):
    for _ in range(10):
        suspended(make_program())
        opened(50)
        make_contract(program, committed="5", ends_on=timezone.localdate() + 20 * DAY)
    with django_assert_max_num_queries(60):
        preview(min_outstanding=Decimal(1), currency="JPY")
