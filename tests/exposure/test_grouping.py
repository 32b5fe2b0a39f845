"""Rows by every grouping, filters, currencies and pages."""

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import ContractParty
from procurement.contracts.recording import contract_parties
from procurement.exposure.answering import GROUPINGS, Question, answer
from procurement.exposure.sql.grouping import FILTERS
from tests.exposure.asking import ask, asked, by, some
from tests.makers import (
    day,
    decide,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    novate,
    post,
    put,
    say,
)

pytestmark = pytest.mark.django_db

DESIGNED = (
    "program", "supplier", "buyer", "country", "supplier_country", "domain", "currency", "program_status",
    "contract_status", "method", "fiscal_year", "none",
)  # fmt: skip


@pytest.mark.parametrize("name", DESIGNED)
def test_every_grouping_of_the_design_answers_and_sums_to_the_total(name):
    program = make_program(domain="missile_defence")
    make_contract(program, committed="1000.00", paid="100.00", share="0.5")
    make_contract(committed="500.00", method="grant")
    answered = ask("2021-01-01", name)
    assert sum(row.figures["committed"] for row in answered.rows) == 1500
    assert some(answered.totals[0], "committed", "paid", "unaccounted") == ["1500.00", "100.00", "500.00"]


def test_groupings_cross():
    program = make_program(domain="naval")
    make_contract(program, committed="10.00")
    put(make_contract(program, committed="5.00"), "completed", "2020-01-01")
    keys = [
        (*row.keys.values(), row.texts()["committed"]) for row in ask("2021-01-01", "domain", "contract_status").rows
    ]
    assert keys == [("naval", "active", "10.00"), ("naval", "completed", "5.00")]


@pytest.mark.parametrize(
    ("country", "signed_on", "year"),
    [
        ("JP", "2019-03-31", 2018),
        ("JP", "2019-04-01", 2019),
        ("GB", "2019-04-01", 2019),
        ("US", "2019-09-30", 2019),
        ("US", "2019-10-01", 2020),
        ("FR", "2019-01-01", 2019),
        ("FR", "2019-12-31", 2019),
    ],
)
def test_the_fiscal_year_is_the_buyers_at_signature(country, signed_on, year):
    make_contract(buyer=make_organization("Buyer", country), signed_on=signed_on, committed="1.00")
    assert set(by("fiscal_year", ask("2021-01-01", "fiscal_year"))) == {year}


def test_an_unsigned_contract_has_no_fiscal_year():
    contract = make_contract(committed="1.00")
    type(contract).objects.update(signed_on=None)
    assert set(by("fiscal_year", ask("2021-01-01", "fiscal_year"))) == {None}


def test_of_two_states_of_one_day_the_one_published_later_holds():
    contract = make_contract(committed="1.00")
    put(contract, "suspended", "2020-07-01", published_on=day("2020-09-01"))
    put(contract, "stop_work", "2020-07-01", published_on=day("2020-08-01"))
    assert set(by("contract_status", ask("2021-01-01", "contract_status"))) == {"suspended"}


def test_the_supplier_is_the_lead_at_the_date():
    contract = make_contract(committed="1.00")
    novate(contract, make_supplier("Heir", "GB"), "2020-07-01")
    assert set(by("supplier_country", ask("2020-06-30", "supplier_country"))) == {"US"}
    assert set(by("supplier_country", ask("2020-07-01", "supplier_country"))) == {"GB"}


def test_a_supplier_filter_matches_any_party_while_rows_name_the_lead():
    contract = make_contract(committed="1.00")
    make_contract(committed="2.00")
    agent = make_supplier("Agent", "JP")
    more = {"effective_on": day("2020-01-01"), "source": make_source("2020-01-01")}
    contract_parties.record(ContractParty(contract=contract, organization=agent, role="agent", **more))
    answered = ask("2021-01-01", "supplier", supplier=[agent.pk])
    assert {key: row.texts()["committed"] for key, row in by("supplier", answered).items()} == {
        make_supplier().pk: "1.00"
    }
    assert ask("2019-12-31", "supplier", supplier=[agent.pk]).rows == []


def test_a_program_filter_takes_only_its_shares():
    program = make_program()
    make_contract(program, committed="1000.00", share="0.25")
    (only,) = ask("2021-01-01", program=[program.pk]).totals
    assert only.texts()["committed"] == "250.00"


def test_several_accepted_values_are_alternatives_and_several_filters_all_hold():
    make_contract(committed="1.00", method="grant")
    make_contract(committed="2.00", method="framework")
    put(make_contract(committed="4.00", method="grant"), "completed", "2020-01-01")
    (row,) = ask("2021-01-01", method=["grant", "framework"], contract_status=["active"]).rows
    assert row.texts()["committed"] == "3.00"


def test_filters_that_nothing_meets_leave_no_rows():
    make_contract(committed="1.00")
    answered = ask("2021-01-01", "program", contract=[0])
    assert (answered.rows, answered.totals, answered.next_offset) == ([], [], None)


def test_disputes_count_programs():
    program = make_program()
    make_contract(program, committed="1.00")
    make_contract(program, committed="2.00")
    decide(program, "suspended", "2020-06-15")
    say(program, "cancelled", "2020-06-25", speaker="Minister")
    assert [row.disputes for row in ask("2020-06-24", "program").rows] == [0]
    assert [row.disputes for row in ask("2020-06-25", "program").rows] == [1]


# currencies


def test_rows_are_split_by_currency():
    program = make_program()
    make_contract(program, committed="1000.00")
    make_contract(program, committed="7.00", currency="USD")
    answered = ask("2021-01-01", "program")
    assert [(row.currency, row.texts()["committed"]) for row in answered.rows] == [("JPY", "1000.00"), ("USD", "7.00")]
    assert [row.currency for row in answered.totals] == ["JPY", "USD"]


def test_one_currency_can_be_asked_for_where_it_is_the_only_one():
    make_contract(committed="1000.00")
    (row,) = answer(Question(asked("2021-01-01"), currency="JPY")).rows
    assert row.texts()["committed"] == "1000.00"


def test_conversion_without_a_rate_is_refused_naming_pair_and_date():
    make_contract(committed="1000.00")
    make_contract(committed="7.00", currency="USD")
    with pytest.raises(Refused, match=r"JPY/USD.*2021-01-01"):
        answer(Question(asked("2021-01-01"), ("program",), currency="USD"))


# refusals


@pytest.mark.parametrize("groups", [("colour",), ("program", "program"), ("none", "program")])
def test_a_bad_grouping_is_refused(groups):
    with pytest.raises(Refused) as refused:
        ask("2021-01-01", *groups)
    assert set(refused.value.errors) == {"group_by"}


def test_an_unknown_grouping_hears_which_are_accepted():
    with pytest.raises(Refused, match="colour.*" + ", ".join(GROUPINGS)):
        ask("2021-01-01", "colour")
    assert set(DESIGNED) <= set(GROUPINGS)


def test_an_unknown_filter_is_refused_by_name():
    with pytest.raises(Refused, match="colour: .*" + ", ".join(FILTERS)):
        ask("2021-01-01", colour=["red"])


# pages


def pages(groups, limit):
    found, offset = [], 0
    while offset is not None:
        page = answer(Question(asked("2021-01-01"), groups, offset=offset, limit=limit))
        found.append(page)
        offset = page.next_offset
    return found


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_pages_hold_every_row_once_and_the_same_totals(limit):
    programs = [make_program(f"p{n}") for n in range(5)]
    for number, program in enumerate(programs):
        decide(program, "suspended", "2020-06-15")
        if number % 2:
            make_contract(program, committed="1.00")
    found = pages(("program",), limit)
    assert [row.keys["program"] for page in found for row in page.rows] == [program.pk for program in programs]
    assert all(page.totals == found[0].totals for page in found)
    assert [len(page.rows) for page in found[:-1]] == [limit] * (len(found) - 1)


@pytest.mark.parametrize("groups", [(), ("currency",), ("none",)])
def test_rows_without_keys_have_pages_too(groups):
    for currency in ("JPY", "USD", "EUR"):
        post(make_contract(currency=currency), "1.00")
    found = pages(groups, 2)
    assert [[row.currency for row in page.rows] for page in found] == [["EUR", "JPY"], ["USD"]]
    assert [[row.currency for row in page.totals] for page in found] == [["EUR", "JPY", "USD"]] * 2
