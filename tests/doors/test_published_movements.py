"""No door makes a movement of money public before it happened, unless somebody says so; and then it is remarked on."""

import pytest

from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.ledger.models import LedgerEntry
from tests.admin.test_facts import as_a_browser_sends, entry_form, said
from tests.makers import make_contract, make_source, post
from tests.matching.world import World

#: A payment of June from a document of January.
SOURCE, ON, BEGINS, EARLY = "2020-01-15", "2020-06-30", "2020-06-01", "2020-05-01"
MONTH = {"effective_on": ON, "effective_precision": "month"}
ADMIN = "/admin/procurement/ledgerentry"

FILE = """
organizations:
  buyer: {{name: Ministry, country: JP}}
sources:
  notice: {{title: Notice, published_on: {source}}}
contracts:
  - key: c
    reference: C
    title: Radar
    buyer: buyer
    currency: JPY
    source: notice
    entries:
      - {{key: e, measure: payment, amount: 1, effective_on: {on}, effective_precision: month, source: notice{own}}}
"""


def body(world, **more):
    own = {"published_on": world.given} if world.given else {}
    return {"contract": world.row.pk, "measure": "payment", "amount": "1"} | MONTH | own | more


def posted(world, **more):
    return str(world.api.made("ledger-entries/", body(world, **more)).get("warnings"))


def listed(world):
    return str(world.api.made("ledger-entries/", [body(world, source=make_source(SOURCE).pk)])[0].get("warnings"))


def corrected(world, **more):
    """Of January first, as it was typed."""
    row = post(world.row, "1", "payment", on="2020-01-31", source=make_source(SOURCE), published_on=None)
    given = {name: value for name, value in body(world).items() if name not in {"contract", "measure", "amount"}}
    return str(world.api.made(f"ledger-entries/{row.pk}/correct/", given | more).get("warnings"))


def form(world, **more):
    return entry_form(world.row, source=make_source(SOURCE).pk, published_on=world.given or "", **MONTH, **more)


def meant(world, page, given):
    """What the admin says of a form that is sent again where it asks back."""
    answer = world.site.post(page, given, follow=True)
    doubt = getattr(answer.context["adminform"].form, "doubt", None) if "adminform" in answer.context else None
    return said(world.site.post(page, given | {"_meant": doubt.digest}, follow=True) if doubt else answer)


def typed(world):
    return meant(world, f"{ADMIN}/add/", form(world))


def corrected_in_the_admin(world):
    row = post(world.row, "1", "payment", on="2020-01-31", source=make_source(SOURCE))
    page = f"{ADMIN}/{row.pk}/correct/"
    shown = as_a_browser_sends(world.site.get(page).context["adminform"].form)
    given = {"published_on": world.given or "", "amount": "1"} | MONTH
    return meant(world, page, shown | given)


def loaded(world):
    own = f", published_on: {world.given}" if world.given else ""
    summary = load([parse("a.yaml", FILE.format(source=SOURCE, on=ON, own=own))])
    assert summary.issues == []
    return str([str(each) for each in summary.remarks])


DOORS = {
    "POST": lambda world: posted(world, source=make_source(SOURCE).pk),
    "POST of a list": listed,
    "POST with an inline source": lambda world: posted(world, source={"title": "Notice", "published_on": SOURCE}),
    "correct": corrected,
    "correct by another source": lambda world: corrected(world, source=make_source(SOURCE).pk),
    "admin": typed,
    "admin, correct": corrected_in_the_admin,
    "portfolio": loaded,
}


@pytest.mark.parametrize("door", DOORS)
def test_by_default_it_is_public_from_the_first_day_on_which_it_can_have_happened(api, site, door):
    told = DOORS[door](World(api, site, make_contract(signed_on="2019-10-31")))
    assert LedgerEntry.objects.latest("id").published_on.isoformat() == BEGINS
    assert "before" not in told


@pytest.mark.parametrize("door", DOORS)
def test_an_earlier_day_that_is_given_is_kept_and_remarked_on(api, site, door):
    told = DOORS[door](World(api, site, make_contract(signed_on="2019-10-31"), EARLY))
    assert LedgerEntry.objects.latest("id").published_on.isoformat() == EARLY
    assert f"published on {EARLY}, before {BEGINS}" in told
