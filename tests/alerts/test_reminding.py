"""Reminders of what stays open, and of what is about to end."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from procurement.alerts.models import Alert, Notice, Reminder, Subscription
from procurement.alerts.reminding import tell_reminders
from procurement.alerts.still_open import were_due
from procurement.contracts.models import Guarantee
from procurement.contracts.recording import guarantees
from procurement.flags.lifecycle import accept, acknowledge, reopen
from procurement.flags.models import Flag, FlagEvent
from tests.alerts.subscribers import make_user, subscribe
from tests.makers import make_contract, make_program, make_source, put
from tests.racing import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def listening(*, since: dt.datetime = LONG_AGO, **more) -> Subscription:
    """A subscription that is old enough to hear of what is due."""
    row = subscribe(**{"events": ["flag.still_open", "expiring"]} | more)
    Subscription.objects.filter(pk=row.pk).update(created_at=since)
    return row


def opened(days_ago: float, **more) -> Flag:
    at = timezone.now() - days_ago * DAY
    columns = {"rule": "r", "program": make_program(), "severity": "low", "summary": "it goes on", "opened_at": at}
    flag = Flag.objects.create(condition_since=at.date(), evidence_digest="x", **columns | more)
    FlagEvent.objects.create(flag=flag, kind="opened", severity=flag.severity, summary=flag.summary, at=at)
    return flag


def remind(after: float = 0) -> int:
    return tell_reminders(now=timezone.now() + after * DAY)


# flags that stay open


def test_a_flag_that_is_open_for_thirty_days_is_told_and_every_thirty_days_again():
    listening()
    opened(29.5)
    assert [remind(days) for days in (0, 1, 1, 20, 31, 40, 61)] == [0, 1, 0, 0, 1, 0, 1]
    said = list(Alert.objects.order_by("id").values_list("summary", flat=True))
    assert said == [f"Open for {n} days, and nobody has acknowledged it: it goes on" for n in (30, 60, 90)]


def test_a_flag_that_somebody_looked_at_is_not_told():
    listening()
    seen, accepted, other = opened(40), opened(40), opened(40)
    acknowledge(seen.pk, by=make_user(), reason="seen")
    accept(
        accepted.pk,
        by=make_user(),
        reason="so",
        owner="me",
        until=timezone.localdate() + 100 * DAY,
        today=timezone.localdate(),
    )
    Flag.objects.filter(pk=other.pk).update(state="resolved", resolved_at=timezone.now())
    assert remind() == 0


def test_a_flag_that_is_reopened_begins_anew():
    listening()
    flag = opened(100)
    acknowledge(flag.pk, by=make_user(), reason="seen")
    reopen(flag.pk, by=make_user(), reason="again")
    assert [remind(days) for days in (0, 29, 31)] == [0, 0, 1]
    assert "Open for 30 days" in Alert.objects.get().summary


def test_what_was_open_before_somebody_subscribed_is_told_when_the_next_thirty_days_are_over():
    for days in (31, 45, 300):
        opened(days)
    listening(since=timezone.now())
    assert [remind(days) for days in (0, 5, 16)] == [0, 0, 1]
    assert Alert.objects.get().payload["days"] == 60
    assert Reminder.objects.filter(event="flag.still_open").count() == 4


def test_of_several_periods_that_nobody_looked_for_the_last_is_told():
    listening()
    opened(100)
    assert remind() == 1
    assert Alert.objects.get().payload["days"] == 90


def test_very_many_flags_are_one_message_for_each_batch(monkeypatch):
    monkeypatch.setattr("procurement.alerts.still_open.MOST", 4)
    listening()
    for _ in range(6):
        opened(31)
    assert [remind(), remind()] == [2, 0]
    assert Notice.objects.count() == 6


def test_reminders_are_chosen_like_other_events_of_flags():
    listening(min_severity="high")
    listening(rules=["disputed-status"])
    mine = listening(min_severity="low", programs=[opened(31).program])
    remind()
    assert Notice.objects.get().subscription == mine


def test_a_run_that_was_broken_off_neither_repeats_nor_loses(monkeypatch):
    listening()
    opened(31)

    def killed(*_args, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("procurement.alerts.reminding.route", killed)
        with pytest.raises(KeyboardInterrupt):
            remind()
    assert not Reminder.objects.exists()
    assert [remind(), remind()] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_once():
    listening()
    opened(31)
    at_once(remind, remind)
    assert (Reminder.objects.count(), Alert.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_a_clock_that_ran_ahead_silences_nothing():
    listening()
    opened(20)
    assert [remind(days) for days in (400, 11, 11, 41)] == [1, 1, 0, 1]


def at(day: int) -> dt.datetime:
    return LONG_AGO + day * DAY


@pytest.mark.parametrize(
    ("events", "days"),
    [
        ([], []),
        ([("opened", 0)], [30, 60, 90]),
        ([("opened", 0), ("escalated", 20)], [30, 60, 90]),
        ([("opened", 0), ("acknowledged", 59)], [30]),
        ([("opened", 0), ("acknowledged", 60)], [30, 60]),
        ([("opened", 0), ("resolved", 10), ("reopened", 65)], [95]),
        ([("acknowledged", 10), ("reopened", 80)], []),
    ],
)
def test_what_would_have_been_told_follows_from_the_events_of_a_flag(events, days):
    found = list(were_due([(7, kind, at(day)) for kind, day in events], at(100)))
    assert [(each.flag_id, each.at) for each in found] == [(7, at(day)) for day in days]


# what is about to end


def ending(days: int, **more):
    signed = (timezone.localdate() - 5 * DAY).isoformat()
    given: dict[str, Any] = {"signed_on": signed, "ends_on": timezone.localdate() + days * DAY}
    return make_contract(make_program(), **given | more)


def guarantee(days: int, **more) -> Guarantee:
    today = timezone.localdate()
    given = {"contract": make_contract(make_program()), "kind": "performance", "amount": Decimal(1234567)}
    given |= {"valid_until": today + days * DAY, "effective_on": today - 20 * DAY, "source": make_source()}
    return guarantees.record(Guarantee(**given | more)).fact


def test_the_end_of_a_contract_is_told_once_thirty_days_before():
    mine = listening(since=timezone.now())
    contract = ending(31)
    assert [remind(days) for days in (0, 1.1, 1.1, 20)] == [0, 1, 0, 0]
    alert = Alert.objects.get(notices__subscription=mine)
    assert alert.summary == f"Contract {contract} ends on {contract.ends_on}"
    assert (alert.event, alert.contract, alert.payload["ends"]) == ("expiring", contract, "contract")


def test_an_end_that_was_put_off_is_told_again():
    listening()
    contract = ending(10)
    assert remind() == 1
    contract.ends_on += 60 * DAY
    contract.save(update_fields=["ends_on"])
    assert [remind(), remind(45)] == [0, 1]


@pytest.mark.parametrize("status", ["terminated", "completed", "cancelled_before_signature"])
def test_a_contract_that_has_ended_is_not_told(status):
    listening()
    put(ending(10), status, timezone.localdate().isoformat())
    ending(-1)
    ending(40)
    assert remind() == 0


def test_a_guarantee_that_ends_is_told_unless_it_is_over():
    listening()
    over, stays = guarantee(10), guarantee(10)
    for event in ("released", "called"):
        guarantee(10, contract=over.contract, event=event, effective_on=timezone.localdate(), valid_until=None)
    assert [remind(), remind()] == [1, 0]
    said = f"Performance guarantee of 1,234,567 JPY for {stays.contract} ends on {stays.valid_until}"
    assert Alert.objects.get().summary == said


def test_the_end_of_an_acceptance_is_told_a_week_before_and_again_if_it_was_prolonged():
    listening(events=["expiring"])
    flag, today = opened(3), timezone.localdate()
    accept(flag.pk, by=make_user(), reason="so", owner="Ms Sato", until=today + 20 * DAY, today=today)
    assert [remind(days) for days in (0, 14, 14)] == [0, 1, 0]
    assert Alert.objects.get().summary == f"The acceptance by Ms Sato ends after {today + 20 * DAY}: it goes on"
    accept(flag.pk, by=make_user(), reason="so", owner="Ms Sato", until=today + 40 * DAY, today=today)
    assert [remind(days) for days in (14, 34)] == [0, 1]


def test_history_that_is_loaded_late_is_for_digests():
    listening()
    digest = listening(cadence="daily")
    ending(10, signed_on="2019-10-31")
    ending(10, signed_on="2019-10-31", reference="another")
    guarantee(10, effective_on=timezone.localdate() - 40 * DAY)
    assert remind() == 0
    assert {notice.subscription for notice in Notice.objects.all()} == {digest}
    assert set(Alert.objects.values_list("late", flat=True)) == {True}


def test_what_was_about_to_end_before_somebody_subscribed_is_not_news_to_them():
    ending(10)
    guarantee(10)
    listening(since=timezone.now())
    assert remind() == 0


def test_reminders_cost_the_same_for_many(django_assert_max_num_queries):
    listening()
    for _ in range(8):
        opened(31)
        ending(10)
        guarantee(10)
    with django_assert_max_num_queries(75):
        remind()
