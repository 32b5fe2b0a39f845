"""Money of an earlier time is accepted everywhere, with its dates; what is no money is refused everywhere."""

import pytest

from procurement.common.money import NO_MONEY
from tests.admin.test_facts import refusals
from tests.api.test_facts import body_of
from tests.doors import contracts
from tests.doors.facts import a_correction, a_form, as_form, one_post
from tests.makers import make_contract, make_program, make_source, post
from tests.matching.world import World

WITHDRAWN = ("DEM", "FRF", "ITL", "HRK", "BGN")


def figure(**more):
    body = body_of("reported-figures", make_contract(make_program("one")).pk, make_source("1999-01-01").pk)
    return body | {"effective_on": "1998-06-15", "as_of_date": "1998-03-31"} | more


@pytest.mark.parametrize("code", WITHDRAWN)
@pytest.mark.parametrize("door", contracts.DOORS)
def test_a_contract_of_their_time_is_in_them(api, site, door, code):
    assert contracts.DOORS[door](World(api, site), {"currency": code, "signed_on": "1998-01-01"}) == (True, "")


@pytest.mark.parametrize("code", NO_MONEY)
@pytest.mark.parametrize("door", contracts.DOORS)
def test_no_contract_is_in_no_money(api, site, door, code):
    taken, said = contracts.DOORS[door](World(api, site), {"currency": code, "signed_on": "1998-01-01"})
    assert not taken
    assert f"“{code}” {NO_MONEY[code]}" in said


@pytest.mark.parametrize("code", WITHDRAWN)
@pytest.mark.parametrize("door", [one_post, a_form])
def test_a_figure_of_their_time_is_in_them(api, site, door, code):
    assert door(World(api, site), "reported-figures", figure(currency=code)) == []


@pytest.mark.parametrize("code", NO_MONEY)
def test_no_figure_is_in_no_money(api, site, code):
    given = figure(currency=code)
    assert NO_MONEY[code] in api.errors("reported-figures/", given)["currency"][0]
    page, form = as_form(site, "reported-figures", given)
    assert NO_MONEY[code] in str(refusals(site.post(page, form))["currency"])


AFTER = [
    ("ledger-entries", {"effective_on": "2010-01-01", "measure": "payment"}, "effective_on: 2010-01-01"),
    ("milestones", {"effective_on": "1998-01-01", "due_on": "2010-12-31"}, "due_on: 2010-12-31"),
    ("guarantees", {"effective_on": "2010-01-01"}, "effective_on: 2010-01-01"),
    ("liability-estimates", {"effective_on": "2010-01-01"}, "effective_on: 2010-01-01"),
    ("reported-figures", {"as_of_date": "2010-01-01", "currency": "DEM"}, "as_of_date: 2010-01-01"),
]


@pytest.mark.parametrize(("kind", "changes", "said"), AFTER)
@pytest.mark.parametrize("door", [one_post, a_correction, a_form])
def test_an_amount_of_a_later_time_is_told(api, site, door, kind, changes, said):
    contract = make_contract(currency="DEM", signed_on="1998-01-01")
    given = body_of(kind, contract.pk, make_source("1998-06-20").pk) | {"effective_on": "1998-06-15"} | changes
    told = door(World(api, site), kind, given)
    assert f"{said} is after 2002-03-31, by when DEM had been withdrawn" in " ".join(told)


def test_an_amount_of_a_day_at_the_latest_may_be_of_their_time(api, db):
    contract = make_contract(currency="DEM", signed_on="1998-01-01")
    given = body_of("ledger-entries", contract.pk, make_source("1998-06-20").pk)
    body = given | {"effective_on": "2010-01-01", "effective_precision": "by"}
    assert "warnings" not in api.made("ledger-entries/", body)


RATE = {"base": "EUR", "quote": "DEM", "rate": "1.95583", "rate_type": "other", "on": "1999-01-04"}


@pytest.mark.parametrize("code", [*WITHDRAWN, "XEU"])
def test_a_rate_of_them_is_accepted(api, db, code):
    assert "warnings" not in api.made("exchange-rates/", RATE | {"quote": code, "source": make_source().pk})


@pytest.mark.parametrize("code", NO_MONEY)
@pytest.mark.parametrize("side", ["base", "quote"])
def test_no_rate_is_of_no_money(api, site, side, code):
    given = RATE | {side: code, "source": make_source().pk}
    assert NO_MONEY[code] in api.errors("exchange-rates/", given)[side][0]
    answer = site.post("/admin/procurement/exchangerate/add/", given | {"country": "", "fiscal_year": ""})
    assert NO_MONEY[code] in str(refusals(answer)[side])


def test_a_rate_of_a_later_time_is_told_by_the_api_and_asked_back_in_the_admin(api, site):
    given = RATE | {"on": "2010-01-01", "source": make_source().pk}
    said = "on: 2010-01-01 is after 2002-03-31, by when DEM had been withdrawn"
    assert said in api.made("exchange-rates/", given)["warnings"][0]
    answer = site.post("/admin/procurement/exchangerate/add/", given | {"rate": "2"})
    assert said in answer.context["adminform"].form.doubt.said[0]


FILTERS = [
    "contracts/?currency={}", "contracts/?currency__in=JPY,{}", "ledger-entries/?currency={}",
    "milestones/?currency={}", "reported-figures/?currency={}", "exchange-rates/?base={}", "exchange-rates/?quote={}",
    "flags/?currency={}", "exposure/?currency={}",
]  # fmt: skip


@pytest.mark.parametrize("address", FILTERS)
@pytest.mark.parametrize("code", [*NO_MONEY, "YEN"])
def test_no_filter_takes_what_is_no_money(api, db, address, code):
    answer = api.get(address.format(code))
    assert answer.status_code == 400, answer.content
    assert f"“{code}”" in str(answer.json()["errors"])


@pytest.mark.parametrize("address", FILTERS[:-1])
def test_a_filter_takes_money_of_an_earlier_time_in_any_case(api, db, address):
    for code in ("DEM", "dem"):
        assert api.get(address.format(code)).status_code == 200


def test_a_contract_is_found_by_its_earlier_money(api, db):
    contract = make_contract(currency="DEM", signed_on="1998-01-01")
    post(contract, "5", "payment", on="1998-02-01")
    for name in ("contracts", "ledger-entries"):
        assert len(api.rows(f"{name}/?currency=DEM")) == 1


@pytest.mark.parametrize("code", NO_MONEY)
def test_no_subscription_counts_in_no_money(api, db, code):
    body = {"channel": {"kind": "email", "address": "a@example.org"}, "events": ["flag.opened"]}
    answer = api.post("subscriptions/", body | {"min_outstanding": "5", "currency": code})
    assert NO_MONEY[code] in str(answer.json()["errors"])
