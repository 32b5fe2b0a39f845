"""Facts: posted, repeated, taken back, corrected, and never edited."""

import pytest

from procurement.recorders import FACT_TABLES
from tests.api.calling import decision, entry
from tests.makers import allocate, decide, make_contract, make_program, make_source, post

COMMON = [
    "id", "source", "source_key", "revision", "effective_on", "effective_precision", "published_on", "recorded_at",
    "reverses", "reversed_by", "reason", "note",
]  # fmt: skip
FACTS = [table.resource for table in FACT_TABLES]


def body_of(name, contract, source):
    """A body that each fact table accepts."""
    own = {
        "program-links": {"program": "one", "kind": "successor", "other": "two"},
        "status-changes": {"program": "one", "kind": "decision", "status": "suspended"},
        "contract-status-changes": {"contract": contract, "status": "suspended"},
        "contract-parties": {"contract": contract, "role": "agent", "organization": {"name": "Agent", "country": "US"}},
        "allocations": {"contract": contract, "program": "one", "share": "0.5"},
        "milestones": {"contract": contract, "kind": "payment", "due_on": "2021-03-31", "amount": "10.00"},
        "liability-estimates": {"contract": contract, "low": "1.00", "high": "2.00"},
        "guarantees": {"contract": contract, "kind": "performance", "amount": "5.00"},
        "ledger-entries": {"contract": contract, "measure": "commitment", "amount": "5.00"},
        "completeness": {"contract": contract, "measure": "payment", "through": "2020-03-31", "basis": "stated"},
        "reported-figures": {
            "contract": contract, "measure": "paid", "amount": "7.00", "currency": "JPY", "as_of_date": "2020-03-31"
        },
        "organization-links": {
            "organization": {"name": "Part", "country": "JP"}, "kind": "part_of",
            "other": {"name": "Holding", "country": "US"},
        },
    }  # fmt: skip
    return own[name] | {"effective_on": "2020-06-15", "source": source}


@pytest.fixture
def contract(db):
    make_program("one")
    make_program("two")
    return make_contract()


@pytest.fixture
def source(db):
    return make_source("2020-06-20")


def test_every_fact_is_posted_and_read_back_as_it_was_given(analyst, contract, source):
    for name in FACTS:
        body = body_of(name, contract.pk, source.pk)
        made = analyst.made(f"{name}/", body)
        assert set(COMMON) <= set(made), name
        stated = {key: value for key, value in body.items() if not isinstance(value, dict)}
        assert {key: made[key] for key in stated} == stated, name
        assert analyst.read(f"{name}/{made['id']}/") == made, name
        assert (made["published_on"], made["reverses"], made["reversed_by"]) == ("2020-06-20", None, None), name


def test_every_fact_can_be_taken_back_once(analyst, contract, source):
    for name in FACTS:
        made = analyst.made(f"{name}/", body_of(name, contract.pk, source.pk))
        address = f"{name}/{made['id']}/reverse/"
        back = analyst.made(address, {"note": "typed twice", "source": source.pk})
        assert (back["reverses"], back["reason"], back["note"]) == (made["id"], "correction", "typed twice"), name
        assert back["effective_on"] == made["effective_on"], name
        assert analyst.read(f"{name}/{made['id']}/")["reversed_by"] == back["id"], name
        again = analyst.post(address, {"note": "again", "source": source.pk})
        assert (again.status_code, again.json()["existing"]) == (409, back["id"]), name
        assert "reverses" in analyst.errors(f"{name}/{back['id']}/reverse/", {"source": source.pk}), name


def test_no_fact_is_edited(analyst, contract, source):
    for name in FACTS:
        for method in ("put", "patch", "delete"):
            refused = analyst.send(method, f"{name}/1/", {})
            assert (refused.status_code, refused.json()["status"]) == (405, 405), (name, method)
            assert refused["Allow"]


def test_the_address_of_a_new_fact_is_told(analyst, contract, source):
    made = analyst.post("ledger-entries/", entry(contract, source))
    assert made["Location"] == f"http://testserver/api/v1/ledger-entries/{made.json()['id']}/"


def test_a_repeat_returns_the_stored_row(analyst, contract, source):
    body = entry(contract, source, source_key="x:award")
    made = analyst.made("ledger-entries/", body)
    again = analyst.post("ledger-entries/", body)
    assert (again.status_code, again.json()) == (200, made)


def test_other_content_under_the_key_is_a_conflict_that_names_the_row(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source, source_key="x:award"))
    refused = analyst.post("ledger-entries/", entry(contract, source, source_key="x:award", amount="1.00"))
    assert (refused.status_code, refused.json()["existing"]) == (409, made["id"])
    assert f"row {made['id']}" in refused.json()["errors"]["source_key"][0]


def test_a_list_is_posted_together(analyst, contract, source):
    bodies = [entry(contract, source, amount=f"{number}.00") for number in (1, 2, 3)]
    made = analyst.made("ledger-entries/", bodies)
    assert [row["amount"] for row in made] == ["1.00", "2.00", "3.00"]


def test_a_list_with_one_bad_row_changes_nothing(analyst, contract, source):
    bodies = [entry(contract, source), entry(contract, source, amount="0"), entry(contract, source, measure="x")]
    errors = analyst.errors("ledger-entries/", bodies)
    assert list(errors) == ["1.amount", "2.measure"]
    assert list(analyst.errors("ledger-entries/", bodies[:2])) == ["1.amount"]
    assert list(analyst.errors("ledger-entries/", bodies[1:2])) == ["0.amount"]
    assert analyst.rows("ledger-entries/") == []


def test_a_payment_before_signature_is_accepted_and_warned_of(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source, measure="payment", effective_on="2019-01-01"))
    assert "before the contract was signed" in made["warnings"][0]


def test_a_reversal_in_the_ledger_turns_the_amount_round(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source))
    back = analyst.made(f"ledger-entries/{made['id']}/reverse/", {"source": source.pk})
    assert (back["amount"], back["reason"]) == ("-34955000000.00", "correction")


def test_a_correction_takes_back_and_appends_the_next_revision(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source, source_key="k"))
    later = make_source("2020-07-01")
    fixed = analyst.made(f"ledger-entries/{made['id']}/correct/", {"amount": "5.00", "note": "x", "source": later.pk})
    assert (fixed["amount"], fixed["revision"], fixed["source_key"]) == ("5.00", 2, "k")
    assert (fixed["source"], fixed["published_on"], fixed["note"]) == (later.pk, "2020-07-01", "x")
    rows = analyst.rows(f"ledger-entries/?contract={contract.pk}&standing=true")
    assert [row["id"] for row in rows] == [fixed["id"]]


def test_a_correction_can_move_a_fact_to_another_contract(analyst, contract, source):
    other = make_contract()
    made = analyst.made("ledger-entries/", entry(contract, source))
    assert analyst.made(f"ledger-entries/{made['id']}/correct/", {"contract": other.pk})["contract"] == other.pk


def test_a_correction_of_nothing_is_refused(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source))
    assert "body" in analyst.errors(f"ledger-entries/{made['id']}/correct/", {"note": "nothing"})
    assert analyst.read(f"ledger-entries/{made['id']}/")["reversed_by"] is None


def test_a_list_shows_a_reversal_only_from_when_it_was_public(analyst, contract):
    row = post(contract, "5")
    analyst.made(f"ledger-entries/{row.pk}/reverse/", {"source": make_source("2020-07-01").pk})
    before = analyst.rows("ledger-entries/?published_by=2020-06-30")
    assert [(each["id"], each["reversed_by"]) for each in before] == [(row.pk, None)]
    assert len(analyst.rows("ledger-entries/?published_by=2020-07-01")) == 2


def test_facts_of_the_future_are_listed_at_their_date_and_read_by_id(analyst, contract, source):
    made = analyst.made("status-changes/", decision("one", source, effective_on="2090-01-01"))
    assert analyst.rows("status-changes/") == []
    assert [row["id"] for row in analyst.rows("status-changes/?as_of=2090-01-01")] == [made["id"]]
    assert analyst.read(f"status-changes/{made['id']}/")["effective_on"] == "2090-01-01"
    assert analyst.get(f"status-changes/{made['id']}/?as_of=2020-01-01").status_code == 404


def test_the_side_of_an_inline_body_without_a_kind_is_the_buyers(analyst, contract, source):
    inline = {"name": "Defense Policy Bureau", "country": "JP"}
    sides = [
        analyst.made("status-changes/", decision("one", source, organization=organization))["side"]
        for organization in (inline, inline | {"name": "Diet", "kind": "legislature"}, {"name": "MDA", "country": "US"})
    ]
    assert sides == ["buyer", "other", "other"]


def test_a_decision_can_revoke_an_earlier_one(analyst, contract, source):
    first = decide(make_program("three"), "suspended")
    revoking = decision("three", source, "", revokes=first.pk, effective_on="2020-07-01")
    assert analyst.made("status-changes/", revoking)["revokes"] == first.pk
    assert analyst.read("programs/three/")["status"] is None


def test_shares_over_one_are_refused(analyst, contract, source):
    allocate(contract, make_program("three"), "0.7", "2020-01-01")
    errors = analyst.errors("allocations/", body_of("allocations", contract.pk, source.pk))
    assert "at most 1" in errors["share"][0]
    assert len(analyst.rows(f"allocations/?contract={contract.pk}")) == 1
