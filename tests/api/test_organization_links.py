"""Organizations that are one, and parts of others, over the API."""

from urllib.parse import quote

import pytest

from procurement.parties.recording import add_identifier
from tests.exposure.stage import next_moment
from tests.makers import (
    decide,
    join,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    merge_into,
)

WIDE = "as_of=2020-06-25"


@pytest.fixture
def maker(db):
    return make_supplier("Maker")


@pytest.fixture
def heir(db):
    found = make_supplier("Maker Heavy Industries")
    add_identifier(found, scheme="CAGE", value="9XYZ8")
    return found


def link(maker, heir, **more):
    given = {"organization": maker.pk, "kind": "same_as", "other": heir.pk, "effective_on": "1900-01-01"}
    return given | {"source": make_source("2020-01-01").pk} | more


def ids(rows):
    return [row["id"] for row in rows]


def test_a_merge_is_posted_and_taken_back(analyst, maker, heir):
    made = analyst.made("organization-links/", link(maker, heir))
    assert (made["organization_name"], made["other_name"]) == ("Maker", "Maker Heavy Industries")
    assert analyst.read(f"organizations/{maker.pk}/")["merged_into"] == heir.pk
    analyst.made(f"organization-links/{made['id']}/reverse/", {"source": make_source().pk, "note": "two companies"})
    assert analyst.read(f"organizations/{maker.pk}/")["merged_into"] is None


def test_a_repeat_that_names_the_merged_one_changes_nothing(analyst, maker, heir):
    named = {"organization": {"name": "Maker", "country": "US"}, "other": {"name": heir.name, "country": "US"}}
    body = link(maker, heir, source_key="k") | named
    first = analyst.made("organization-links/", body)
    again = analyst.post("organization-links/", body)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])


def test_what_is_refused_says_what_would_be_accepted(analyst, maker, heir):
    analyst.made("organization-links/", link(maker, heir))
    third = make_supplier("Third")
    assert "is merged already" in analyst.errors("organization-links/", link(maker, third))["organization"][0]
    assert "back to itself" in analyst.errors("organization-links/", link(heir, maker))["other"][0]
    assert "itself" in analyst.errors("organization-links/", link(third, third))["other"][0]


def test_the_page_of_one_shows_what_both_are_known_by(anonymous, maker, heir):
    add_identifier(maker, scheme="CAGE", value="1ABC2")
    merge_into(maker, heir)
    remains, merged = (anonymous.read(f"organizations/{each.pk}/") for each in (heir, maker))
    assert remains["also_known_as"] == [{"id": maker.pk, "name": "Maker", "local_name": "", "country": "US"}]
    assert remains["identifiers"] == [
        {"scheme": "CAGE", "value": "9XYZ8"}, {"scheme": "CAGE", "value": "1ABC2", "organization": maker.pk}
    ]  # fmt: skip
    assert (remains["merged_into"], merged["merged_into"], merged["also_known_as"]) == (None, heir.pk, [])


def test_before_it_was_known_nothing_is_said_of_it(anonymous, maker, heir):
    moment = next_moment().isoformat()
    merge_into(maker, heir)
    rows = anonymous.rows(f"organizations/?recorded_by={quote(moment)}")
    assert [row["merged_into"] for row in rows if row["id"] == maker.pk] == [None]


def test_a_list_leaves_merged_ones_out_unless_it_is_asked_for_them(anonymous, maker, heir):
    merge_into(maker, heir)
    assert ids(anonymous.rows("organizations/")) == [heir.pk]
    assert ids(anonymous.rows("organizations/?merged=true")) == [maker.pk]
    assert ids(anonymous.rows("organizations/?merged=any")) == [maker.pk, heir.pk]
    assert ids(anonymous.rows(f"organizations/?id={maker.pk}")) == [maker.pk]
    assert "any" in anonymous.get("organizations/?merged=maybe").json()["errors"]["merged"][0]


@pytest.mark.parametrize("asked", ["name=Maker", "search=1ABC2", "search=Maker", "country=US"])
def test_what_is_found_of_a_merged_one_finds_the_one_that_remains(anonymous, maker, heir, asked):
    add_identifier(maker, scheme="CAGE", value="1ABC2")
    make_supplier("Other", "JP")
    merge_into(maker, heir)
    assert ids(anonymous.rows(f"organizations/?{asked}")) == [heir.pk]


def test_lists_that_are_filtered_by_either_find_both(anonymous, maker, heir):
    contracts = [make_contract(supplier=each) for each in (maker, heir)]
    merge_into(maker, heir)
    for each in (maker, heir):
        assert ids(anonymous.rows(f"contracts/?supplier={each.pk}")) == [row.pk for row in contracts]
        assert len(anonymous.rows(f"contract-parties/?organization={each.pk}")) == 2
    buyers = make_organization(), make_organization("Ministry of Defence")
    other = make_contract(buyer=buyers[1])
    merge_into(*buyers)
    assert other.pk in ids(anonymous.rows(f"contracts/?buyer={buyers[0].pk}"))
    assert anonymous.get("contracts/?buyer=x").status_code == 400


def test_as_of_a_day_before_it_they_are_apart(anonymous, maker, heir):
    one, _ = (make_contract(supplier=each) for each in (maker, heir))
    merge_into(maker, heir, "2020-06-01")
    assert ids(anonymous.rows(f"contracts/?supplier={maker.pk}&as_of=2020-05-31")) == [one.pk]
    assert len(anonymous.rows(f"contracts/?supplier={maker.pk}&as_of=2020-06-01")) == 2


def test_inline_the_name_of_a_merged_one_means_the_one_that_remains(analyst, maker, heir):
    merge_into(maker, heir)
    contract = make_contract(make_program("one"))
    body = {"contract": contract.pk, "role": "agent", "effective_on": "2020-06-15", "source": contract.source_id}
    body |= {"organization": {"name": "Maker", "country": "US"}}
    assert analyst.made("contract-parties/", body)["organization"] == heir.pk


def test_a_fact_with_a_key_says_the_same_after_a_merge(analyst, maker, heir):
    contract = make_contract(make_program("one"))
    body = {"contract": contract.pk, "role": "agent", "effective_on": "2020-06-15", "source": contract.source_id}
    body |= {"organization": {"name": "Maker", "country": "US"}, "source_key": "k"}
    first = analyst.made("contract-parties/", body)
    merge_into(maker, heir)
    again = analyst.post("contract-parties/", body)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])


def test_exposure_is_grouped_by_the_group_of_the_supplier(anonymous, maker, heir):
    holding = make_supplier("Holding", "FR")
    program = make_program("x")
    decide(program, "suspended")
    for supplier, amount in ((maker, "10"), (heir, "5")):
        make_contract(program, supplier=supplier, committed=amount)
    join(maker, holding)
    join(heir, holding)
    (row,) = anonymous.read(f"exposure/?group_by=supplier_group&{WIDE}")["rows"]
    assert (row["supplier_group"], row["committed"]) == (
        {"id": holding.pk, "name": "Holding", "country": "FR"}, "15.00"
    )  # fmt: skip
    assert anonymous.read(f"exposure/?supplier_group={maker.pk}&{WIDE}")["totals"][0]["committed"] == "15.00"
    file = anonymous.get(f"exposure/?group_by=supplier_group&{WIDE}&format=csv")
    head = b"".join(file.streaming_content).decode().splitlines()[0]
    assert ",supplier_group_id,supplier_group_name,supplier_group_country," in head
    series = anonymous.read("exposure/series/?interval=year&from=2019-12-31&to=2021-12-31&group_by=supplier_group")
    assert [row["supplier_group"]["id"] for point in series["points"] for row in point["rows"]] == [holding.pk] * 3
    scheduled = anonymous.read(f"exposure/schedule/?group_by=supplier_group&{WIDE}")
    assert [row["supplier_group"]["name"] for row in scheduled["rows"]] == ["Holding"]
