"""What a story says is recorded all or nothing, and what is like it on record is found."""

import datetime as dt
from decimal import Decimal

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.documents import DocumentInput
from procurement.sources.models import Document
from procurement.stories.alike import contracts_like, documents_like, organizations_like, programs_like
from procurement.stories.recording import free_code, free_reference, record_story
from procurement.stories.story import COMMITMENT, PAYMENT, ContractSaid, ProgramSaid, StatusSaid, Story
from tests.makers import make_contract, make_organization, make_program, make_source, make_supplier

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 6, 15)
SOURCE = DocumentInput(title="Halt", url="https://news.example/1", published_on=DAY)
NEW = ProgramSaid("Ashore", country="JP", buyer=OrganizationInput("Ministry", country="JP"))
STOP = StatusSaid("decision", "suspended", "whole", DAY)


def told(**more):
    given = {"title": "Radar", "currency": "JPY", "what": COMMITMENT, "amount": Decimal(100), "signed_on": DAY}
    return ContractSaid(**given | more)


def test_all_of_it_is_recorded_with_one_source():
    entered = record_story(Story(SOURCE, NEW, STOP, [told(supplier=OrganizationInput("Maker"))]), by=None)
    assert {type(each).__name__ for each in entered.made} == {"Document", "Organization", "Program", "Contract"}
    assert {each.source for each in entered.facts} == {Document.objects.get()}
    assert len(entered.facts) == 4


def test_of_what_is_refused_nothing_is_recorded():
    with pytest.raises(Refused) as refused:
        record_story(Story(SOURCE, NEW, STOP, [told(), told(amount=Decimal(0))]), by=None)
    assert list(refused.value.errors) == ["contract.1.amount"]
    assert not any(table.objects.exists() for table in (Document, Organization, Program, Contract, StatusChange))


def test_a_new_contract_begins_at_signature_else_with_the_story():
    record_story(Story(SOURCE, NEW, None, [told(signed_on=None)]), by=None)
    assert LedgerEntry.objects.get().effective_on == DAY


def test_without_any_date_a_contract_is_refused():
    source = DocumentInput(title="Undated")
    with pytest.raises(Refused, match="has a date"):
        record_story(Story(source, NEW, None, [told(signed_on=None)]), by=None)


def test_a_program_without_buyer_needs_one_for_its_contract():
    with pytest.raises(Refused, match=r"contract\.0\.buyer"):
        record_story(Story(SOURCE, ProgramSaid("Umbrella"), None, [told()]), by=None)


def test_money_paid_under_a_contract_on_record_is_added():
    program = make_program()
    contract = make_contract(program, committed="100")
    record_story(Story(SOURCE, program, None, [ContractSaid(row=contract, what=PAYMENT, amount=Decimal(5))]), by=None)
    entry = LedgerEntry.objects.latest("id")
    assert (entry.measure, entry.amount, entry.effective_on) == ("payment", 5, DAY)


def test_codes_and_references_that_are_made_up_are_free():
    program = make_program("ashore", name="Ashore")
    assert [free_code(name) for name in ("Ashore", "陸上配備", "Ashore II")] == ["ashore-2", "program", "ashore-ii"]
    buyer = make_organization()
    make_contract(program, reference="ashore/unreferenced-1")
    assert free_reference(program, buyer) == "ashore/unreferenced-2"


# what is like it


@pytest.mark.parametrize(
    ("typed", "found"), [("Aegis Ashore", True), ("aegis-ashore system", True), ("Ashore", True), ("Frigates", False)]
)
def test_programs_of_similar_names_are_found(typed, found):
    program = make_program("x", name="Aegis Ashore")
    assert programs_like(typed) == ([program] if found else [])


def test_organizations_of_another_country_are_not_meant_where_one_is_given():
    make_supplier("Maker Inc")
    assert [each.name for each in organizations_like("MAKER", "US")] == ["Maker Inc"]
    assert organizations_like("MAKER", "JP") == []


def test_documents_are_found_by_address_else_among_those_of_the_day():
    source = make_source("2020-06-15", title="Ministry halts deployment")
    assert documents_like("", source.url, None) == [source]
    assert documents_like("Ministry halts the deployment", "", DAY) == [source]
    assert documents_like("Ministry halts the deployment", "", DAY + dt.timedelta(days=1)) == []


def test_contracts_of_the_program_are_found_by_reference_or_title():
    program = make_program()
    contract = make_contract(program, reference="A-1", title="Radar systems")
    make_contract(program, reference="B-1", title="Ships")
    assert contracts_like(program, "", "a‐1") == [contract]
    assert contracts_like(program, "Radar", "") == [contract]
