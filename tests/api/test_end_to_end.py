"""The whole way, with the bodies of DESIGN.md section 8 as they stand there."""

import pytest

SOURCE = {
    "url": "https://example.org/award",
    "title": "Award",
    "publisher": "Ministry",
    "published_on": "2019-10-31",
    "grade": "primary",
}
PROGRAM = {
    "code": "x",
    "name": "X",
    "buyer": {"name": "Ministry", "country": "JP"},
    "country": "JP",
    "domain": "missile_defence",
}
DECISION = {
    "program": "x",
    "status": "suspended",
    "kind": "decision",
    "effective_on": "2020-06-15",
    "published_on": "2020-06-15",
    "speaker": "Kono",
    "role": "Minister",
    "term": "停止",
    "quotation": "停止します",
    "scope": "whole",
}
AWARD = {
    "measure": "commitment",
    "amount": "34955000000.00",
    "effective_on": "2019-10-31",
    "published_on": "2019-10-31",
    "reason": "award",
    "source_key": "x:award",
}


def contract_body(buyer, **more):
    return {
        "reference": "C-1",
        "title": "Radar",
        "buyer": buyer,
        "suppliers": [
            {"name": "Maker", "country": "US", "identifiers": [{"scheme": "US-UEI", "value": "ABC123DEF456"}]}
        ],
        "method": "direct_commercial",
        "currency": "JPY",
        "signed_on": "2019-10-31",
        "starts_on": None,
        "ends_on": "2024-03-31",
        "status": "active",
        "allocations": [{"program": "x", "share": "1", "from": "2019-10-31"}],
        "source": SOURCE,
    } | more


@pytest.fixture
def stopped(analyst):
    buyer = analyst.made("programs/", PROGRAM)["buyer"]
    contract = analyst.made("contracts/", contract_body(buyer))
    analyst.made("ledger-entries/", AWARD | {"contract": contract["id"], "source": contract["source"]})
    analyst.made("status-changes/", DECISION | {"organization": buyer, "source": contract["source"]})
    return contract


def test_a_stopped_program_shows_what_is_still_owed(analyst, stopped):
    row = analyst.read("exposure/?group_by=program&as_of=2020-06-25")["rows"][0]
    assert row["program"] == {
        "code": "x",
        "name": "X",
        "status": "suspended",
        "status_since": "2020-06-15",
        "disputed": False,
    }
    assert (row["committed"], row["paid"], row["unaccounted"]) == ("34955000000.00", None, "34955000000.00")


def test_a_stopped_program_is_flagged_at_the_date(analyst, stopped):
    flags = analyst.rows("flags/?as_of=2020-06-25&program=x")
    assert [(flag["rule"], flag["id"], flag["state"], flag["contract"]) for flag in flags] == [
        ("suspended-program-active-contract", None, "would_be_open", stopped["id"])
    ]


def test_an_inline_supplier_is_found_again_by_its_identifier(analyst, stopped):
    more = contract_body(stopped["buyer"], reference="C-2", allocations=[])
    more["suppliers"][0]["name"] = "Maker, renamed"
    second = analyst.made("contracts/", more)
    assert second["suppliers"] == stopped["suppliers"]


def test_the_root_lists_every_resource(anonymous):
    found = anonymous.read("")
    assert {"programs", "contracts", "exposure", "flags", "subscriptions", "changes"} <= set(found)
    assert all(url.startswith("http://testserver/api/v1/") for url in found.values())
