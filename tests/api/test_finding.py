"""Finding: a search in every list, organizations by identifier, and changes of some types of facts."""

import pytest

from procurement.api.urls import RESOURCES
from procurement.parties.recording import add_identifier
from tests.makers import (
    decide,
    make_contract,
    make_organization,
    make_program,
    make_rate,
    make_supplier,
    merge_into,
    post,
)

#: Lists that are no lists of texts: figures, packages of a standard, and a handful of exports.
NOT_SEARCHED = {"exposure", "exposure/schedule", "exports", "ocds/releases", "ocds/records", "changes"}


def test_every_list_is_searched():
    assert {name for name, each in RESOURCES.items() if "search" not in each.accepted_params("list")} == NOT_SEARCHED


def test_a_search_of_what_is_nowhere_finds_nothing_in_any_list(administrator):
    for name in RESOURCES.keys() - NOT_SEARCHED - {"portfolio"}:
        assert administrator.rows(f"{name}/?search=zebra") == [], name


def test_rules_backtests_and_timelines_are_searched_too(anonymous, db):
    program = make_program("radar")
    contract = make_contract(program, committed="5")
    post(contract, "1", "payment", note="first instalment")
    decide(program, "suspended")
    assert [row["code"] for row in anonymous.rows("flag-rules/?search=stale+sources")] == ["stale-sources"]
    assert {row["type"] for row in anonymous.rows("programs/radar/timeline/?search=instalment")} == {"ledger-entries"}
    found = anonymous.rows("flags/?as_of=2020-07-01&search=radar+outstanding")
    assert [row["rule"] for row in found] == ["suspended-program-active-contract"]


def test_rates_are_found_by_their_currencies(anonymous, db):
    make_rate("EUR", "JPY", "120.73", "2020-01-01")
    assert len(anonymous.rows("exchange-rates/?search=jpy")) == 1


@pytest.mark.parametrize(
    "asked",
    [
        "JP-HOUJIN-BANGOU:8700110005901",
        "jp_houjin_bangou:８７００１１０００５９０１",
        "LEI:x,JP-HOUJIN-BANGOU:8700110005901",
    ],
)
def test_an_organization_is_found_by_its_identifier_in_any_spelling(anonymous, db, asked):
    one = make_supplier("One")
    make_supplier("Two")
    add_identifier(one, scheme="JP-HOUJIN-BANGOU", value="8700110005901", by=None)
    assert [row["id"] for row in anonymous.rows(f"organizations/?identifier={asked}")] == [one.pk]


def test_an_identifier_of_a_merged_organization_finds_the_one_that_remains(anonymous, db):
    gone, stays = make_supplier("Gone"), make_supplier("Stays")
    add_identifier(gone, scheme="CAGE", value="1ABC2", by=None)
    merge_into(gone, stays)
    assert [row["id"] for row in anonymous.rows("organizations/?identifier=CAGE:1ABC2")] == [stays.pk]


def test_an_identifier_without_its_scheme_is_refused(anonymous, db):
    assert "would be accepted" in anonymous.get("organizations/?identifier=123").json()["errors"]["identifier"][0]


def test_changes_are_of_the_wanted_types(anonymous, db):
    make_organization()
    make_contract(make_program("x"), committed="5")
    found = anonymous.read("changes/?type=ledger-entries,allocations&page_size=1")
    rest = anonymous.read(f"changes/?type=ledger-entries,allocations&after={found['after']}")
    assert {each["type"] for each in (*found["results"], *rest["results"])} == {"ledger-entries", "allocations"}
    assert "type=" in found["next"]
    assert "accepted: " in anonymous.get("changes/?type=payments").json()["errors"]["type"][0]
