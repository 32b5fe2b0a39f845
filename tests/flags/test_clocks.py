"""Each clock of a rule is found by the sweep on its day, and on the day before nothing is."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pytest

from procurement.flags.evaluation.scope import EVERYTHING
from procurement.flags.history.turning_days import turning_days
from procurement.flags.models import FlagEvent
from procurement.flags.rule import Dates
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen_all
from procurement.flags.screening.sweep import sweep
from tests.flags.test_sweep import drain_all
from tests.makers import day, decide, make_contract, make_program, owe, put, report, state_complete

pytestmark = pytest.mark.django_db


class Case(NamedTuple):
    dates: Dates
    rule: str
    facts: Callable[[], object]
    on: str
    kind: str


def stopped(**more):
    """A contract under a program suspended on 2020-06-15."""
    program = make_program()
    contract = make_contract(program, **{"committed": "100", "paid": "40"} | more)
    decide(program, "suspended", "2020-06-15")
    return contract


def running(**more):
    """A contract under a program that goes on."""
    program = make_program()
    decide(program, "active", "2019-10-31")
    return make_contract(program, **{"committed": "100", "paid": "40"} | more)


def halted():
    put(running(), "stop_work", "2020-06-15")


def complete_twice():
    contract = stopped()
    for through in ("2020-06-01", "2020-08-03"):
        state_complete(contract, through)


def advanced():
    contract = running()
    state_complete(contract, "2020-06-01", "delivery")
    owe(contract, "2020-08-03", "50", "delivery")


CASES = [
    Case(Dates.STOP, "suspended-program-active-contract", stopped, "2020-09-13", "escalated"),
    Case(Dates.STOP, "suspended-program-active-contract", stopped, "2021-06-15", "escalated"),
    Case(Dates.STOP, "no-exit-estimate", stopped, "2020-07-15", "opened"),
    Case(Dates.HALT, "suspended-contract-active-program", halted, "2020-07-16", "opened"),
    Case(Dates.HALT, "stop-work-over-90-days", halted, "2020-09-14", "opened"),
    Case(
        Dates.CONTRACT_END,
        "active-past-end-date",
        lambda: running(ends_on=day("2020-08-03")),
        "2020-08-04",
        "opened",
    ),
    Case(
        Dates.CONTRACT_END,
        "suspended-program-active-contract",
        lambda: stopped(ends_on=day("2022-08-03")),
        "2022-08-04",
        "refreshed",
    ),
    Case(Dates.DELIVERY_DUE, "advance-past-delivery-date", advanced, "2020-08-04", "opened"),
    Case(Dates.PAYMENT_DUE, "payment-due-under-stop", lambda: owe(stopped(), "2020-10-02"), "2020-08-03", "opened"),
    Case(Dates.PAYMENT_DUE, "payment-due-under-stop", lambda: owe(stopped(), "2020-10-02"), "2020-10-03", "refreshed"),
    Case(Dates.COMPLETE_THROUGH, "suspended-program-active-contract", complete_twice, "2020-08-03", "refreshed"),
    Case(
        Dates.REPORTED_TOTAL,
        "disputed-figure",
        lambda: report(running(), "contracted", "200", as_of_date="2020-08-03"),
        "2020-08-03",
        "opened",
    ),
    Case(Dates.SIGN_OF_LIFE, "suspended-program-active-contract", stopped, "2021-10-30", "refreshed"),
    Case(Dates.SIGN_OF_LIFE, "no-exit-estimate", stopped, "2021-10-30", "resolved"),
    Case(Dates.NEWS, "stale-sources", stopped, "2020-12-12", "opened"),
    Case(Dates.SIGN_OF_LIFE, "stale-sources", stopped, "2021-10-30", "refreshed"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.dates.name}-{case.rule}-{case.kind}" for case in CASES])
def test_the_sweep_finds_it_on_its_day(case):
    case.facts()
    on = day(case.on)
    eve = on - dt.timedelta(days=1)
    drain_all(eve)
    sweep(eve)
    before = FlagEvent.objects.count()
    assert sweep(eve).events == []
    assert (case.rule, case.kind) in {(event.flag.rule, event.kind) for event in sweep(on).events}
    assert FlagEvent.objects.count() > before
    assert screen_all(on).events == []


@pytest.mark.parametrize("case", CASES, ids=[f"{case.dates.name}-{case.rule}-{case.kind}" for case in CASES])
def test_backtests_look_on_that_day(case):
    case.facts()
    assert day(case.on) in turning_days(
        day(case.on) - dt.timedelta(days=1), day(case.on), scope=EVERYTHING, rules=all_rules(), limits={}
    )


def test_every_kind_of_date_has_a_case():
    assert {case.dates for case in CASES} == set(Dates)


def test_every_clock_of_a_rule_that_opens_something_has_a_case():
    opening = {(clock.dates, rule.code) for rule in all_rules() for clock in rule.clocks if clock.opens}
    assert opening <= {(case.dates, case.rule) for case in CASES}


@pytest.mark.parametrize("rule", all_rules(), ids=[rule.code for rule in all_rules()])
def test_a_rule_that_asks_for_the_presumption_has_its_clock(rule):
    asks = rule.parameters.presumed_days.as_string(None) in rule.statement.as_string(None)
    assert asks == rule.presumes
