"""Who hears of what, and in which message."""

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurement.alerts.context import Surroundings
from procurement.alerts.events import Happening
from procurement.alerts.flagged import flag_happenings
from procurement.alerts.matching import asks_for
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.alerts.routing import all_criteria, recipients_of, route
from procurement.contracts.models import Contract
from procurement.delivery.composing import compose
from procurement.flags.models import Flag, FlagEvent
from procurement.programs.models import Program, ProgramLink
from procurement.programs.recording import program_links
from tests.alerts.subscribers import make_user, subscribe
from tests.makers import (
    day,
    decide,
    join,
    make_contract,
    make_organization,
    make_program,
    make_rate,
    make_source,
    make_supplier,
    merge_into,
    post,
    say,
)

pytestmark = pytest.mark.django_db

SOME_DAY = day("2026-01-05")


def happening(program: Program, contract: Contract | None = None, **more: Any) -> Happening:
    given: dict[str, Any] = {
        "event": "flag.opened",
        "origin_table": "t",
        "origin_id": 1,
        "summary": "s",
        "rule": "r",
        "severity": "low",
    }
    given |= {"happened_at": timezone.now(), "program_id": program.pk, "programs": frozenset({program.pk})}
    return Happening(**given | {"contract_id": contract.pk if contract else None} | more)


def send(*happenings) -> int:
    return route(happenings, now=timezone.now())


@pytest.fixture
def contract():
    return make_contract(make_program("x"), committed="100", paid="40")


@pytest.mark.parametrize(
    ("filters", "hears"),
    [
        ({}, True),
        ({"countries": ["JP"]}, True),
        ({"countries": ["US"]}, False),
        ({"min_outstanding": Decimal(60), "currency": "JPY"}, True),
        ({"min_outstanding": Decimal(61), "currency": "JPY"}, False),
        ({"events": ["flag.resolved"]}, False),
        ({"active": False}, False),
    ],
)
def test_filters_choose(contract, filters, hears):
    subscribe(**filters)
    assert send(happening(contract.programallocation_set.get().program, contract)) == hears


def flag_of_no_program(contract: Contract, **more: Any) -> FlagEvent:
    """What opened a flag of a contract that is no program's."""
    row = {"rule": "active-past-end-date", "contract": contract, "severity": "low", "summary": "it goes on"}
    flag = Flag.objects.create(condition_since=day("2020-06-15"), evidence_digest="0", **row)
    return FlagEvent.objects.create(flag=flag, kind="opened", severity="low", summary=flag.summary, **more)


@pytest.mark.parametrize(
    ("filters", "hears"),
    [
        ({}, True),
        ({"countries": ["JP"]}, True),
        ({"min_severity": "medium"}, False),
        ({"min_outstanding": Decimal(60), "currency": "JPY"}, True),
        ({"min_outstanding": Decimal(61), "currency": "JPY"}, False),
    ],
)
def test_a_flag_of_no_program_is_told_of_its_contract(filters, hears):
    subscribe(**filters)
    event = flag_of_no_program(make_contract(committed="100", paid="40"))
    assert send(*flag_happenings([event], {})) == hears


def test_who_asks_for_programs_does_not_hear_of_a_flag_of_none():
    subscribe(programs=[make_program()])
    assert send(*flag_happenings([flag_of_no_program(make_contract(committed="100"))], {})) == 0


def test_an_alert_of_no_program_says_so_and_is_written(contract):
    subscribe()
    send(*flag_happenings([flag_of_no_program(make_contract(committed="100", paid="40"))], {}))
    alert, message = Alert.objects.get(), compose(Delivery.objects.get())
    assert (alert.program_id, alert.payload["program"]) == (None, None)
    assert alert.payload["outstanding"] == [{"currency": "JPY", "amount": "60.00"}]
    assert "it goes on" in message.text


def test_a_subscription_to_an_organization_hears_of_all_that_it_is(contract):
    maker, heir = contract.contractparty_set.get().organization, make_supplier("Heir")
    subscribe(organizations=[heir])
    told = happening(contract.programallocation_set.get().program, contract)
    assert not send(told)
    merge_into(maker, heir)
    assert send(told)


def linked(program: Program, kind: str, other: Program) -> Program:
    common = {"effective_on": day("2020-12-18"), "source": make_source()}
    program_links.record(ProgramLink(program=program, kind=kind, other=other, **common))
    return other


def test_who_follows_a_program_hears_of_its_successor_and_of_the_parts_of_that():
    ashore, asev, ship = make_program(), make_program(), make_program()
    linked(ashore, "successor", asev)
    linked(ship, "part_of", asev)
    with_all, alone, successor = (
        subscribe(programs=[ashore]),
        subscribe(programs=[ashore], with_related=False),
        subscribe(programs=[asev]),
    )
    heard = {
        program: {n.subscription for n in Notice.objects.filter(alert__program=program)}
        for program in (ashore, asev, ship)
        if send(happening(program, origin_id=program.pk))
    }
    assert heard == {ashore: {with_all, alone}, asev: {with_all, successor}, ship: {with_all, successor}}


def test_a_link_that_was_recorded_after_the_subscription_counts_too():
    ashore, asev = make_program(), make_program()
    subscribe(programs=[ashore])
    assert not send(happening(asev))
    linked(ashore, "successor", asev)
    assert send(happening(asev))


@pytest.mark.parametrize(("with_group", "hears"), [(True, True), (False, False)])
def test_who_follows_an_organization_hears_of_its_group_where_that_is_asked_for(contract, with_group, hears):
    maker, holding, sister = (
        contract.contractparty_set.get().organization,
        make_supplier("Top"),
        make_supplier("Sister"),
    )
    join(maker, holding)
    join(sister, holding)
    subscribe(organizations=[sister], with_group=with_group)
    assert bool(send(happening(contract.programallocation_set.get().program, contract))) is hears


def test_those_that_were_merged_into_the_parts_of_a_group_are_of_it(contract):
    maker, part, holding = contract.contractparty_set.get().organization, make_supplier("Part"), make_supplier("Top")
    join(part, holding)
    merge_into(maker, part)
    subscribe(organizations=[holding])
    assert send(happening(contract.programallocation_set.get().program, contract))


def test_a_minimum_counts_other_currencies_by_the_newest_rates():
    program = make_program()
    post(make_contract(program, committed="20", currency="USD"), "10", "payment")
    billion = {"min_outstanding": Decimal(10**9), "currency": "JPY"}
    subscribe(**billion)
    assert send(happening(program))  # no rate is known
    make_rate("EUR", "JPY", "120", "2019-06-03")
    make_rate("EUR", "USD", "1.2", "2019-06-03")
    subscribe(**billion)
    subscribe(min_outstanding=Decimal(1000), currency="JPY")
    subscribe(min_outstanding=Decimal(1001), currency="JPY")
    assert send(happening(program, origin_id=2)) == 1


def test_a_subscription_to_a_domain_hears_of_every_program_that_an_event_concerns():
    at_sea, in_the_air = make_program(domain="naval"), make_program(domain="air")
    subscribe(domains=["naval"], group_seconds=0)
    subscribe(domains=["air"], group_seconds=0)
    assert send(happening(in_the_air)) == 1
    assert send(happening(in_the_air, origin_id=2, programs=frozenset({at_sea.pk, in_the_air.pk}))) == 2


@pytest.mark.parametrize(
    ("words", "hears"),
    [
        (["radar"], True),
        (["ＲＡＤＡＲ"], True),
        (["missile", "école"], True),
        (["ecole"], True),
        (["停止"], True),
        (["aegis ashore"], True),
        (["C-77/b"], True),
        (["Ashore Radar missile"], False),
        (["missile"], False),
    ],
)
def test_words_are_looked_for_as_searching_finds_them(words, hears):
    program = make_program("aegis-x", name="Aegis Ashore", local_name="イージス・アショア")
    contract = make_contract(program, committed="1", reference="C-77/B", title="SPY-7 Radar")
    subscribe(words=words)
    told = happening(program, contract, summary="Flag opened: École", facts={"term": "停止", "quotation": ""})
    assert bool(send(told)) is hears


def test_the_country_of_the_one_that_remains_of_a_buyer_counts(contract):
    subscribe(countries=["FR"])
    merge_into(contract.buyer, make_organization("Ministère", "FR"))
    assert send(happening(contract.programallocation_set.get().program, contract))


def test_the_parties_of_a_contract_are_its_organizations(contract):
    mine = subscribe(organizations=[make_supplier()])
    subscribe(organizations=[make_organization("Another")])
    send(happening(contract.programallocation_set.get().program, contract))
    assert [notice.subscription for notice in Notice.objects.all()] == [mine]


def test_the_outstanding_of_a_program_is_that_of_its_shares():
    program = make_program()
    post(make_contract(program, committed="100", share="0.5"), "20", "payment")
    subscribe(min_outstanding=Decimal(40), currency="JPY")
    subscribe(min_outstanding=Decimal(41), currency="JPY")
    assert send(happening(program)) == 1


def test_payments_that_are_not_known_pass_a_minimum():
    program = make_program()
    make_contract(program, committed="1")
    subscribe(min_outstanding=Decimal(1000), currency="JPY")
    assert send(happening(program)) == 1


def test_a_burst_is_one_message():
    program = make_program()
    subscribe()
    assert send(*[happening(program, origin_id=number) for number in range(50)]) == 1
    assert Delivery.objects.get().notices.count() == 50


def test_what_is_routed_twice_is_told_once():
    subscribe()
    told = happening(make_program())
    assert [send(told), send(told)] == [1, 0]
    assert Alert.objects.count() == Notice.objects.count() == 1


def test_of_two_events_that_one_row_is_a_subscription_hears_the_first_it_asks_for():
    program = make_program()
    both, one = subscribe(), subscribe(events=["flag.opened"])
    send(happening(program, event="status.disputed"), happening(program))
    heard = {notice.subscription: notice.alert.event for notice in Notice.objects.all()}
    assert heard == {both: "status.disputed", one: "flag.opened"}


def test_a_user_who_has_left_hears_nothing():
    subscribe(make_user(is_active=False))
    assert send(happening(make_program())) == 0


def test_what_nobody_asked_for_is_not_kept():
    assert send(happening(make_program())) == 0
    assert not Alert.objects.exists()


def test_an_alert_keeps_how_things_stood(contract):
    program = contract.programallocation_set.get().program
    decide(program, "suspended")
    subscribe()
    send(happening(program, contract, facts={"flag": 7}))
    payload = Alert.objects.get().payload
    assert (payload["program"]["status"], payload["program"]["status_since"]) == ("suspended", "2020-06-15")
    assert payload["program"]["standing"] == "suspended since 2020-06-15"
    assert payload["outstanding"] == [{"currency": "JPY", "amount": "60.00"}]
    assert (payload["contract"]["reference"], payload["flag"]) == (contract.reference, 7)


def test_an_alert_keeps_a_stop_and_a_dispute_with_their_own_days(contract):
    program = contract.programallocation_set.get().program
    decide(program, "suspended", "2020-06-15")
    decide(program, "cancelled", "2020-12-18")
    say(program, "active", "2021-01-05", speaker="Kono")
    subscribe()
    send(happening(program, contract))
    told = Alert.objects.get().payload["program"]
    assert (told["status_since"], told["stopped_on"], told["stopped_as"]) == ("2020-12-18", "2020-06-15", "suspended")
    assert (told["disputed"], told["disputed_since"], told["last_said_on"]) == (True, "2021-01-05", "2021-01-05")
    text = compose(Delivery.objects.get()).text
    assert (
        "Standing: cancelled since 2020-12-18; stopped since 2020-06-15 (suspended), disputed since 2021-01-05" in text
    )


def test_routing_costs_the_same_for_many(django_assert_max_num_queries, contract):
    program = contract.programallocation_set.get().program
    for _ in range(3):
        subscribe()
    with django_assert_max_num_queries(32):
        send(*[happening(program, contract, origin_id=number) for number in range(30)])


def test_thousands_of_subscriptions_cost_no_more_queries(contract):
    program = contract.programallocation_set.get().program
    make_rate("EUR", "JPY", "120", "2019-06-03")
    filters = {"programs": [program], "organizations": [contract.buyer], "words": ["contract"]}
    filters |= {"min_outstanding": Decimal("0.1"), "currency": "EUR"}
    join(contract.buyer, make_organization("Government"))
    linked(make_program(), "successor", program)

    def queries(number: int) -> int:
        for _ in range(number):
            subscribe(**filters)
        with CaptureQueriesContext(connection) as taken:
            all_criteria(timezone.localdate())
            around = Surroundings([happening(program, contract, origin_id=n) for n in range(number)], SOME_DAY)
            around.rates_to(["EUR"] * number)
        return len(taken)

    assert queries(1) == queries(30) <= 20


def test_a_hundred_events_and_thousands_of_subscriptions_are_matched_in_no_time(contract):
    program = contract.programallocation_set.get().program
    row = subscribe(programs=[program], words=["contract"], countries=["JP"])
    criteria = [replace(all_criteria(SOME_DAY)[0], subscription_id=row.pk + n) for n in range(3000)]
    told = [happening(program, contract, origin_id=n) for n in range(100)]
    around = Surroundings(told, SOME_DAY)
    began = time.perf_counter()
    found = recipients_of([(each, h) for each in criteria for h in told if asks_for(each, h)], around)
    assert (len(found), len(found[told[0].identity])) == (100, 3000)
    assert time.perf_counter() - began < 10  # 300,000 pairs take about one second


def test_a_mail_names_the_sum_of_a_whole_contract_apart_from_that_of_the_programs_share():
    program = make_program()
    contract = make_contract(program, committed="100", paid="40", share="0.5")
    subscribe()
    send(happening(program, contract))
    text = compose(Delivery.objects.get()).text
    assert "Outstanding under the whole contract: 60 JPY" in text
    assert "Outstanding in the program's share of 0.5: 30 JPY" in text
