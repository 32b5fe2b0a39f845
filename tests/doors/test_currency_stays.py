"""No door exchanges the currency of a contract under amounts that are kept in it."""

import pytest

from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.ledger.models import LedgerEntry
from tests.admin.test_editable import contract_form
from tests.admin.test_facts import refusals
from tests.contracts.test_currency import HOLDERS
from tests.makers import make_contract
from tests.matching.world import World

FILE = """
organizations:
  buyer: {{name: Ministry of Defense, country: JP}}
sources:
  press: {{url: "{url}", title: Press}}
contracts:
  - key: c
    reference: {reference}
    title: Radar
    buyer: buyer
    currency: USD
    source: press
    entries: [{{key: e, measure: payment, amount: 1, effective_on: 2020-10-31, source: press}}]
"""


def by_api(answer):
    return answer.status_code, str(answer.json().get("errors", {}).get("currency", ""))


def patched(world):
    return by_api(world.api.patch(f"contracts/{world.row.pk}/", {"currency": "USD"}))


def replaced(world):
    row = world.row
    body = {"reference": row.reference, "title": "x", "currency": "USD", "buyer": row.buyer_id, "source": row.source_id}
    return by_api(world.api.send("put", f"contracts/{row.pk}/", body))


def edited(world):
    form = contract_form(reference=world.row.reference, source=world.row.source_id, currency="USD")
    answer = world.site.post(f"/admin/procurement/contract/{world.row.pk}/change/", form)
    return answer.status_code, refusals(answer) if answer.status_code == 200 else ""


def loaded(world):
    text = FILE.format(reference=world.row.reference, url=world.row.source.url)
    return 0, " ".join(map(str, load([parse("a.yaml", text)]).issues))


DOORS = {"PATCH": patched, "PUT": replaced, "admin": edited, "portfolio": loaded}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("door", DOORS)
def test_no_door_exchanges_it(api, site, door, holder):
    contract = make_contract()
    HOLDERS[holder](contract)
    before = LedgerEntry.objects.count()
    DOORS[door](World(api, site, contract))
    contract.refresh_from_db()
    assert (contract.currency, LedgerEntry.objects.count()) == ("JPY", before)


@pytest.mark.parametrize("door", ["PATCH", "PUT"])
def test_the_api_says_which_facts_stand_against_it(api, door):
    contract = make_contract(committed="100")
    status, said = DOORS[door](World(api, row=contract))
    assert status == 400
    assert f"contract {contract.pk} holds amounts in JPY (ledger entries); its currency cannot change" in said


def test_the_admin_offers_no_other_currency(site):
    contract = make_contract(committed="100")
    page = site.get(f"/admin/procurement/contract/{contract.pk}/change/")
    assert "currency" not in page.context["adminform"].form.fields


def test_a_file_in_another_currency_is_refused_with_all_that_rests_on_it(db):
    contract = make_contract()
    _, said = loaded(World(None, row=contract))
    assert f"contract {contract.pk}, which has this reference, is in JPY" in said
    assert "refers to contracts" in said


@pytest.mark.parametrize("door", ["PATCH", "PUT", "admin"])
def test_a_contract_without_amounts_takes_another_one(api, site, door):
    contract = make_contract()
    DOORS[door](World(api, site, contract))
    contract.refresh_from_db()
    assert contract.currency == "USD"
