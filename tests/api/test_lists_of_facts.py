"""Lists of facts: all or none, or each row by itself where the client prefers that."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from tests.api.calling import entry
from tests.api.test_facts import FACTS, body_of
from tests.makers import allocate, make_contract, make_program, make_source

LENIENT = {"Prefer": "handling=lenient"}
DAY = "2020-02-30"


@pytest.fixture
def contract(db):
    make_program("one")
    make_program("two")
    return make_contract()


@pytest.fixture
def source(db):
    return make_source("2020-06-20")


def test_of_a_list_with_bad_rows_none_is_stored_and_each_is_named_in_every_table(analyst, contract, source):
    for name in FACTS:
        good = body_of(name, contract.pk, source.pk) | {"source_key": "k"}
        refused = analyst.errors(f"{name}/", [good | {"effective_on": DAY}, good, good | {"source": 999999}])
        assert list(refused) == ["0.effective_on", "2.source"], name
        assert analyst.rows(f"{name}/?source_key=k") == [], name


def test_where_the_client_is_lenient_the_good_rows_are_stored_in_every_table(analyst, contract, source):
    for name in FACTS:
        good = body_of(name, contract.pk, source.pk) | {"source_key": "k"}
        bad, worse = good | {"effective_on": DAY}, good | {"note": "a\x00b"}
        answer = analyst.post(f"{name}/", [bad, good, good, 5, worse], **LENIENT)
        assert (answer.status_code, answer["Preference-Applied"]) == (207, "handling=lenient"), name
        told = answer.json()
        assert [told[count] for count in ("created", "repeated", "refused")] == [1, 1, 3], name
        assert [each["status"] for each in told["results"]] == [400, 201, 200, 400, 400], name
        assert list(told["results"][0]["problem"]["errors"]) == ["effective_on"], name
        assert [told["results"][1]["row"]] == analyst.rows(f"{name}/?source_key=k"), name


def test_a_conflict_names_its_row_and_the_stored_one(analyst, contract, source):
    made = analyst.made("ledger-entries/", entry(contract, source, source_key="k"))
    rows = [entry(contract, source), entry(contract, source, source_key="k", amount="1.00")]
    refused = analyst.post("ledger-entries/", rows)
    assert (refused.status_code, refused.json()["existing"]) == (409, made["id"])
    assert list(refused.json()["errors"]) == ["1.source_key"]
    told = analyst.post("ledger-entries/", rows, **LENIENT).json()["results"]
    assert [each["status"] for each in told] == [201, 409]
    assert told[1]["problem"]["existing"] == made["id"]


def test_a_rule_over_several_rows_names_the_row_that_breaks_it(analyst, contract, source):
    allocate(contract, make_program("three"), "0.7", "2020-01-01")
    rows = [body_of("allocations", each.pk, source.pk) for each in (make_contract(), contract, make_contract())]
    assert list(analyst.errors("allocations/", rows)) == ["1.share"]
    told = analyst.post("allocations/", rows, **LENIENT).json()["results"]
    assert [each["status"] for each in told] == [201, 400, 201]


def test_a_refused_row_leaves_nothing_of_what_it_gave_inline(analyst, contract, source):
    good = body_of("contract-parties", contract.pk, source.pk)
    bad = good | {"organization": {"name": "Nobody", "country": "US"}, "effective_on": DAY}
    clash = good | {"source_key": "k", "organization": {"name": "Another", "country": "US"}}
    told = analyst.post("contract-parties/", [bad, good | {"source_key": "k"}, clash], **LENIENT).json()
    assert [each["status"] for each in told["results"]] == [400, 201, 409]
    assert "existing" not in told["results"][2]["problem"]  # it clashes with a row of the list
    assert [Organization.objects.filter(name=name).exists() for name in ("Nobody", "Another", "Agent")] == [0, 0, 1]


def test_a_lenient_list_may_be_repeated(analyst, contract, source):
    rows = [entry(contract, source), entry(contract, source, amount="0")]
    first, again = (analyst.post("ledger-entries/", rows, Idempotency_Key="k", **LENIENT) for _ in range(2))
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert again["Preference-Applied"] == "handling=lenient"
    assert LedgerEntry.objects.count() == 1
    assert analyst.post("ledger-entries/", rows, Idempotency_Key="k").status_code == 422


@pytest.mark.parametrize(
    ("prefer", "status", "applied"),
    [
        ('respond-async, Handling = "lenient"; x=1', 207, "handling=lenient"),
        ("handling=strict, handling=lenient", 400, None),
        ("handling=loose", 400, None),
    ],
)
def test_other_preferences_are_ignored(analyst, contract, source, prefer, status, applied):
    answer = analyst.post("ledger-entries/", [entry(contract, source, amount="0")], Prefer=prefer)
    assert (answer.status_code, answer.get("Preference-Applied")) == (status, applied)


def queries(analyst, rows, **headers):
    with CaptureQueriesContext(connection) as captured:
        assert analyst.post("ledger-entries/", rows, **headers).status_code in {201, 207}
    return len(captured)


@pytest.mark.parametrize("headers", [{}, LENIENT])
def test_a_thousand_rows_take_as_many_statements_as_two(analyst, contract, source, headers):
    rows = [entry(contract, source, amount=f"{number}.00") for number in range(1, 1001)]
    few = queries(analyst, rows[:2], **headers)
    assert queries(analyst, rows, **headers) <= few
    assert "at most 1000" in analyst.errors("ledger-entries/", rows + rows[:1])["body"][0]
