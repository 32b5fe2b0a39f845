"""Flags in the shape of DESIGN.md section 8, stored and as they would have been."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from procurement.alerts.flagged import flag_events
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.screen import screen
from tests.makers import decide, make_contract, make_program

MEMBERS = [
    "id", "rule", "program", "contract", "severity", "state", "condition_since", "opened_at", "owner",
    "accepted_until", "summary", "evidence", "outstanding", "currency", "clauses",
]  # fmt: skip
RULE = "suspended-program-active-contract"


@pytest.fixture
def contract(db):
    program = make_program("x", name="X")
    contract = make_contract(program, committed="100", paid="40")
    decide(program, "suspended", "2020-06-15")
    screen([program.pk], today=timezone.localdate())
    return contract


def test_a_stored_flag_has_the_members_of_the_design(anonymous, contract):
    flag = anonymous.rows(f"flags/?rule={RULE}")[0]
    assert list(flag) == MEMBERS
    assert (flag["program"], flag["contract"], flag["state"], flag["owner"]) == ("x", contract.pk, "open", None)
    assert anonymous.read(f"flags/{flag['id']}/") == flag


def test_a_backtest_shows_what_would_have_been_open(anonymous, contract):
    (flag,) = anonymous.rows("flags/?as_of=2020-06-25&program=x")
    assert list(flag) == MEMBERS
    assert (flag["id"], flag["state"], flag["condition_since"], flag["opened_at"]) == (
        None, "would_be_open", "2020-06-15", None
    )  # fmt: skip
    evidence = flag["evidence"]
    assert (evidence["committed"], evidence["outstanding"], evidence["days_stopped"]) == ("100.00", "60.00", 10)
    assert anonymous.rows("flags/?as_of=2020-06-14&program=x") == []


BACKTESTS = [
    (f"rule={RULE}", 1), ("rule=disputed-status", 0), ("severity=low,medium,high", 1), ("contract={other}", 0),
    ("state=would_be_open", 1), ("published_by=2020-06-14", 0),
]  # fmt: skip


@pytest.mark.parametrize(("given", "count"), BACKTESTS)
def test_a_backtest_can_be_filtered(anonymous, contract, given, count):
    given = given.format(other=make_contract(currency="USD").pk)
    assert len(anonymous.rows(f"flags/?as_of=2020-06-25&{given}")) == count


def test_a_backtest_is_read_page_by_page(anonymous, contract):
    for _ in range(4):
        make_contract(contract.programallocation_set.get().program, committed="1")
    found = [flag["contract"] for flag in anonymous.every("flags/?as_of=2020-06-25&page_size=2")]
    assert len(set(found)) == len(found) == 5


LISTS = [("program=x", 1), ("state=resolved", 0), ("severity=high", 0), ("contract__isnull=true", 0), ("search=X", 1)]


@pytest.mark.parametrize(("given", "count"), LISTS)
def test_stored_flags_can_be_filtered(anonymous, contract, given, count):
    make_flag(rule="disputed-status", owner="Sato")
    assert len(anonymous.rows(f"flags/?rule={RULE}&{given}")) == count


def test_an_owner_whom_no_flag_names_is_refused(anonymous, contract):
    Flag.objects.filter(rule=RULE).update(owner="Mori")
    assert anonymous.get("flags/?owner=Mory").json()["errors"] == {
        "owner": ["no flag has “Mory” as its owner; the nearest: Mori"]
    }


def test_a_flag_lives_from_open_to_reopened(administrator, contract):
    pk = Flag.objects.get(rule=RULE).pk
    deeds = [
        ("acknowledge", {}, "acknowledged"),
        ("accept", {"reason": "known", "owner": "Sato", "until": "2099-01-01"}, "accepted"),
        ("accept", {"reason": "not ruled yet", "until": "2099-12-31"}, "accepted"),
        ("resolve", {"reason": "settled"}, "resolved"),
        ("reopen", {"reason": "not settled"}, "open"),
    ]
    for deed, body, state in deeds:
        done = administrator.post(f"flags/{pk}/{deed}/", body)
        assert (done.status_code, done.json()["state"]) == (200, state)


def test_an_acceptance_is_prolonged_and_nobody_is_told_that_the_flag_reopened(administrator, contract):
    pk = Flag.objects.get(rule=RULE).pk
    for until in ("2098-12-31", "2099-12-31", "2097-12-31"):
        done = administrator.post(f"flags/{pk}/accept/", {"reason": "known", "owner": "Sato", "until": until}).json()
        assert (done["state"], done["owner"], done["accepted_until"]) == ("accepted", "Sato", until)
    kinds = [event["kind"] for event in administrator.rows(f"flags/{pk}/events/")]
    assert kinds == ["opened", "accepted", "acceptance_prolonged", "acceptance_shortened"]
    assert not {event for kind in kinds[1:] for event in flag_events(kind, RULE)}
    assert set(administrator.errors(f"flags/{pk}/accept/", {"reason": "x", "until": "2097-12-31"})) == {"until"}


def test_accepting_names_what_is_missing(administrator, contract):
    pk = Flag.objects.get(rule=RULE).pk
    assert set(administrator.errors(f"flags/{pk}/accept/", {"until": "2020-01-01"})) == {"reason", "until"}
    assert administrator.post("flags/999/accept/", {}).status_code == 404


# what it weighs, and which clauses it rests on


def make_flag(**more):
    row = {"rule": "active-past-end-date", "severity": "low", "summary": "s", "evidence_digest": "0"}
    return Flag.objects.create(**row | {"condition_since": dt.date(2020, 6, 15)} | more)


@pytest.mark.parametrize("when", ["", "&as_of=2020-06-25"])
def test_a_flag_says_what_is_outstanding_and_which_clauses_apply(anonymous, contract, when):
    flag = anonymous.rows(f"flags/?rule={RULE}{when}")[0]
    assert (flag["outstanding"], flag["currency"]) == ("60.00", "JPY")
    assert all(list(clause) == ["reference", "says", "url"] for clause in flag["clauses"])


def test_a_clause_stands_with_each_flag_of_its_rule(anonymous, contract):
    make_flag(rule="cancelled-program-active-contract")
    (flag,) = anonymous.rows("flags/?rule=cancelled-program-active-contract")
    assert [clause["reference"] for clause in flag["clauses"]] == ["FAR 49.207"]


def test_a_flag_of_no_program_says_so(anonymous, db):
    flag = make_flag(contract=make_contract())
    (row,) = anonymous.rows("flags/?program__isnull=true")
    assert (row["id"], row["program"], row["outstanding"], row["currency"]) == (flag.pk, None, None, None)
    assert anonymous.rows("flags/?program__isnull=false") == []


WEIGHTS = [
    ("outstanding__gte=60", 1), ("outstanding__gte=60.01", 0), ("outstanding__lte=60", 1),
    ("outstanding__isnull=true", 0), ("currency=JPY", 1), ("currency=USD", 0), ("owner=Mori", 1),
    ("accepted_until__lte=2099-12-31", 1), ("accepted_until__gte=2100-01-01", 0), ("accepted_until__isnull=true", 0),
]  # fmt: skip


@pytest.mark.parametrize(("given", "count"), WEIGHTS)
def test_flags_are_found_by_weight_owner_and_expiry(anonymous, contract, given, count):
    Flag.objects.filter(rule=RULE).update(
        state="accepted", owner="Mori", acceptance_reason="x", accepted_until="2099-12-31"
    )
    assert len(anonymous.rows(f"flags/?rule={RULE}&{given}")) == count


ORDERS = {
    "severity": ["low", "medium", "high"],
    "-severity": ["high", "medium", "low"],
    "outstanding": ["medium", "low", "high"],
    "-outstanding": ["high", "low", "medium"],
    "condition_since": ["high", "low", "medium"],
    "-severity,-outstanding": ["high", "medium", "low"],
}


@pytest.mark.parametrize(("order", "severities"), ORDERS.items())
def test_flags_are_ordered_page_by_page(anonymous, db, order, severities):
    for rule, severity, outstanding, since in (("a", "low", 70, 2), ("b", "high", None, 1), ("c", "medium", 5, 3)):
        amount = outstanding and Decimal(outstanding)
        make_flag(rule=rule, severity=severity, outstanding=amount, condition_since=dt.date(2020, 6, since))
    assert [row["severity"] for row in anonymous.every(f"flags/?ordering={order}&page_size=1")] == severities


# many at once

ACCEPTANCE = {"reason": "known", "owner": "Sato", "until": "2099-01-01"}


def test_many_are_acknowledged(analyst, db):
    flags = [make_flag(rule=rule).pk for rule in "abc"]
    answer = analyst.post("flags/acknowledge/", {"flags": flags, "reason": "seen", "owner": "Mori"})
    assert (answer.status_code, answer.json()["done"], answer.json()["refused"]) == (200, 3, 0)
    assert set(Flag.objects.values_list("state", "owner")) == {("acknowledged", "Mori")}


def test_of_many_each_has_its_own_outcome(administrator, db):
    flag, resolved = make_flag(rule="a"), make_flag(rule="b", state="resolved", resolved_at=timezone.now())
    answer = administrator.post("flags/accept/", {"flags": [resolved.pk, 999, flag.pk, flag.pk], **ACCEPTANCE}).json()
    assert (answer["done"], answer["refused"]) == (1, 2)
    assert [(each["flag"], each["done"]) for each in answer["results"]] == [
        (resolved.pk, False), (999, False), (flag.pk, True)
    ]  # fmt: skip
    stands, unknown, nothing = (each["problem"] for each in answer["results"])
    assert (stands["status"], list(stands["errors"]), unknown["status"], nothing) == (400, ["state"], 404, None)


BAD = [
    ({"flags": []}, "flags"), ({"flags": ["7"]}, "flags.0"), ({"flags": [0]}, "flags.0"),
    ({"flags": [2**63]}, "flags.0"), ({"flags": list(range(1, 1002))}, "flags"), ({}, "flags"),
    ({"flags": [1], "reason": ""}, "reason"), ({"flags": [1], "until": "2020-01-01"}, "until"),
    ({"flags": [1], "states": "x"}, "states"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "field"), BAD)
def test_what_is_wrong_with_the_request_is_refused_whole(administrator, db, given, field):
    assert set(administrator.errors("flags/accept/", ACCEPTANCE | given)) == {field}


@pytest.mark.parametrize(("who", "deed"), [("reader", "acknowledge"), ("reader", "accept"), ("analyst", "accept")])
def test_who_may_not_is_refused_and_that_is_logged(request, caplog, who, deed):
    caller, flag = request.getfixturevalue(who), make_flag()
    body = ACCEPTANCE if deed == "accept" else {}
    assert caller.post(f"flags/{flag.pk}/{deed}/", body).status_code == 403
    assert caller.post(f"flags/{deed}/", {"flags": [flag.pk], **body}).status_code == 403
    refused = [record for record in caplog.records if record.message == "flag refused"]
    assert [(line.flag, line.verb, line.by) for line in refused] == [
        (flag.pk, deed, f"a-{who}".replace("a-a", "an-a")), (None, deed, f"a-{who}".replace("a-a", "an-a"))
    ]  # fmt: skip
    assert Flag.objects.get().state == "open"


def test_many_are_acknowledged_once_for_a_key(analyst, db):
    body = {"flags": [make_flag().pk]}
    first, again = (analyst.post("flags/acknowledge/", body, Idempotency_Key="k") for _ in range(2))
    assert first.json() == again.json()
    assert FlagEvent.objects.count() == 1


# what happened


def test_what_happened_to_a_flag_is_told_in_order_with_the_evidence_of_the_day(administrator, anonymous, contract):
    flag = Flag.objects.get(rule=RULE)
    administrator.post(f"flags/{flag.pk}/acknowledge/", {"reason": "seen"})
    opened, seen = anonymous.rows(f"flags/{flag.pk}/events/")
    assert (opened["kind"], opened["by"], opened["evidence"]["outstanding"]) == ("opened", None, "60.00")
    assert opened["as_of"] == timezone.localdate().isoformat()
    assert (seen["kind"], seen["by"], seen["reason"], seen["as_of"]) == (
        "acknowledged", "an-administrator", "seen", None
    )  # fmt: skip


def test_a_history_is_read_page_by_page_in_both_directions(anonymous, db):
    flag = make_flag()
    FlagEvent.objects.bulk_create([FlagEvent(flag=flag, kind="refreshed", severity="low") for _ in range(5)])
    pages = anonymous.pages(f"flags/{flag.pk}/events/?page_size=2")
    assert [len(page) for page in pages] == [2, 2, 1]
    second = anonymous.read(anonymous.read(f"flags/{flag.pk}/events/?page_size=2")["next"].split("/api/v1/")[1])
    assert anonymous.rows(second["previous"].split("/api/v1/")[1]) == pages[0]


def test_nothing_happened_to_what_is_not_there(anonymous, db):
    assert anonymous.get("flags/999/events/").status_code == 404
    assert anonymous.get(f"flags/{make_flag().pk}/events/?kind=opened").status_code == 400
