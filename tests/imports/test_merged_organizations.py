"""Files that name organizations which were merged since."""

import pytest

from procurement.contracts.models import Contract
from procurement.parties.models import Organization, OrganizationLink
from procurement.parties.reading import bodies_now
from tests.imports.test_posting import counts, loaded, said
from tests.imports.texts import HEAD, WHOLE, contract_with
from tests.makers import make_supplier, merge_into

pytestmark = pytest.mark.django_db

TWO = HEAD.replace("sources:", "  maker_ltd: {name: Maker Ltd, kind: company, country: US}\nsources:")
MERGED = """\
organization_links:
  - {key: one, organization: maker_ltd, kind: same_as, other: maker, effective_on: 1900-01-01, source: notice}
"""
PARTY = "key: l, organization: maker_ltd, role: lead_supplier, effective_on: 2019-10-31, source: notice"


def test_a_file_can_say_that_two_are_one_and_again_changes_nothing():
    loaded(TWO + MERGED)
    row = OrganizationLink.objects.get()
    assert bodies_now().into == {row.organization_id: row.other_id}
    before = counts()
    again = loaded(TWO + MERGED)
    assert (said(again), again.remarks, counts()) == ("", [], before)


def test_a_name_of_a_merged_one_finds_the_one_that_remains():
    maker, heir = make_supplier("Maker Ltd"), make_supplier("Heir")
    merge_into(maker, heir)
    loaded(contract_with(parties=PARTY).replace(HEAD, TWO))
    party = Contract.objects.get().contractparty_set.get()
    assert party.organization == heir


@pytest.mark.parametrize("text", [WHOLE, contract_with(parties=PARTY).replace(HEAD, TWO)], ids=["whole", "party"])
def test_what_was_loaded_before_a_merge_is_unchanged_after_it(text):
    loaded(text)
    heir, ministry = make_supplier("Heir"), make_supplier("Other ministry", "JP")
    for row in Organization.objects.filter(name__in=["Maker", "Maker Ltd"]):
        merge_into(row, heir)
    merge_into(Organization.objects.get(name="Ministry of Defense"), ministry)
    before = counts()
    again = loaded(text)
    assert (said(again), again.taken.total(), again.remarks, counts()) == ("", 0, [], before)
