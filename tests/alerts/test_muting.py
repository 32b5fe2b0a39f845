"""What somebody does not want to hear of until a moment."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from procurement.alerts.digesting import make_digests
from procurement.alerts.events import Happening
from procurement.alerts.models import Delivery, Mute, Notice
from procurement.alerts.muting import Muted, MuteInput, create_mute, end_mute, mute_of
from procurement.alerts.packing import pack_waiting
from procurement.common.errors import Refused
from tests.alerts.news import SECOND, changed, flagged, messages, tell, waiting
from tests.alerts.subscribers import make_user, subscribe
from tests.makers import make_contract, make_program
from tests.racing import at_once

DAY = dt.timedelta(days=1)
RULE = "payment-after-stop"


@pytest.fixture
def now():
    return timezone.now()


def mute(owner, now, days=1, **of):
    return create_mute(MuteInput(until=now + days * DAY, **of), owner=owner, now=now)


def event(**given) -> Happening:
    known: dict[str, Any] = {
        "event": "e",
        "origin_table": "t",
        "origin_id": 1,
        "happened_at": timezone.now(),
        "summary": "s",
    }
    return Happening(**known | given)


@pytest.mark.parametrize(
    ("mutes", "news", "found"),
    [
        ([Muted(1, 5, None, "", None)], {"programs": frozenset({5})}, 1),
        ([Muted(1, 5, None, "", None)], {"programs": frozenset({5, 6})}, None),
        ([Muted(1, 5, None, "", None), Muted(2, 6, None, "", None)], {"programs": frozenset({5, 6})}, 1),
        ([Muted(1, 5, None, "", None)], {}, None),
        ([Muted(1, None, 7, "", None)], {"contract_id": 7, "programs": frozenset({5})}, 1),
        ([Muted(1, None, 7, "", None)], {"contract_id": 8}, None),
        ([Muted(1, None, None, "r", None)], {"rule": "r"}, 1),
        ([Muted(1, None, None, "r", None)], {"rule": ""}, None),
        ([Muted(1, None, None, "", 9)], {}, 1),
        ([], {"rule": "r"}, None),
    ],
)
def test_a_mute_covers_what_it_names(mutes, news, found):
    assert mute_of(event(**news), mutes) == found


@pytest.mark.django_db
def test_what_is_muted_is_recorded_and_never_sent(now):
    subscription, program = subscribe(), make_program()
    row = mute(subscription.owner, now, program=program)
    assert tell(changed(program), at=now) == 0
    assert tell(changed(make_program()), at=now) == 1
    assert [notice.alert.program for notice in row.notices.all()] == [program]
    assert pack_waiting(now=now + 2 * DAY).messages == make_digests(now=now + 2 * DAY) == 0


@pytest.mark.django_db
def test_a_mute_ends_by_itself_and_is_its_owners_alone(now):
    subscription, program = subscribe(), make_program()
    mute(subscription.owner, now, program=program), mute(make_user(), now, program=program)
    other = subscribe()
    assert tell(changed(program), at=now) == 1
    assert Delivery.objects.get().subscription == other
    tell(changed(program), at=now + DAY + SECOND)
    assert len(messages(subscription)) == 1


@pytest.mark.django_db
def test_a_contract_a_rule_and_a_subscription_are_muted_too(now):
    program, contract = make_program(), make_contract()
    for of in ({"contract": contract}, {"rule": RULE}):
        mute(subscribe().owner, now, **of)
    one = subscribe()
    mute(one.owner, now, subscription=one)
    assert tell(flagged(program, contract_id=contract.pk, programs=frozenset()), at=now) == 1
    found = Notice.objects.exclude(muted_by=None).values_list("muted_by__contract", "muted_by__subscription")
    assert sorted(found, key=str) == sorted([(contract.pk, None), (None, one.pk)], key=str)


@pytest.mark.django_db
def test_what_waits_already_is_muted_and_an_empty_digest_is_not_sent(now):
    digest, program = subscribe(cadence="daily"), make_program()
    tell(changed(program), at=now)
    mute(digest.owner, now, program=program)
    assert (make_digests(now=now + DAY), waiting()) == (0, 0)


@pytest.mark.django_db
def test_what_was_muted_stays_so_when_the_mute_is_taken_back(now):
    subscription, program = subscribe(), make_program()
    row = mute(subscription.owner, now, program=program)
    tell(changed(program), at=now)
    end_mute(row.pk, now=now)
    assert (pack_waiting(now=now).messages, Mute.objects.count(), row.notices.count()) == (0, 0, 1)
    assert tell(changed(program), at=now) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["by itself", "taken back"])
def test_a_snooze_keeps_what_comes_for_one_message_at_the_end(now, ends):
    subscription = subscribe()
    row = mute(subscription.owner, now, subscription=subscription, snooze=True)
    for _ in range(3):
        assert tell(changed(make_program()), at=now) == 0
    assert pack_waiting(now=now).messages == 0
    if ends == "taken back":
        end_mute(row.pk, now=now)
    assert pack_waiting(now=now if ends == "taken back" else now + DAY).messages == 1
    assert len(messages()[0]) == 3


@pytest.mark.django_db
def test_a_snoozed_digest_comes_with_the_first_period_that_ends_after_the_snooze(now):
    subscription = subscribe(cadence="daily")
    mute(subscription.owner, now, days=3, subscription=subscription, snooze=True)
    tell(changed(make_program()), at=now)
    assert [make_digests(now=now + days * DAY) for days in (1, 2, 3, 4)] == [0, 0, 1, 0]


@pytest.mark.django_db
def test_saying_it_again_changes_nothing_and_saying_it_otherwise_takes_its_place(now):
    owner, program = make_user(), make_program()
    first, again = (mute(owner, now, program=program) for _ in range(2))
    longer = mute(owner, now, days=2, program=program)
    assert first == again != longer
    assert list(Mute.objects.all()) == [longer]


@pytest.mark.django_db(transaction=True)
def test_of_many_that_mute_the_same_at_once_one_is_in_force(now):
    owner, program = make_user(), make_program()
    at_once(*[lambda days=days: mute(owner, now, days=days, program=program) for days in (1, 2, 3, 1)])
    assert Mute.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_muting_while_others_pack_leaves_each_notice_in_a_message_or_muted(now):
    owner = make_user()
    for cadence in ("immediate", "daily"):
        subscribe(owner, cadence=cadence, address=f"{cadence}@example.org")
    for _ in range(5):
        program = make_program()
        tell(changed(program), at=now), tell(changed(program), at=now)
        at_once(
            lambda: mute(owner, now, program=program),  # noqa: B023  called at once
            lambda: make_digests(now=now + DAY),
            lambda: pack_waiting(now=now + 61 * SECOND),
        )
        Notice.objects.filter(delivery=None, muted_by=None).delete()
    assert Notice.objects.exclude(delivery=None).filter(muted_by=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "program"),
        ({"program": True, "rule": RULE}, "rule"),
        ({"rule": "no-such-rule"}, "rule"),
        ({"rule": RULE, "days": 0}, "until"),
        ({"rule": RULE, "days": 366}, "until"),
        ({"rule": RULE, "snooze": True}, "snooze"),
        ({"subscription": "theirs"}, "subscription"),
        ({"subscription": "deleted"}, "subscription"),
    ],
)
def test_a_mute_of_nothing_of_too_much_or_without_an_end_is_refused(now, given, field):
    owner = make_user()
    given = {**given, **({"program": make_program()} if "program" in given else {})}
    if "subscription" in given:
        row = subscribe(owner if given["subscription"] == "deleted" else None)
        row.deleted_at = now
        given |= {"subscription": row}
    with pytest.raises(Refused) as refused:
        mute(owner, now, **given)
    assert field in refused.value.errors
