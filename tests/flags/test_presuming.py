"""Contracts of which nobody has spoken for two years: what the rules find then, and how they say it."""

import datetime as dt
from decimal import Decimal

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.contracts.presuming import Presumption
from procurement.contracts.recording import contract_status_changes
from procurement.exposure.kept.refreshing import refresh
from procurement.flags.evaluation.evaluate import MOST_READ, evaluate
from procurement.flags.evaluation.scope import EVERYTHING, of_contracts
from procurement.flags.history.turning_days import turning_days
from procurement.flags.models import Flag
from procurement.flags.rule import Limits
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen, screen_all
from procurement.flags.thresholds.values import change_threshold
from tests.flags.backtests import found
from tests.makers import day, decide, make_contract, make_program, make_source, owe, post, put, state_complete

pytestmark = pytest.mark.django_db

SUSPENDED, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"
#: The contract was signed, and stopped, on 15 June 2020; 730 days later is 15 June 2022.
SPOKEN, EVE, PRESUMED = "2020-06-15", "2022-06-14", "2022-06-15"
LARGE = {"committed": "2000000000", "paid": "1"}


def signed(status: str = "active", **more) -> Contract:
    """A contract of a program, both without another word."""
    return make_contract(make_program(), **{"signed_on": SPOKEN, "status": status} | LARGE | more)


def stopped(decision: str, **more) -> Contract:
    contract = signed(**more)
    decide(contract.programallocation_set.get().program, decision, SPOKEN)
    return contract


def halted(status: str) -> Contract:
    contract = signed()
    put(contract, status, SPOKEN)
    return contract


def advanced() -> Contract:
    contract = signed()
    post(contract, "0.5", "delivery", on=SPOKEN)
    owe(contract, "2020-12-31", kind="delivery", on=SPOKEN)
    return contract


def owing() -> Contract:
    contract = stopped("suspended")
    owe(contract, "2021-01-31", "5", on=SPOKEN)
    return contract


#: Rule, what meets it, its severity while the contract is known to live, and that and the words when nobody has said so
#: for long; None where nothing is found then.
RULES = [
    (SUSPENDED, lambda: stopped("suspended"), "high", "low", "nobody has said since 2020-06-15 whether it still runs"),
    (CANCELLED, lambda: stopped("cancelled"), "high", "low", "nobody has said since 2020-06-15 whether it still runs"),
    ("no-exit-estimate", lambda: stopped("cancelled"), "medium", None, ""),
    ("active-past-end-date", lambda: signed(ends_on=day("2021-03-31")), "low", "low", "last known 2020-06-15"),
    ("stop-work-over-90-days", lambda: halted("stop_work"), "high", "low", "last known 2020-06-15"),
    ("advance-past-delivery-date", advanced, "medium", "low", "last known 2020-06-15"),
    ("payment-due-under-stop", owing, "high", "low", "last known 2020-06-15"),
    ("stale-sources", lambda: stopped("suspended"), "low", "low", "last known 2020-06-15"),
    ("suspended-contract-active-program", lambda: halted("suspended"), "high", "low", "last known 2020-06-15"),
]


@pytest.mark.parametrize(("rule", "facts", "known", "presumed", "words"), RULES, ids=[row[0] for row in RULES])
def test_a_rule_about_a_live_contract_says_when_that_was_last_known(rule, facts, known, presumed, words):
    contract = facts()
    (flag,) = found(rule, EVE)
    assert (flag.severity, words in flag.summary) == (known, words == "")
    assert flag.evidence["confirmed_on"] == (None if rule == "stale-sources" else SPOKEN)
    later = found(rule, PRESUMED)
    assert [(each.severity, words in each.summary) for each in later] == ([(presumed, True)] if presumed else [])
    put(contract, contract.contractstatuschange_set.order_by("effective_on", "id").last().status, "2022-06-10")
    assert [each.severity for each in found(rule, PRESUMED) if rule != "stale-sources"] == (
        [known] if rule != "stale-sources" else []
    )


def test_every_rule_on_a_live_state_is_judged_so():
    assert {rule.code for rule in all_rules() if rule.presumes} == {row[0] for row in RULES}


def confirm(contract: Contract, on: str) -> None:
    row = ContractStatusChange(contract=contract, act="confirmation", effective_on=day(on), source=make_source(on))
    contract_status_changes.record(row)


#: What is recorded on 1 January 2022, and whether it shows the contract alive.
NEWS = [
    (lambda contract: put(contract, "active", "2022-01-01"), True),
    (lambda contract: put(contract, "suspended", "2022-01-01"), True),
    (lambda contract: confirm(contract, "2022-01-01"), True),
    (lambda contract: post(contract, "1", "payment", on="2022-01-01"), True),
    (lambda contract: post(contract, "1", "refund", on="2022-01-01"), True),
    (lambda contract: post(contract, "1", "delivery", on="2022-01-01"), True),
    (lambda contract: post(contract, "1", "funding", on="2022-01-01"), True),
    (lambda contract: post(contract, "1", on="2022-01-01", reason="modification"), True),
    (lambda contract: post(contract, "-1", on="2022-01-01", reason="de_obligation"), False),
    (lambda contract: post(contract, "1", "payment", on="2022-01-01", reason="settlement"), False),
    (lambda contract: post(contract, "1", "compensation", on="2022-01-01"), False),
    (lambda contract: state_complete(contract, "2022-01-01"), False),
    (lambda contract: owe(contract, "2024-01-01", "5", on="2022-01-01"), False),
    (lambda contract: Contract.objects.filter(pk=contract.pk).update(ends_on="2022-06-15"), True),
    (lambda contract: Contract.objects.filter(pk=contract.pk).update(ends_on="2022-06-14"), False),
]


@pytest.mark.parametrize(("news", "alive"), NEWS)
def test_what_shows_a_contract_alive(news, alive):
    contract = stopped("suspended")
    news(contract)
    (flag,) = found(SUSPENDED, PRESUMED)
    assert (flag.severity, flag.evidence["presumed"]) == (("high", False) if alive else ("low", True))


def test_only_what_was_public_counts():
    contract = stopped("suspended")
    post(contract, "1", "payment", on="2022-01-01", published_on=day("2022-07-01"))
    assert [flag.severity for flag in found(SUSPENDED, PRESUMED, published_by=day("2022-06-30"))] == ["low"]
    assert [flag.severity for flag in found(SUSPENDED, PRESUMED, published_by=day("2022-07-01"))] == ["high"]


def test_a_pending_contract_with_a_commitment_is_presumed_too():
    stopped("suspended", status="pending")
    (flag,) = found(SUSPENDED, PRESUMED)
    assert (flag.severity, flag.evidence["contract_status"]) == ("low", "pending")


@pytest.mark.parametrize("most_read", [MOST_READ, 0])
def test_it_is_the_same_in_what_is_kept_in_the_ledger_and_in_a_scope(most_read, monkeypatch):
    contract = stopped("suspended")
    refresh()
    monkeypatch.setattr("procurement.flags.evaluation.evaluate.MOST_READ", most_read)
    for scope in (EVERYTHING, of_contracts([contract.pk])):
        for published_by in (None, day("9000-01-01")):
            flags = evaluate(Asked(day(PRESUMED), published_by), scope, all_rules())
            assert {(flag.rule, flag.severity) for flag in flags} == {(SUSPENDED, "low"), ("stale-sources", "low")}


# the stored flag


def kinds(on: str) -> list[tuple[str, str]]:
    events = screen_all(day(on)).events
    return [(event.kind, event.severity) for event in events if event.flag.rule == SUSPENDED]


def test_the_sweep_finds_the_day_and_a_new_fact_restores_the_severity_of_the_same_flag():
    contract = stopped("suspended")
    steps = [kinds(SPOKEN), kinds(EVE), kinds(PRESUMED), kinds("2022-06-16")]
    assert steps == [[("opened", "high")], [], [("refreshed", "low")], []]
    confirm(contract, "2022-06-16")
    assert kinds("2022-06-17") == [("escalated", "high")]
    assert Flag.objects.filter(rule=SUSPENDED).count() == 1


def test_an_accepted_flag_stays_accepted_when_nobody_speaks_of_it_any_more():
    contract = stopped("suspended")
    (flag,) = (event.flag for event in screen([contract.programallocation_set.get().program_id], today=day(SPOKEN)))
    Flag.objects.filter(pk=flag.pk).update(
        state="accepted", owner="Mori", acceptance_reason="known", accepted_until="2030-01-01"
    )
    assert kinds(PRESUMED) == [("refreshed", "low")]
    assert Flag.objects.get(pk=flag.pk).state == "accepted"


def test_the_last_day_of_the_two_years_is_one_on_which_rules_can_turn():
    stopped("suspended")
    given = {"scope": EVERYTHING, "rules": all_rules()}
    first, last = day("2022-01-01"), day("2022-12-31")
    assert day(PRESUMED) in turning_days(first, last, limits={}, **given)
    other = {rule.code: Limits(presumed_days=731) for rule in all_rules()}
    assert day("2022-06-16") in turning_days(first, last, limits=other, **given)


# the number of days


def test_the_days_are_a_threshold_that_answers_about_exposure_read_too():
    stopped("suspended")
    assert kinds("2021-06-15") == [("opened", "high")]
    change_threshold("presumption", "days", value=Decimal(365), reason="budgets are yearly", by=None)
    kept = Presumption.objects.get()
    assert (kept.days, kept.reason) == (365, "budgets are yearly")
    assert kinds("2021-06-15") == [("refreshed", "low")]


def test_rules_count_with_the_days_that_are_kept_whoever_set_them():
    stopped("suspended")
    Presumption.objects.update(days=365)
    assert kinds("2021-06-15") == [("opened", "low")]


def test_many_contracts_of_a_stopped_program_may_be_presumed_and_some_not():
    contract = stopped("suspended")
    program = contract.programallocation_set.get().program
    make_contract(program, signed_on=SPOKEN, committed="5", ends_on=day("2030-01-01"))
    (flag,) = found("stale-sources", PRESUMED)
    assert (flag.evidence["live_contracts"], flag.evidence["presumed_contracts"]) == (2, 1)
    assert "; 2 contracts of it are live (1 of them last known 2020-06-15), " in flag.summary
    make_contract(program, signed_on="2020-06-14", committed="5")
    Contract.objects.update(ends_on=None)
    (flag,) = found("stale-sources", PRESUMED)
    assert "; 3 contracts of it were live (last known 2020-06-15), " in flag.summary


def test_the_day_is_counted_from_the_newest_fact_however_it_is_dated():
    contract = stopped("suspended")
    post(contract, "1", "payment", on="2021-12-31", effective_precision="year")
    (flag,) = found(SUSPENDED, "2023-12-30")
    assert (flag.severity, flag.evidence["confirmed_on"]) == ("high", "2021-12-31")
    assert [each.severity for each in found(SUSPENDED, "2023-12-31")] == ["low"]
    assert dt.timedelta(730) == day("2023-12-31") - day("2021-12-31")
