"""Organizations that are one count as one, and suppliers are put together by the groups that they are parts of."""

from dataclasses import replace

import pytest

from procurement.common.dates import Asked
from procurement.contracts.recording import contract_parties
from procurement.exposure.answering import Question, answer, answer_from_ledger
from procurement.exposure.kept.models import Line
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.series import answers_at
from procurement.parties.merging import organization_links
from procurement.parties.models import Organization
from procurement.sources.models import StaleMark
from procurement.sources.recording import Amending
from tests.exposure.asking import ask, by, total
from tests.exposure.kept import refresh_then
from tests.exposure.stage import next_moment
from tests.makers import (
    day,
    join,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    merge_into,
    novate,
    owe,
)

pytestmark = pytest.mark.django_db

TODAY = "2020-06-25"


@pytest.fixture
def maker():
    return make_supplier("Maker", "US")


@pytest.fixture
def heir():
    return make_supplier("Maker Heavy Industries", "JP")


@pytest.fixture
def contracts(maker, heir):
    return [make_contract(supplier=maker, committed="10", paid="1"), make_contract(supplier=heir, committed="5")]


def committed(name, as_of=TODAY, **more):
    rows = by(name, ask(as_of, name, **more))
    return {key: int(row.figures["committed"]) for key, row in rows.items()}


def undo(link):
    organization_links.reverse(link, Amending(make_source("2020-03-01")))


@pytest.mark.parametrize("first", [lambda: None, refresh_then], ids=["from facts", "kept"])
def test_suppliers_that_are_one_are_one_row(contracts, maker, heir, first):
    first()
    assert committed("supplier") == {maker.pk: 10, heir.pk: 5}
    link = merge_into(maker, heir)
    assert committed("supplier") == {heir.pk: 15}
    assert committed("supplier_country") == {"JP": 15}
    undo(link)
    assert committed("supplier") == {maker.pk: 10, heir.pk: 5}
    assert committed("supplier_country") == {"US": 10, "JP": 5}


def test_so_are_buyers_and_their_fiscal_years_are_those_of_the_one_that_remains():
    one, other = make_organization("DoD", "US"), make_organization("Ministry", "JP")
    make_contract(buyer=one, signed_on="2019-10-31", committed="10")
    assert (committed("buyer"), committed("fiscal_year")) == ({one.pk: 10}, {2020: 10})
    merge_into(one, other)
    assert (committed("buyer"), committed("fiscal_year")) == ({other.pk: 10}, {2019: 10})
    assert committed("country") == {"JP": 10}


@pytest.mark.parametrize("name", ["supplier", "buyer"])
def test_a_filter_by_either_id_finds_both(contracts, maker, heir, name):
    ends = (maker, heir)
    if name == "buyer":
        ends = make_organization("One"), make_organization("Other")
        for number, buyer in enumerate(ends):
            make_contract(buyer=buyer, committed=str(7 + number))
    before = [total(TODAY, **{name: [each.pk]})["committed"] for each in ends]
    assert len(set(before)) == 2
    merge_into(*ends)
    assert {total(TODAY, **{name: [each.pk]})["committed"] for each in ends} == {"15.00"}


def test_a_filter_by_a_party_that_does_not_lead_finds_what_is_recorded_of_the_other_too(contracts, maker, heir):
    third = make_supplier("Third")
    novate(contracts[0], third, "2020-01-01")
    merge_into(maker, heir)
    assert committed("supplier", supplier=[heir.pk]) == {third.pk: 10, heir.pk: 5}


def test_as_of_a_day_before_it_they_are_apart(contracts, maker, heir):
    merge_into(maker, heir, "2020-06-01")
    assert committed("supplier", "2020-05-31") == {maker.pk: 10, heir.pk: 5}
    assert committed("supplier", "2020-06-01") == {heir.pk: 15}


def test_a_view_of_what_was_known_before_shows_them_apart(contracts, maker, heir):
    moment = next_moment()
    merge_into(maker, heir)
    before = Asked(day(TODAY), recorded_by=moment)
    unpublished = Asked(day(TODAY), published_by=day("2019-12-31"))
    for asked in (before, unpublished):
        rows = answer(Question(asked, ("supplier",), {"supplier": [heir.pk]})).rows
        assert [row.keys["supplier"] for row in rows] == [heir.pk]
        assert {row.keys["supplier"] for row in answer(Question(asked, ("supplier",))).rows} == {maker.pk, heir.pk}


def test_what_is_kept_follows_the_day_on_which_it_takes_effect(contracts, maker, heir):
    merge_into(maker, heir, "2020-07-01")
    refresh_then()
    assert set(Line.objects.values_list("supplier", flat=True)) == {maker.pk, heir.pk}
    assert committed("supplier", "2020-07-01") == {heir.pk: 15}
    refresh(today=day("2020-07-01"))
    assert set(Line.objects.values_list("supplier", flat=True)) == {heir.pk}
    assert not StaleMark.objects.exists()


def test_the_country_of_the_one_that_remains_counts_for_all(contracts, maker, heir):
    middle = make_supplier("Middle")
    merge_into(maker, middle)
    merge_into(middle, heir)
    refresh_then()
    Organization.objects.filter(pk=heir.pk).update(country="KR")
    assert committed("supplier_country") == {"KR": 15}
    refresh_then()
    assert committed("supplier_country") == {"KR": 15}


# groups


@pytest.fixture
def holding(maker, heir):
    found = make_supplier("Holding", "FR")
    join(maker, heir, "2020-01-01")
    join(heir, found, "2020-06-01")
    return found


@pytest.mark.parametrize("first", [lambda: None, refresh_then], ids=["from facts", "kept"])
def test_a_group_sums_its_parts_under_its_top(contracts, holding, heir, maker, first):
    other = make_supplier("Other")
    make_contract(supplier=other, committed="3")
    first()
    assert committed("supplier_group", "2019-12-31") == {maker.pk: 10, heir.pk: 5, other.pk: 3}
    assert committed("supplier_group", "2020-02-01") == {heir.pk: 15, other.pk: 3}
    assert committed("supplier_group") == {holding.pk: 15, other.pk: 3}
    assert committed("supplier") == {maker.pk: 10, heir.pk: 5, other.pk: 3}


@pytest.mark.parametrize("wait", [False, True])
def test_a_group_says_all_that_its_parts_do(contracts, holding, wait):
    for number, contract in enumerate(contracts):
        owe(contract, f"2021-0{number + 1}-01", "2")
    refresh_then()
    if wait:
        make_contract(supplier=holding, committed="1")
    question = Question(Asked(day(TODAY)), ("supplier_group",))
    found, by_ledger = answer(question), answer_from_ledger(question)
    assert (found.rows, found.totals) == (by_ledger.rows, by_ledger.totals)
    (row,) = found.rows
    assert (row.contracts, row.next_due.due_on) == (2 + wait, day("2021-01-01"))
    assert row.age.paid_known_through == (day("2019-10-31"), day("2019-10-31"))


def test_groups_come_in_pages(contracts, holding):
    others = [make_supplier(f"Other {number}") for number in range(3)]
    for each in others:
        make_contract(supplier=each, committed="1")
    refresh_then()
    question = Question(Asked(day(TODAY)), ("supplier_group",), limit=2)
    pages = [answer(replace(question, offset=offset)) for offset in (0, 2)]
    keys = [row.keys["supplier_group"] for page in pages for row in page.rows]
    assert keys == sorted([holding.pk, *(each.pk for each in others)])
    assert [page.next_offset for page in pages] == [2, None]


def test_contracts_without_a_supplier_are_a_group_of_their_own(contracts, holding):
    lead = make_contract(committed="2").contractparty_set.get()
    contract_parties.reverse(lead, Amending(make_source()))
    refresh_then()
    assert committed("supplier_group") == {holding.pk: 15, None: 2}


def test_a_filter_by_any_of_a_group_finds_all_of_it(contracts, holding, maker, heir):
    make_contract(supplier=make_supplier("Other"), committed="3")
    found = [total(TODAY, supplier_group=[each.pk])["committed"] for each in (maker, heir, holding)]
    assert found == ["15.00"] * 3


def test_groups_combine_with_other_groupings(contracts, holding):
    rows = ask(TODAY, "supplier_group", "supplier_country").rows
    assert {tuple(row.keys.values()) for row in rows} == {(holding.pk, "US"), (holding.pk, "JP")}


def test_parts_that_are_merged_belong_to_the_group_of_the_one_that_remains(contracts, maker, heir):
    holding = make_supplier("Holding")
    join(maker, holding)
    merge_into(maker, heir)
    assert committed("supplier_group") == {holding.pk: 15}


def test_a_schedule_is_made_by_groups_too(contracts, holding):
    owe(contracts[0], "2021-03-31", "4")
    question = Question(Asked(day(TODAY)), ("supplier_group",))
    for first in (lambda: None, refresh_then):
        first()
        (row,) = schedule(question).rows
        assert (row.keys, row.by_year) == ({"supplier_group": holding.pk}, {2020: 4})


@pytest.mark.parametrize("name", ["supplier", "supplier_group", "buyer", "country"])
def test_a_series_follows_what_becomes_one(contracts, holding, maker, heir, name):
    make_program()
    merge_into(maker, heir, "2020-03-01")
    merge_into(make_organization(), make_organization("Other", "FR"), "2020-04-15")
    days = [day(f"2020-0{month}-01") for month in range(1, 8)]
    question = Question(Asked(day(TODAY)), (name,))
    for each in answers_at(question, days):
        by_ledger = answer_from_ledger(each.question)
        assert (each.rows, each.totals) == (by_ledger.rows, by_ledger.totals)


def test_a_series_of_one_supplier_finds_what_it_is_on_each_day(contracts, maker, heir):
    merge_into(maker, heir, "2020-03-01")
    days = [day(f"2020-0{month}-01") for month in range(1, 8)]
    found = answers_at(Question(Asked(day(TODAY)), (), {"supplier": [heir.pk]}), days)
    assert [int(each.totals[0].figures["committed"]) for each in found] == [5, 5, 15, 15, 15, 15, 15]
