"""Assignment rules through the API."""

import pytest

from procurement.contracts.models import ProgramAllocation
from procurement.imports.batches.running import run_next
from tests.makers import make_contract, make_program, make_source

pytestmark = pytest.mark.django_db


def body(**more):
    source = {"url": "https://example.org/list", "title": "List of programs"}
    return {"program": "shore", "text": "radar", "source": source} | more


@pytest.fixture
def rule(analyst):
    make_program("shore")
    return analyst.made("assignment-rules/", body())


def test_a_rule_is_entered_read_and_edited(analyst, rule):
    assert (rule["program"], rule["field"], rule["test"], rule["is_on"]) == ("shore", "title", "contains", False)
    path = f"assignment-rules/{rule['id']}/"
    assert analyst.patch(path, {"is_on": True, "field": "local_title"}).json()["is_on"]
    assert [row["id"] for row in analyst.rows("assignment-rules/?is_on=true&program=shore&field=local_title")] == [
        rule["id"]
    ]
    assert analyst.patch(path, {"test": "regex", "text": "("}).status_code == 400


@pytest.mark.parametrize(
    ("given", "field"),
    [({"test": "regex", "text": "("}, "text"), ({"program": "none"}, "program"), ({"source": None}, "source")],
)
def test_what_is_wrong_with_a_rule_is_named(analyst, given, field):
    make_program("shore")
    assert list(analyst.errors("assignment-rules/", body(**given))) == [field]


def test_a_trial_lists_what_it_would_assign(analyst, rule):
    contract = make_contract(title="Radar")
    other = analyst.made("assignment-rules/", body(program=make_program("ship").code, text="Rad", is_on=True))
    found = analyst.read(f"assignment-rules/{rule['id']}/trial/")
    assert (found["count"], [row["id"] for row in found["contracts"]]) == (1, [contract.pk])
    assert found["contested"] == [{"rule": other["id"], "program": "ship", "count": 1, "contracts": [contract.pk]}]
    assert not ProgramAllocation.objects.exists()


def test_it_is_applied_as_an_import_and_taken_back_as_one(analyst, rule):
    make_contract(title="Radar", source=make_source())
    answer = analyst.post(f"assignment-rules/{rule['id']}/apply/", {})
    assert (answer.status_code, answer.json()["state"]) == (201, "received")
    run_next()
    batch = analyst.read(f"imports/{answer.json()['id']}/")
    assert (batch["state"], batch["tables"]["allocations"]["taken"]) == ("done", 1)
    analyst.post(f"imports/{batch['id']}/undo/", {})
    run_next()
    assert not ProgramAllocation.objects.unreversed().exists()


def test_readers_read_and_try_and_do_not_apply(reader, rule):
    path = f"assignment-rules/{rule['id']}/"
    assert [reader.get(path + what).status_code for what in ("", "trial/")] == [200, 200]
    assert reader.post(f"{path}apply/", {}).status_code == 403
    assert reader.get("assignment-rules/999/trial/").status_code == 404
