"""Merging organizations, making them parts of others, and taking that back."""

import datetime as dt

import pytest

from procurement.common.dates import Asked
from procurement.common.errors import Conflict, Refused
from procurement.contracts.models import Contract
from procurement.parties.matching import OrganizationInput
from procurement.parties.merging import ALWAYS, merge, organization_links, unmerge
from procurement.parties.models import Organization, OrganizationLink
from procurement.parties.reading import bodies_at, bodies_now
from procurement.parties.recording import add_identifier, name_organization, refuse_bad_organization, rename
from procurement.programs.models import StatusChange
from procurement.programs.recording import default_side
from procurement.sources.recording import Amending
from tests.makers import day, join, make_contract, make_organization, make_program, make_source, make_supplier
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return make_supplier("Maker")


@pytest.fixture
def heir():
    return make_supplier("Maker Heavy Industries")


def ground(published_on="2020-01-01", **more):
    return Amending(make_source(published_on), **more)


def merged(organization, into, **more):
    return merge(organization, into=into, ground=ground(), **more).fact


def named(name, *identifiers, country="US"):
    return name_organization(OrganizationInput(name=name, country=country, identifiers=identifiers))


def test_a_merge_is_one_fact_that_always_held(maker, heir):
    row = merged(maker, heir)
    assert (row.kind, row.effective_on, row.published_on) == ("same_as", ALWAYS, day("2020-01-01"))
    assert bodies_now().one(maker.pk) == heir.pk


def test_it_is_undone_by_its_reversal(maker, heir):
    row = merged(maker, heir)
    assert unmerge(maker, ground()).fact.reverses_id == row.pk
    assert bodies_now().one(maker.pk) == maker.pk
    merged(heir, maker)
    assert bodies_now().one(heir.pk) == maker.pk


def test_what_is_not_merged_cannot_be_undone(maker):
    with pytest.raises(Refused, match="is not merged into another one"):
        unmerge(maker, ground())


def test_views_of_the_past_do_not_know_it_yet(maker, heir):
    row = merged(maker, heir, since=day("2021-01-01"))
    before = row.recorded_at - dt.timedelta(seconds=1)
    asked = [
        Asked(day("2020-12-31")),
        Asked(day("2021-01-01")),
        Asked(day("2021-01-01"), published_by=day("2019-12-31")),
        Asked(day("2021-01-01"), recorded_by=before),
    ]
    assert [bodies_at(each).one(maker.pk) for each in asked] == [maker.pk, heir.pk, maker.pk, maker.pk]


def test_nothing_is_linked_to_itself(maker):
    with pytest.raises(Refused, match="cannot be linked to itself"):
        merged(maker, maker)


def test_a_second_merge_of_one_organization_says_what_would_be_accepted(maker, heir):
    row = merged(maker, heir)
    with pytest.raises(Refused, match=rf"is merged already, into organization {heir.pk} .*link {row.pk} back"):
        merged(maker, make_supplier("Other"))
    assert OrganizationLink.objects.count() == 1


def test_two_wholes_from_one_day_are_refused_and_a_later_one_takes_over(maker, heir):
    other = make_supplier("Other")
    join(maker, heir)
    with pytest.raises(Refused, match="another day, from which it is part of this one, would be accepted"):
        join(maker, other)
    join(maker, other, "2021-01-01")
    tops = [bodies_at(Asked(day(each))).top(maker.pk) for each in ("2020-06-01", "2021-06-01")]
    assert tops == [heir.pk, other.pk]


@pytest.mark.parametrize("close", [merged, join])
def test_a_circle_is_refused(maker, heir, close):
    third = make_supplier("Third")
    close(maker, heir)
    close(heir, third)
    with pytest.raises(Refused, match="back to itself"):
        close(third, maker)


def test_a_circle_that_a_reversal_would_bring_back_is_refused(maker, heir):
    join(maker, heir)
    leaves = join(maker, make_supplier("Third"), "2021-01-01")
    join(heir, maker, "2022-01-01")
    with pytest.raises(Refused, match="on 2022-01-01"):
        organization_links.reverse(leaves, ground("2021-01-01"))


@pytest.mark.django_db(transaction=True)
def test_two_who_would_close_a_circle_together_are_not_both_heard(maker, heir):
    assert len(of_kind(at_once(lambda: join(maker, heir), lambda: join(heir, maker)), Refused)) == 1


def test_a_merge_of_different_companies_is_warned_of(maker, heir):
    add_identifier(maker, scheme="CAGE", value="1ABC2")
    add_identifier(heir, scheme="CAGE", value="9XYZ8")
    said = merge(maker, into=heir, ground=ground()).warnings
    assert "their CAGE differs, 1ABC2 and 9XYZ8" in said[0]
    other = make_supplier("Maker", "JP")
    assert "their country differs" in merge(other, into=heir, ground=ground()).warnings[0]


# matching


def test_the_name_of_a_merged_one_finds_the_one_that_remains(maker, heir):
    merged(maker, heir)
    found = named("Maker")
    assert (found.row, found.as_named, found.warnings) == (heir, maker, ())


def test_so_does_its_identifier_and_those_of_both_agree(maker, heir):
    add_identifier(maker, scheme="CAGE", value="1ABC2")
    add_identifier(heir, scheme="CAGE", value="9XYZ8")
    with pytest.raises(Conflict, match="different organizations"):
        named("Maker", ("CAGE", "1ABC2"), ("CAGE", "9XYZ8"))
    merged(maker, heir)
    assert named("Maker", ("CAGE", "1ABC2")).row == heir
    assert named("Maker", ("CAGE", "1ABC2"), ("CAGE", "9XYZ8")).row == heir


def test_two_of_one_name_are_told_apart_until_they_are_one(maker):
    add_identifier(maker, scheme="US-UEI", value="ABC123DEF456")
    twin = named("Maker", ("US-UEI", "XYZ123DEF456")).row
    with pytest.raises(Conflict, match="nothing says which is meant"):
        named("Maker")
    merged(twin, maker)
    assert named("Maker").row == maker


def test_the_one_that_remains_may_take_the_name_of_the_other(maker, heir):
    with pytest.raises(Conflict):
        refuse_bad_organization(renamed(heir, "Maker"))
    merged(maker, heir)
    refuse_bad_organization(renamed(heir, "Maker"))


def renamed(row, name):
    row = Organization.objects.get(pk=row.pk)
    rename(row, name=name)
    return row


def test_a_reference_is_unique_for_all_that_its_buyer_is():
    one, other = make_organization("Ministry"), make_organization("Ministry of Defence")
    make_contract(reference="C-1", buyer=one)
    merged(one, other)
    with pytest.raises(Conflict, match="of this buyer"):
        make_contract(reference="C-1", buyer=other)
    assert Contract.objects.count() == 1


def test_a_merged_buyer_speaks_as_the_buyer():
    program, agency = make_program(), make_organization("Agency", "FR", kind="other")
    assert default_side(program, agency) == StatusChange.Side.OTHER
    merged(agency, program.buyer)
    assert default_side(program, agency) == StatusChange.Side.BUYER
