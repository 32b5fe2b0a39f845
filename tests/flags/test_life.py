"""What people may do with a flag, and when."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, transaction

from procurement.common.errors import Refused
from procurement.flags import life
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening import screen
from tests.makers import day, decide, make_contract, make_program

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
    if verb == "accept":
        needs |= {"owner": "Mori", "until": day("2020-12-31"), "today": TODAY}
    changed: Flag = getattr(life, verb)(flag.pk, **needs | more)
    return changed


ALLOWED = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "accept"): "accepted",
    ("open", "resolve"): "resolved",
    ("acknowledge", "accept"): "accepted",
    ("acknowledge", "resolve"): "resolved",
    ("acknowledge", "reopen"): "open",
    ("accept", "resolve"): "resolved",
    ("accept", "reopen"): "open",
    ("resolve", "reopen"): "open",
}
VERBS = ("acknowledge", "accept", "resolve", "reopen")


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
