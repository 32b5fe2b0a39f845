"""Organizations that may be one: noted by imports, asked once, decided by a person."""

import pytest

from procurement.common.errors import Conflict, Refused
from procurement.contracts.models import ContractParty
from procurement.imports.deciding import Decision, decide_match
from procurement.imports.models import DoubtfulMatch
from procurement.parties.merging import merge
from procurement.parties.models import Organization, OrganizationLink
from procurement.sources.recording import Amending
from tests.imports.orders import analyst, imported, orders, said
from tests.imports.test_matching import NAMED, NUMBER, UNNAMED, order
from tests.imports.test_undoing import undone
from tests.makers import make_organization, make_source, make_supplier

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

#: What is stored, what a file names, and why the two may be one.
NEAR = [
    (("Maker", "GB"), {}, "country"),
    (("Maker", ""), {}, "country"),
    (("Maker, Inc.", "US"), {}, "legal_form"),
    (("THE MAKER CO., LTD.", ""), {}, "legal_form"),
    (("三菱重工業株式会社", "JP"), {"maker": "㈱三菱重工業", "country": "JP"}, "legal_form"),
    (("Searchlight Radars and Sons", "US"), {"maker": "Searchlight Radar and Sons"}, "similar"),
]
#: The same, of two that are two.
FAR = [
    (("Maker", "GB"), {"maker": "Maker Inc."}),
    (("Maker of Cakes", "US"), {}),
    (("Plant 1", "US"), {"maker": "Plant 2"}),
    (("Taker", "US"), {}),
]


def match() -> DoubtfulMatch:
    return DoubtfulMatch.objects.get()


@pytest.mark.parametrize(("stored", "given", "why"), NEAR)
def test_a_near_name_is_noted_and_never_merged(stored, given, why):
    candidate = make_supplier(*stored)
    batch = imported(order(**given))
    assert (match().candidate, match().why, match().state, match().batch) == (candidate, why, "open", batch)
    assert batch.warnings == {"doubtful match": 1}
    assert f"may be organization {candidate.pk} ({candidate.name})" in said(batch, "warning")[0]
    assert match().organization.name == given.get("maker", "Maker")


@pytest.mark.parametrize(("stored", "given"), FAR)
def test_others_are_not(stored, given):
    make_supplier(*stored)
    assert imported(order(**given)).warnings == {}


def test_one_name_with_other_identifiers_is_noted():
    imported(order(ids="US-UEI:ABC123DEF456"))
    imported(order(ids="US-UEI:XYZ123DEF456", name="A2"))
    assert match().why == "identifiers"


def test_bodies_of_two_states_are_two():
    make_organization("Ministry", "GB")
    imported(order())  # whose buyer is Japan's ministry, of no kind
    assert match().why == "country"
    Organization.objects.update(kind="government_executive")
    DoubtfulMatch.objects.all().delete()
    imported(order())
    assert not DoubtfulMatch.objects.exists()


def test_a_name_in_place_of_a_number_is_looked_at_too():
    imported(UNNAMED)
    candidate = make_supplier("三菱重工業", "JP")
    imported(NAMED)
    assert (match().candidate, match().why) == (candidate, "legal_form")
    assert match().organization.identifiers.get().value == NUMBER.partition(":")[2]


def test_two_that_one_file_makes_are_noted_once():
    imported(order() + order("Maker Inc", name="A2").partition("\n")[2])
    assert match().why == "legal_form"


def test_a_pair_is_asked_once():
    make_supplier("Maker Inc")
    batch = imported(order())
    undone(batch)
    assert not DoubtfulMatch.objects.present().exists()
    assert imported(order()).warnings == {}
    assert DoubtfulMatch.objects.present().count() == 1


def test_similarity_is_a_setting(settings):
    settings.IMPORT_SIMILAR_PERCENT = 100
    make_supplier("Searchlight Radars and Sons", "US")
    assert imported(order("Searchlight Radar and Sons")).warnings == {}


def test_a_preview_tells_of_it_and_stores_nothing():
    make_supplier("Maker Inc")
    assert imported(order(), dry_run=True).warnings == {"doubtful match": 1}
    assert not DoubtfulMatch.objects.exists()


# decided


def test_a_person_says_that_they_are_two():
    make_supplier("Maker Inc")
    imported(order())
    decide_match(match().pk, Decision("different", analyst(), "another address"))
    assert (match().state, match().decided_by.username, match().note) == ("different", "ana", "another address")
    with pytest.raises(Conflict, match="was decided before"):
        decide_match(match().pk, Decision("same", None, "x"))


def test_a_person_says_that_they_are_one_and_later_files_mean_the_older_one():
    candidate = make_supplier("Maker Inc")
    imported(order())
    decide_match(match().pk, Decision("same", analyst(), "one address", make_source()))
    link = OrganizationLink.objects.get()
    assert (link.organization, link.other, link.kind, link.note) == (
        match().organization,
        candidate,
        "same_as",
        "one address",
    )
    assert match().state == "same"
    batch = imported(order(name="A2"))
    assert (batch.warnings, ContractParty.objects.get(contract__reference="A2").organization) == ({}, candidate)


def test_two_that_are_one_already_are_not_asked():
    first, second = make_supplier("Maker Inc"), make_supplier("Maker")
    merge(second, into=first, ground=Amending(make_source()))
    assert imported(order()).warnings == {}
    assert not DoubtfulMatch.objects.exists()


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("same", None, "x"), "source"),
        (Decision("perhaps", None, "x"), "decision"),
        (Decision("different", None, " "), "note"),
    ],
)
def test_a_decision_without_a_word_or_a_reason_is_refused(decision, field):
    make_supplier("Maker Inc")
    imported(order())
    with pytest.raises(Refused) as caught:
        decide_match(match().pk, decision)
    assert list(caught.value.errors) == [field]
    assert match().state == "open"
