"""What nobody knew how to say: posted, read back, filtered by, corrected, in files and in the description."""

import csv

import pytest

from procurement.sources.facts import Fact
from tests.makers import make_contract, make_program, make_source, make_supplier


@pytest.fixture
def world(db):
    program = make_program("one")
    return {"contract": make_contract(program), "other": make_contract(program), "payer": make_supplier("Payer")}


def figure(**more):
    return {"program": "one", "measure": "termination_cost", "currency": "JPY", "as_of_date": "2020-06-15"} | more


def state(**more):
    return {"contract": "contract"} | more


def about(world, body, **more):
    """A body in which the names of rows have become their ids."""
    names = {"contract", "counterpart", "borne_by"}
    dated = {"effective_on": "2020-06-15"} | more
    return {key: world[value].pk if key in names else value for key, value in body.items()} | dated


FACTS = [
    # table, what is posted -> a filter that finds it
    ("contract-status-changes", state(act="show_cause", status=""), "act=show_cause"),
    ("contract-status-changes", state(act="confirmation"), "act__in=confirmation,show_cause"),
    (
        "contract-status-changes",
        state(status="suspended", notified_on="2020-07-31", notified_precision="month"),
        "notified_precision=month",
    ),
    ("status-changes", {"program": "one", "kind": "statement", "casts_doubt": True}, "casts_doubt=true"),
    ("reported-figures", figure(withheld=True), "withheld=true"),
    ("reported-figures", figure(share="0.45", share_of="the price"), "share__gte=0.4"),
    ("reported-figures", figure(amount="7.00", borne_by="payer"), "borne_by__isnull=false"),
    ("reported-figures", figure(amount="7.00", as_of_precision="by"), "as_of_precision=by"),
    ("reported-figures", figure(amount="7.00", measure="ceiling_price"), "measure=ceiling_price"),
    (
        "ledger-entries",
        {
            "contract": "contract", "measure": "refund", "amount": "5.00", "reason": "transfer",
            "counterpart": "other",
        },
        "reason=transfer&counterpart__isnull=false",
    ),
    ("guarantees", state(kind="warranty", amount="5.00"), "kind=warranty"),
    ("milestones", state(kind="payment", due_on="2021-03-31", due_precision="by"), "due_precision=by"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "found_by"), FACTS)
def test_it_is_posted_read_back_and_found(analyst, world, name, said, found_by):
    body = about(world, said, effective_precision="by", source=make_source(None).pk)
    made = analyst.made(f"{name}/", body)
    assert {key: made[key] for key in body} == body
    assert made["published_on"] is None
    assert analyst.rows(f"{name}/?{found_by}&effective_precision=by&published_on__isnull=true") == [made]
    text = b"".join(analyst.get(f"{name}/?{found_by}&format=csv").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["published_on"], set(row)) == ("", set(made))


CORRECTIONS = [
    ("contract-status-changes", state(status="active"), {"act": "confirmation", "status": ""}),
    ("contract-status-changes", state(status="active"), {"notified_on": "2020-07-01"}),
    ("status-changes", {"program": "one", "kind": "statement", "speaker": "x"}, {"casts_doubt": True}),
    ("reported-figures", figure(amount="7.00"), {"amount": None, "withheld": True}),
    ("reported-figures", figure(amount="7.00"), {"amount": None, "share": "0.5", "share_of": "the price"}),
    ("reported-figures", figure(amount="7.00"), {"as_of_precision": "by"}),
    ("ledger-entries", state(measure="refund", amount="5.00"), {"reason": "transfer"}),
    ("guarantees", state(kind="performance", amount="5.00"), {"kind": "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "changes"), CORRECTIONS)
def test_it_can_be_corrected_to(analyst, world, name, said, changes):
    body = about(world, said, source=make_source("2020-06-20").pk)
    made = analyst.made(f"{name}/", body)
    fixed = analyst.made(f"{name}/{made['id']}/correct/", changes)
    assert {key: fixed[key] for key in changes} == changes


REFUSED = [
    ("contract-status-changes", state(), "status", "none with act show_cause or confirmation"),
    ("contract-status-changes", state(act="show_cause", status="active"), "status", "changes no state"),
    ("contract-status-changes", state(act="x", status="active"), "act", "accepted: state, show_cause"),
    (
        "contract-status-changes",
        state(status="active", notified_on="2020-07-05", notified_precision="month"),
        "notified_on",
        "2020-07-31 would be accepted",
    ),
    (
        "status-changes",
        {"program": "one", "kind": "decision", "status": "suspended", "casts_doubt": True},
        "casts_doubt",
        "kind statement",
    ),
    ("reported-figures", figure(withheld=True, amount="1.00"), "withheld", "has no amount"),
    ("reported-figures", figure(), "amount", "withheld=true"),
    ("reported-figures", figure(share="1.5", share_of="x"), "share", "between 0 and 1"),
    ("reported-figures", figure(share="0.45"), "share_of", "say of what"),
    ("ledger-entries", state(measure="commitment", amount="1.00", counterpart="other"),
     "counterpart", "payment or refund"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "field", "why"), REFUSED)
def test_what_makes_no_sense_is_refused_by_name(analyst, world, name, said, field, why):
    body = about(world, said, source=make_source("2020-06-20").pk)
    assert why in analyst.errors(f"{name}/", body)[field][0]


def test_the_end_of_a_contract_has_a_precision(analyst, world):
    contract = world["contract"].pk
    changed = analyst.patch(f"contracts/{contract}/", {"ends_on": "2024-12-31", "ends_precision": "year"}).json()
    assert (changed["ends_on"], changed["ends_precision"]) == ("2024-12-31", "year")
    assert [row["id"] for row in analyst.rows("contracts/?ends_precision=year&ends_on__gte=2024-01-01")] == [contract]
    refused = analyst.patch(f"contracts/{contract}/", {"ends_on": "2024-06-30"})
    assert "2024-12-31 would be accepted" in refused.json()["errors"]["ends_on"][0]


@pytest.fixture(scope="module")
def schemas():
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]


NULLABLE = [("LedgerEntry", "published_on"), ("ReportedFigure", "share"), ("StatusPosition", "published_on")]


@pytest.mark.parametrize(("shape", "field"), NULLABLE)
def test_what_may_be_null_is_described_so(schemas, shape, field):
    assert "null" in str(schemas[shape]["properties"][field])


def test_every_precision_is_described_with_its_words(schemas):
    described = schemas["LedgerEntry"]["properties"]["effective_precision"]
    words = str(described) + str([schemas[name] for name in schemas if name in str(described)])
    assert all(word in words for word in Fact.Precision.values)
