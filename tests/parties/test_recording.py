"""Organizations are matched by identifier, else by name and country, else made."""

import pytest
from django.db import IntegrityError, transaction

from procurement.common.errors import Conflict, Refused
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.recording import (
    add_identifier,
    create_organization,
    find_or_create_organization,
    name_organization,
    refuse_bad_organization,
    register_organization,
    remove_identifier,
    rename,
)
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db

UEI = ("US-UEI", "ABC123DEF456")
LEI = ("LEI", "5493001KJTIIGC8Y1R12")


def registered(name="Maker", country="US", *identifiers, **more):
    return find_or_create_organization(OrganizationInput(name, country=country, identifiers=identifiers, **more))


@pytest.mark.parametrize("name", ["maker", "ＭＡＫＥＲ", "  Maker  "])
def test_a_name_matches_in_any_width_and_case(name):
    assert registered(name) == registered("Maker")


def test_the_same_name_in_another_country_is_another_organization():
    assert registered("Maker", "US") != registered("Maker", "JP")


def test_an_identifier_matches_whatever_the_name():
    stored = registered("Maker", "US", UEI)
    assert registered("Maker Holdings", "JP", UEI) == stored


def test_a_match_edits_nothing():
    stored = registered("Maker", "US", UEI, kind="company")
    registered("Other name", "JP", UEI, LEI, kind="press")
    stored.refresh_from_db()
    assert (stored.name, stored.country, stored.kind) == ("Maker", "US", "company")
    assert OrganizationIdentifier.objects.count() == 1


def test_identifiers_of_two_organizations_conflict_naming_both():
    one, two = registered("One", "US", UEI), registered("Two", "US", LEI)
    with pytest.raises(Conflict) as caught:
        registered("Three", "US", UEI, LEI)
    assert f"{one.pk} (One), {two.pk} (Two)" in caught.value.errors["identifiers"][0]


def test_a_new_organization_gets_its_identifiers_once():
    stored = registered("Maker", "US", UEI, UEI, LEI)
    assert set(stored.identifiers.values_list("scheme", "value")) == {UEI, LEI}


def test_an_identifier_that_is_taken_conflicts_naming_its_holder():
    holder = registered("Maker", "US", UEI)
    with pytest.raises(Conflict) as caught:
        create_organization(OrganizationInput("Other", identifiers=[UEI]))
    assert caught.value.existing == holder.pk
    assert Organization.objects.count() == 1


REFUSED = [
    ({"name": ""}, "name"),
    ({"name": "   "}, "name"),
    ({"name": "x" * 301}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"name": "a\ud800b"}, "name"),
    ({"name": "X", "country": "UK"}, "country"),
    ({"name": "X", "country": "J\x00"}, "country"),
    ({"name": "X", "kind": "army"}, "kind"),
    ({"name": "X", "identifiers": [("LEI", "")]}, "identifiers"),
    ({"name": "X", "identifiers": [("LEI", "a\x00b")]}, "identifiers"),
    ({"name": "X", "identifiers": [("", "1")]}, "identifiers"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_organization_is_refused_and_not_stored(given, field):
    with pytest.raises(Refused) as caught:
        find_or_create_organization(OrganizationInput(**given))
    assert list(caught.value.errors) == [field]
    assert not Organization.objects.exists()


def test_identifiers_are_stripped():
    organization = registered("Maker")
    assert str(add_identifier(organization, scheme=" LEI ", value=" 123 ")) == "LEI 123"


def test_a_renamed_organization_is_matched_by_its_new_name():
    stored = registered("Maker")
    stored.save(update_fields=rename(stored, name="Builder"))
    assert registered("BUILDER") == stored
    assert registered("Maker") != stored


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_organization():
    found = at_once(*[lambda: registered("Maker", "US", UEI)] * 4)
    assert len({each.pk for each in found}) == Organization.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_that_share_only_an_identifier_make_one_organization():
    found = at_once(lambda: registered("One", "US", UEI), lambda: registered("Two", "US", UEI))
    assert found[0] == found[1]


OTHER_UEI = ("US-UEI", "XYZ123DEF456")


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_of_one_name_and_two_identifiers_make_two_organizations():
    found = at_once(lambda: registered("Maker", "US", UEI), lambda: registered("Maker", "US", OTHER_UEI))
    assert found[0] != found[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_renamed_at_once_to_one_name_one_is_refused():
    def renamed(row):
        def act():
            with transaction.atomic():
                columns = rename(row, name="Maker")
                refuse_bad_organization(row)
                row.save(update_fields=columns)

        return act

    outcomes = at_once(renamed(registered("One")), renamed(registered("Two")))
    assert len(of_kind(outcomes, Conflict)) == 1
    assert Organization.objects.filter(match_key="maker").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_identifiers_only_one_can_go():
    registered("Maker")
    twin = register_organization(OrganizationInput("Maker", country="US", identifiers=[UEI, LEI])).row
    outcomes = at_once(*[lambda row=row: remove_identifier(row) for row in twin.identifiers.all()])
    assert len(of_kind(outcomes, Conflict)) == 1
    assert twin.identifiers.count() == 1


def test_no_sql_makes_two_rows_of_one_identifier():
    registered("Maker", "US", UEI)
    with pytest.raises(IntegrityError, match="identifier_unique_in_scheme"):
        OrganizationIdentifier.objects.create(
            organization=registered("Other"), scheme="uei", value="x", scheme_key="us-uei", value_key="abc123def456"
        )


def test_what_is_stated_as_it_is_stored_is_not_warned_of():
    given = OrganizationInput("Maker", country="US", kind="company", identifiers=[UEI])
    assert [name_organization(given).warnings for _ in range(2)] == [(), ()]
