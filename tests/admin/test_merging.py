"""Merging organizations in the admin."""

import pytest

from procurement.parties.models import OrganizationLink
from procurement.parties.reading import bodies_now
from procurement.parties.recording import add_identifier
from tests.makers import make_contract, make_organization, make_program, make_source, make_supplier, merge_into

PAGE = "/admin/procurement/organization"


@pytest.fixture
def maker(db):
    found = make_supplier("Maker")
    add_identifier(found, scheme="CAGE", value="1ABC2")
    return found


@pytest.fixture
def heir(db):
    return make_supplier("Maker Heavy Industries")


def merge(client, maker, heir, **more):
    given = {"other": heir.pk, "effective_on": "1900-01-01", "source": make_source("2020-01-01").pk, "note": "one"}
    return client.post(f"{PAGE}/{maker.pk}/merge/", given | more)


def confirmed(client, maker, heir):
    doubt = merge(client, maker, heir).context["form"].doubt
    return merge(client, maker, heir, _meant=doubt.digest)


def test_both_are_shown_side_by_side_before_anything_is_stored(analyst, maker, heir):
    make_contract(make_program(), supplier=maker, committed="100", paid="40")
    answer = merge(analyst, maker, heir)
    ((_, table),) = answer.context["doing"].tables
    shown = {row[0]: row[1:] for row in table["rows"]}
    assert shown["Name"] == ["Maker", "Maker Heavy Industries"]
    assert shown["Identifiers"] == ["CAGE 1ABC2", "-"]
    assert shown["Contracts"] == [1, 0]
    assert shown["Outstanding as lead supplier"] == ["60 JPY", "-"]
    assert f"Maker ({maker.pk}) is merged into Maker Heavy Industries ({heir.pk})" in answer.context["form"].doubt.said
    assert not OrganizationLink.objects.exists()


def test_confirmed_it_is_merged_and_undone_from_the_same_page(analyst, maker, heir):
    assert confirmed(analyst, maker, heir).status_code == 302
    row = OrganizationLink.objects.get()
    assert (row.organization, row.other, row.note, row.entered_by) == (maker, heir, "one", analyst.user)
    page = analyst.get(f"{PAGE}/{maker.pk}/change/")
    assert b"Undo the merge" in page.content
    assert b"Merge into another" not in page.content
    given = {"source": make_source().pk, "note": "two companies"}
    assert analyst.post(f"{PAGE}/{maker.pk}/undo-merge/", given).status_code == 302
    assert bodies_now().into == {}
    assert b"Merge into another" in analyst.get(f"{PAGE}/{maker.pk}/change/").content


def test_what_cannot_be_merged_is_said_beside_its_field(analyst, maker, heir):
    assert list(merge(analyst, maker, maker).context["form"].errors) == ["other"]
    assert list(merge(analyst, maker, heir, source="").context["form"].errors) == ["source"]
    assert not OrganizationLink.objects.exists()


def test_undoing_what_is_not_merged_says_so(analyst, maker):
    answer = analyst.post(f"{PAGE}/{maker.pk}/undo-merge/", {"source": make_source().pk, "note": "?"})
    assert "is not merged" in str(answer.context["form"].errors)


def test_readers_merge_nothing(reader, maker, heir):
    assert merge(reader, maker, heir).status_code == 403
    assert not OrganizationLink.objects.exists()


def test_pages_and_lists_name_the_others(analyst, maker, heir):
    merge_into(maker, heir)
    assert b"Maker Heavy Industries" in analyst.get(f"{PAGE}/?q=1ABC2").content
    assert f"{PAGE}/{maker.pk}/change/".encode() in analyst.get(f"{PAGE}/{heir.pk}/change/").content


def test_a_search_box_gives_the_one_that_remains(analyst, maker, heir):
    merge_into(maker, heir)
    asked = "app_label=procurement&model_name=contract&field_name=buyer"
    found = analyst.get(f"/admin/autocomplete/?term=1ABC2&{asked}").json()["results"]
    assert [row["id"] for row in found] == [str(heir.pk)]


def test_a_list_that_is_filtered_by_either_shows_both(analyst):
    buyers = make_organization("One"), make_organization("Other")
    for number, buyer in enumerate(buyers):
        make_contract(buyer=buyer, reference=f"OF-{number}")
    merge_into(*buyers)
    for buyer in buyers:
        page = analyst.get(f"/admin/procurement/contract/?buyer__id__exact={buyer.pk}")
        assert [row.reference for row in page.context["cl"].queryset.order_by("reference")] == ["OF-0", "OF-1"]
