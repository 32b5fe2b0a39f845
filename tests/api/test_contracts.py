"""Contracts with their parts."""

import pytest

from tests.api.test_end_to_end import SOURCE, contract_body
from tests.makers import make_contract, make_organization, make_program, make_supplier, novate, put


@pytest.fixture
def body(db):
    make_program("x")
    return contract_body(make_organization().pk)


def test_a_new_contract_brings_its_suppliers_state_and_programs(analyst, body):
    body["suppliers"].append({"name": "Second", "country": "JP"})
    made = analyst.made("contracts/", body)
    assert [(party["name"], party["role"]) for party in made["suppliers"]] == [
        ("Maker", "lead_supplier"), ("Second", "supplier")
    ]  # fmt: skip
    assert (made["status"], made["allocations"]) == ("active", [{"program": "x", "share": "1", "from": "2019-10-31"}])
    state = analyst.rows(f"contract-status-changes/?contract={made['id']}")[0]
    assert (state["effective_on"], state["source"]) == ("2019-10-31", made["source"])


def test_an_unsigned_contract_begins_on_its_sources_date(analyst, body):
    source = SOURCE | {"url": "https://example.org/plan", "published_on": "2019-05-01"}
    made = analyst.made("contracts/", body | {"signed_on": None, "status": "pending", "source": source})
    assert analyst.rows(f"contract-status-changes/?contract={made['id']}")[0]["effective_on"] == "2019-05-01"


def test_the_end_of_a_share_is_a_zero_share_the_next_day(analyst, body):
    share = {"program": "x", "share": "0.5", "from": "2019-10-31", "to": "2020-12-17"}
    made = analyst.made("contracts/", body | {"allocations": [share]})
    rows = analyst.rows(f"allocations/?contract={made['id']}")
    assert [(row["effective_on"], row["share"]) for row in rows] == [("2019-10-31", "0.5"), ("2020-12-18", "0")]
    assert analyst.read(f"contracts/{made['id']}/?as_of=2020-12-17")["allocations"][0]["share"] == "0.5"
    assert analyst.read(f"contracts/{made['id']}/?as_of=2020-12-18")["allocations"] == []


def test_a_program_may_be_given_inline_with_its_share(analyst, body):
    inline = {"program": {"code": "new", "name": "New"}, "share": "1"}
    made = analyst.made("contracts/", body | {"allocations": [inline]})
    assert made["allocations"] == [{"program": "new", "share": "1", "from": "2019-10-31"}]


def test_the_same_reference_of_the_same_buyer_is_a_conflict(analyst, body):
    made = analyst.made("contracts/", body)
    again = analyst.post("contracts/", body)
    assert (again.status_code, again.json()["existing"]) == (409, made["id"])


def test_a_document_is_found_again_by_its_url_and_never_edited(analyst, body):
    first = analyst.made("contracts/", body)
    second = analyst.made("contracts/", body | {"reference": "C-2", "source": SOURCE | {"title": "Other"}})
    assert first["source"] == second["source"]
    assert analyst.read(f"documents/{first['source']}/")["title"] == "Award"


def test_a_contract_shows_what_it_was_at_the_date(anonymous, db):
    contract = make_contract(make_program("x"))
    put(contract, "terminated", "2020-12-01")
    novate(contract, make_supplier("Heir", "JP"), "2020-11-01")
    now, then = (anonymous.read(f"contracts/{contract.pk}/{asked}") for asked in ("", "?as_of=2020-10-31"))
    assert (now["status"], [party["name"] for party in now["suppliers"]]) == ("terminated", ["Heir"])
    assert (then["status"], [party["name"] for party in then["suppliers"]]) == ("active", ["Maker"])


def test_a_contract_appears_from_its_sources_date_or_its_first_fact(anonymous, db):
    make_contract(signed_on="2019-10-31")
    assert [len(anonymous.rows(f"contracts/?as_of={day}")) for day in ("2019-10-30", "2019-10-31")] == [0, 1]


def test_a_contract_is_changed_by_field(analyst, body):
    made = analyst.made("contracts/", body)
    changed = analyst.patch(f"contracts/{made['id']}/", {"title": "New radar", "ends_on": "2025-03-31"})
    assert (changed.status_code, changed.json()["title"]) == (200, "New radar")


REFUSED = [
    ({"ends_on": "2019-01-01", "starts_on": "2019-02-01"}, "ends_on"),
    ({"status": "completed"}, "status"),
    ({"buyer": 999}, "buyer"),
    ({"currency": "XXXX"}, "currency"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_change_of_a_contract_is_refused_by_field(analyst, body, given, field):
    made = analyst.made("contracts/", body)
    refused = analyst.patch(f"contracts/{made['id']}/", given)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


def test_the_currency_of_a_contract_with_entries_stays(analyst, db):
    contract = make_contract(committed="5")
    assert analyst.patch(f"contracts/{contract.pk}/", {"currency": "USD"}).status_code == 400
