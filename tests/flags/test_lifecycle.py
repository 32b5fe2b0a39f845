"""What people may do with a flag, with one or with many, and when."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, transaction

from procurement.common.errors import Refused
from procurement.flags import lifecycle
from procurement.flags.lifecycle import TRANSITIONS, transition
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.screen import screen
from tests.makers import day, decide, make_contract, make_program, post
from tests.racing import at_once

pytestmark = pytest.mark.django_db

TODAY = day("2020-06-25")


@pytest.fixture
def user():
    return get_user_model().objects.create_user("reviewer")


@pytest.fixture
def flag():
    """An open flag."""
    radar = make_program("radar")
    make_contract(radar, committed="100")
    decide(radar, "suspended", "2020-06-15")
    return screen([radar.pk], today=TODAY)[0].flag


def act(verb: str, flag: Flag, user=None, **more) -> Flag:
    """A verb with what it needs."""
    needs = {"by": user, "reason": "seen"}
    if verb in ("accept", "prolong"):
        until = LATER if Flag.objects.get(pk=flag.pk).state == "accepted" else day("2020-12-31")
        needs |= {"owner": "Mori", "until": until, "today": TODAY}
    changed: Flag = getattr(lifecycle, verb)(flag.pk, **needs | more)
    return changed


ALLOWED = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "accept"): "accepted",
    ("open", "resolve"): "resolved",
    ("acknowledge", "accept"): "accepted",
    ("acknowledge", "resolve"): "resolved",
    ("acknowledge", "reopen"): "open",
    ("accept", "accept"): "accepted",
    ("accept", "prolong"): "accepted",
    ("accept", "resolve"): "resolved",
    ("accept", "reopen"): "open",
    ("resolve", "reopen"): "open",
}
VERBS = ("acknowledge", "accept", "prolong", "resolve", "reopen")
LATER = day("2021-03-31")


@pytest.mark.parametrize("before", ["open", "acknowledge", "accept", "resolve"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_flag_goes_only_where_its_life_leads(flag, before, verb):
    if before != "open":
        act(before, flag)
    if (before, verb) in ALLOWED:
        assert act(verb, flag).state == ALLOWED[before, verb]
        return
    with pytest.raises(Refused) as refused:
        act(verb, flag)
    assert set(refused.value.errors) == {"state"}


def test_what_was_done_is_kept_with_who_and_why(flag, user):
    act("acknowledge", flag, user, reason=" looking into it ")
    event = flag.events.latest("id")
    assert (event.kind, event.by, event.reason, event.evidence) == (
        "acknowledged",
        user,
        "looking into it",
        flag.evidence,
    )


def test_an_acceptance_has_owner_reason_and_last_day(flag, user):
    accepted = act("accept", flag, user, reason="spares are needed", owner="")
    assert (accepted.owner, accepted.acceptance_reason, accepted.accepted_until) == (
        "reviewer", "spares are needed", day("2020-12-31"),
    )  # fmt: skip
    assert act("resolve", flag, user).owner == ""


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("accept", {"reason": " "}, "reason"),
        ("accept", {"owner": ""}, "owner"),
        ("accept", {"owner": "x" * 201}, "owner"),
        ("accept", {"until": TODAY}, "until"),
        ("accept", {"until": day("2020-06-01")}, "until"),
        ("accept", {"until": None}, "until"),
        ("accept", {"reason": "a\x00b"}, "reason"),
        ("resolve", {"reason": ""}, "reason"),
    ],
)
def test_a_refusal_names_the_field_and_changes_nothing(flag, verb, given, field):
    with pytest.raises(Refused) as refused:
        act(verb, flag, **given)
    assert set(refused.value.errors) == {field}
    assert (Flag.objects.get().state, FlagEvent.objects.count()) == ("open", 1)


def test_a_condition_that_has_ended_cannot_be_reopened_by_hand(flag):
    decide(flag.program, "active", "2020-06-25")
    screen([flag.program_id], today=TODAY)
    with pytest.raises(Refused, match="the condition has ended"):
        act("reopen", flag)


def test_there_is_one_flag_of_a_kind_even_without_a_contract(flag):
    row = {"rule": "disputed-status", "program": flag.program, "severity": "low", "condition_since": TODAY}
    Flag.objects.create(**row)
    with pytest.raises(IntegrityError, match="flag_reopens_instead_of_doubling"), transaction.atomic():
        Flag.objects.create(**row)


@pytest.mark.parametrize("change", [{"reason": "other"}, {"evidence": {}}, {"kind": "resolved"}])
def test_what_happened_cannot_be_rewritten(flag, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        FlagEvent.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        flag.events.all().delete()


def test_events_wait_to_be_routed_in_order(flag):
    act("acknowledge", flag)
    first, second = FlagEvent.objects.unrouted()
    FlagEvent.objects.filter(pk=first.pk).update(routed_at=first.at)
    assert list(FlagEvent.objects.unrouted()) == [second]


def test_the_queue_holds_what_is_not_resolved(flag):
    act("acknowledge", flag)
    assert (Flag.objects.waiting().count(), Flag.objects.of_programs([flag.program_id]).unresolved().count()) == (0, 1)
    act("resolve", flag)
    assert Flag.objects.unresolved().count() == 0


# whose it is


def test_whoever_acknowledges_may_name_an_owner_whom_an_acceptance_keeps(flag, user):
    assert act("acknowledge", flag, user, owner=" Mori ").owner == "Mori"
    assert act("accept", flag, user, owner="").owner == "Mori"
    assert act("reopen", flag, user).owner == ""


def test_an_owner_who_is_named_anew_takes_over(flag, user):
    act("acknowledge", flag, user, owner="Mori")
    assert act("accept", flag, user, owner="Sato").owner == "Sato"


# an acceptance is given another last day

#: The days of an acceptance, and the event that the second makes of the first.
OTHER_DAYS = [
    ("2020-12-31", "2021-03-31", "acceptance_prolonged"),
    ("2020-12-31", "2020-07-01", "acceptance_shortened"),
]


@pytest.mark.parametrize("verb", ["accept", "prolong"])
@pytest.mark.parametrize(("was", "until", "kind"), OTHER_DAYS)
def test_an_acceptance_gets_another_last_day_and_keeps_its_owner(flag, user, verb, was, until, kind):
    act("accept", flag, owner="Mori", until=day(was))
    flag = act(verb, flag, user, owner="", until=day(until), reason="the court has not ruled yet")
    assert (flag.state, flag.owner, flag.accepted_until, flag.acceptance_reason) == (
        "accepted", "Mori", day(until), "the court has not ruled yet",
    )  # fmt: skip
    event = flag.events.latest("id")
    assert (event.kind, event.by, event.owner, event.accepted_until) == (kind, user, "Mori", day(until))


def test_an_acceptance_may_pass_to_another_owner_with_its_new_day(flag):
    act("accept", flag, owner="Mori")
    assert act("accept", flag, owner="Sato").owner == "Sato"


def test_an_acceptance_that_was_shortened_expires_the_day_after(flag):
    act("accept", flag)
    act("prolong", flag, until=day("2020-06-30"))
    (event,) = screen([flag.program_id], today=day("2020-07-01"))
    assert (event.kind, event.reason) == ("reopened", "the acceptance expired")


def test_what_reopened_is_not_prolonged_unseen(flag):
    act("accept", flag)
    post(flag.contract, "5", "payment", on="2020-06-24")
    screen([flag.program_id], today=TODAY)
    with pytest.raises(Refused, match="only one that is accepted can be prolonged"):
        act("prolong", flag, until=LATER)


def test_each_verb_is_an_event_of_its_own_or_refused():
    was, until = day("2020-12-31"), day("2020-07-01")
    assert {
        (verb, state): transition(verb, state, was=was, until=until) for verb in VERBS for state in TRANSITIONS[verb]
    } == {
        ("acknowledge", "open"): "acknowledged",
        ("accept", "open"): "accepted",
        ("accept", "acknowledged"): "accepted",
        ("accept", "accepted"): "acceptance_shortened",
        ("prolong", "accepted"): "acceptance_shortened",
        ("resolve", "open"): "resolved",
        ("resolve", "acknowledged"): "resolved",
        ("resolve", "accepted"): "resolved",
        ("reopen", "acknowledged"): "reopened",
        ("reopen", "accepted"): "reopened",
        ("reopen", "resolved"): "reopened",
    }
    assert transition("accept", "resolved") is None


# refusals are logged

#: What was done before, what is refused, with what, and the field that says why.
REFUSALS = [
    ("", "accept", {"reason": ""}, "reason"),
    ("", "accept", {"until": day("2020-06-24")}, "until"),
    ("accept", "accept", {"until": day("2020-12-31")}, "until"),
    ("", "prolong", {}, "state"),
    ("resolve", "accept", {}, "state"),
    ("resolve", "acknowledge", {}, "state"),
]


@pytest.mark.parametrize(("before", "verb", "given", "field"), REFUSALS)
def test_what_is_refused_is_logged_with_what_and_why(flag, caplog, before, verb, given, field):
    if before:
        act(before, flag)
    state = Flag.objects.get().state
    with pytest.raises(Refused):
        act(verb, flag, **given)
    (line,) = [record for record in caplog.records if record.message == "flag refused"]
    assert (line.flag, line.verb, line.state, line.by) == (flag.pk, verb, state, "")
    assert line.complaints.startswith(f"{field}: ")


# many at once


@pytest.fixture
def flags(flag):
    """Three open flags, the last of a contract that is no program's."""
    row = {"severity": "low", "condition_since": TODAY, "summary": "s", "evidence_digest": "0"}
    other = Flag.objects.create(rule="disputed-status", program=flag.program, **row)
    alone = Flag.objects.create(rule="active-past-end-date", contract=make_contract(), **row)
    return [flag, other, alone]


def ids(flags) -> list[int]:
    return [flag.pk for flag in flags]


ACCEPTANCE = {"reason": "known", "owner": "Mori", "until": day("2020-12-31"), "today": TODAY}


def test_many_are_acknowledged_each_with_its_event(flags, user):
    outcomes = lifecycle.acknowledge_all(ids(flags), by=user, reason="seen", owner="Mori")
    assert {(flag.state, flag.owner) for flag in outcomes.done.values()} == {("acknowledged", "Mori")}
    events = FlagEvent.objects.filter(kind="acknowledged", by=user, reason="seen").order_by("flag")
    assert [(event.flag_id, event.evidence) for event in events] == [(flag.pk, flag.evidence) for flag in flags]


def test_of_many_each_is_accepted_prolonged_or_shortened(flags, user):
    first, second, _ = ids(flags)
    lifecycle.accept(first, by=user, **ACCEPTANCE | {"owner": "Sato", "until": LATER})
    lifecycle.accept(second, by=user, **ACCEPTANCE | {"owner": "Sato", "until": day("2020-07-01")})
    assert set(lifecycle.accept_all(ids(flags), by=user, **ACCEPTANCE | {"owner": ""}).done) == set(ids(flags))
    latest = [flag.events.latest("id") for flag in flags]
    assert [(event.kind, event.owner) for event in latest] == [
        ("acceptance_shortened", "Sato"), ("acceptance_prolonged", "Sato"), ("accepted", "reviewer"),
    ]  # fmt: skip


def test_many_are_accepted_and_one_that_refuses_stops_no_other(flags, user, caplog):
    first, second, third = ids(flags)
    lifecycle.resolve(second, by=user, reason="settled")
    outcomes = lifecycle.accept_all([third, second, 999_999, first], by=user, **ACCEPTANCE)
    assert set(outcomes.done) == {first, third}
    assert {pk: set(why.errors) for pk, why in outcomes.refused.items()} == {second: {"state"}}
    assert outcomes.unknown == (999_999,)
    assert list(Flag.objects.order_by("id").values_list("state", flat=True)) == ["accepted", "resolved", "accepted"]
    assert [record.flag for record in caplog.records if record.message == "flag refused"] == [second, 999_999]


@pytest.mark.parametrize(("given", "field"), [({"reason": " "}, "reason"), ({"until": TODAY}, "until")])
def test_what_is_wrong_for_any_flag_is_refused_at_once(flags, user, given, field):
    with pytest.raises(Refused) as refused:
        lifecycle.accept_all(ids(flags), by=user, **ACCEPTANCE | given)
    assert set(refused.value.errors) == {field}
    assert not Flag.objects.exclude(state="open").exists()


def test_many_cost_what_one_costs(flags, user, django_assert_num_queries):
    with django_assert_num_queries(8):
        lifecycle.acknowledge_all(ids(flags)[:1], by=user)
    with django_assert_num_queries(8):
        lifecycle.accept_all(ids(flags), by=user, **ACCEPTANCE)


def test_none_are_none(user):
    assert lifecycle.acknowledge_all([], by=user).done == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_the_same_flags_each_gets_those_that_the_other_did_not(flags, user):
    until = TODAY + dt.timedelta(9)

    def accepting(chosen: list[int]) -> list[int]:
        given = {"reason": "known", "owner": "Mori", "until": until, "today": TODAY}
        return list(lifecycle.accept_all(chosen, by=user, **given).done)

    orders = [ids(flags), ids(flags)[::-1], ids(flags)[1:], ids(flags)[:2]]
    done = at_once(*[lambda chosen=chosen: accepting(chosen) for chosen in orders])
    assert sorted(pk for each in done for pk in each) == sorted(ids(flags))
