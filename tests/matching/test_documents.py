"""What a request says of a document and is not what is stored is never swallowed, by any door."""

import pytest

from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import ProgramLink
from procurement.sources.facts import fact_models
from procurement.sources.models import Document
from tests.api.test_facts import FACTS, body_of
from tests.imports.texts import WHOLE
from tests.makers import make_contract, make_program, make_source
from tests.matching.world import World

URL = "https://example.org/press"
STATED = {"url": URL, "title": "Press page, 1 November", "published_on": "2020-11-01", "publisher": "ATLA"}
BY_ID = {"program": "one", "status": "active", "kind": "decision", "effective_on": "2020-06-15"}


@pytest.fixture
def stored(db):
    return make_source("2020-06-15", url=URL, title="Press page", publisher="", sha256="a" * 64)


@pytest.fixture
def contract(db):
    make_program("one")
    make_program("two")
    return make_contract()


def told(answer, document):
    """Whether an answer warns of all that was stated otherwise about a document."""
    assert answer.status_code in {200, 201}, answer.content
    found = answer.json()
    (said,) = [each for row in (found if isinstance(found, list) else [found]) for each in row["warnings"]]
    assert f"differs from document {document.pk} in title, publisher, published_on" in said
    assert "published_on: 2020-11-01 given, 2020-06-15 stored" in said
    assert "title: “Press page, 1 November” given, “Press page” stored" in said
    assert "publisher: “ATLA” given, nothing stored" in said
    return found


def unchanged(document):
    before = vars(document).copy()
    document.refresh_from_db()
    return all(before[name] == value for name, value in vars(document).items() if name[0] != "_")


# facts: the stated date is the fact's own


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_is_public_from_the_date_that_its_request_states(api, contract, stored, name):
    made = told(api.post(f"{name}/", body_of(name, contract.pk, STATED)), stored)
    assert (made["source"], made["published_on"]) == (stored.pk, "2020-11-01")
    assert unchanged(stored)


@pytest.mark.parametrize("name", FACTS)
def test_every_reversal_is_public_from_the_date_that_its_request_states(api, contract, stored, name):
    made = api.made(f"{name}/", body_of(name, contract.pk, make_source("2020-06-20").pk))
    back = told(api.post(f"{name}/{made['id']}/reverse/", {"source": STATED, "note": "typed twice"}), stored)
    assert (back["source"], back["published_on"]) == (stored.pk, "2020-11-01")


@pytest.mark.parametrize("name", FACTS)
def test_every_correction_is_public_from_the_date_that_its_request_states(api, contract, stored, name):
    made = api.made(f"{name}/", body_of(name, contract.pk, make_source("2020-06-20").pk))
    body = {"source": STATED, "effective_on": "2020-06-16"}
    fixed = told(api.post(f"{name}/{made['id']}/correct/", body), stored)
    assert (fixed["source"], fixed["published_on"]) == (stored.pk, "2020-11-01")
    assert api.read(f"{name}/{made['reversed_by'] or fixed['id']}/")["published_on"] == "2020-11-01"


@pytest.mark.parametrize("name", FACTS)
def test_an_own_date_of_a_fact_goes_before_that_of_its_source(api, contract, stored, name):
    body = body_of(name, contract.pk, STATED) | {"published_on": "2020-07-01"}
    made = told(api.post(f"{name}/", body), stored)
    assert made["published_on"] == "2020-07-01"
    assert api.read(f"{name}/{made['id']}/")["published_on"] == "2020-07-01"


@pytest.mark.parametrize("date", [None, "2020-06-15"])
def test_a_citation_that_states_no_other_date_has_the_stored_one(api, contract, stored, date):
    body = body_of("ledger-entries", contract.pk, {"url": URL, "published_on": date})
    made = api.made("ledger-entries/", body)
    assert (made["published_on"], "warnings" in made) == ("2020-06-15", False)


def test_a_date_that_the_stored_document_lacks_is_the_facts_all_the_same(api, contract):
    undated = make_source(None, url=URL)
    made = api.made(
        "ledger-entries/", body_of("ledger-entries", contract.pk, {"url": URL, "published_on": "2020-11-01"})
    )
    assert made["published_on"] == "2020-11-01"
    assert f"document {undated.pk} in published_on" in made["warnings"][0]
    assert "2020-11-01 given, nothing stored" in made["warnings"][0]


def test_of_a_list_each_fact_has_its_own_date_and_its_own_warnings(api, contract, stored):
    sources = (STATED, stored.pk, STATED | {"title": ""})
    bodies = [body_of("ledger-entries", contract.pk, each) | {"amount": str(n)} for n, each in enumerate(sources, 1)]
    made = api.made("ledger-entries/", bodies)
    assert [row["published_on"] for row in made] == ["2020-11-01", "2020-06-15", "2020-11-01"]
    assert [[("title" in each) for each in row.get("warnings", [])] for row in made] == [[True], [], [False]]


def test_a_repeat_of_a_fact_is_told_the_same(api, contract, stored):
    body = body_of("ledger-entries", contract.pk, STATED) | {"source_key": "k"}
    made, again = api.post("ledger-entries/", body), api.post("ledger-entries/", body)
    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json())


# other rows


def contract_body(**more):
    given = {"reference": "C-9", "title": "x", "buyer": {"name": "Ministry"}, "currency": "JPY", "status": "active"}
    return given | {"allocations": [{"program": "one"}], "suppliers": [{"name": "Maker"}], "source": STATED} | more


OTHER_DOORS = {
    "a contract": lambda w: w.api.post("contracts/", contract_body()),
    "a patched contract": lambda w: w.api.patch(f"contracts/{w.row.pk}/", {"source": STATED}),
    "a replaced contract": lambda w: w.api.send(
        "put",
        f"contracts/{w.row.pk}/",
        {"reference": "C-9", "title": "x", "currency": "JPY", "buyer": w.row.buyer_id, "source": STATED},
    ),
    "a program": lambda w: w.api.post("programs/", {"code": "x", "name": "X", "source": STATED}),
    "a patched program": lambda w: w.api.patch("programs/one/", {"source": STATED}),
    "a replaced program": lambda w: w.api.send(
        "put", "programs/one/", {"code": "one", "name": "X", "source": STATED}
    ),
    "a program within a fact": lambda w: w.api.post(
        "status-changes/", BY_ID | {"source": w.row.source_id, "program": {"code": "x", "name": "X", "source": STATED}}
    ),
    "a program within a contract": lambda w: w.api.post(
        "contracts/",
        contract_body(
            source=w.row.source_id,
            signed_on="2020-01-01",
            allocations=[{"program": {"code": "x", "name": "X", "source": STATED}}],
        ),
    ),
    "a rate": lambda w: w.api.post(
        "exchange-rates/",
        {"base": "EUR", "quote": "JPY", "rate": "120", "rate_type": "other", "on": "2020-01-01", "source": STATED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("door", OTHER_DOORS)
def test_whoever_cites_a_document_otherwise_is_told(api, contract, stored, door):
    told(OTHER_DOORS[door](World(api, row=contract)), stored)
    assert unchanged(stored)


def test_the_first_facts_of_a_contract_are_of_the_stated_date(api, contract, stored):
    made = told(api.post("contracts/", contract_body()), stored)
    for name in ("contract-status-changes", "contract-parties", "allocations"):
        (row,) = api.rows(f"{name}/?contract={made['id']}")
        assert (row["effective_on"], row["published_on"]) == ("2020-11-01", "2020-11-01")


# another text


@pytest.mark.parametrize("name", [*FACTS, "contracts", "programs"])
def test_another_text_under_the_same_address_is_a_conflict(api, contract, stored, name):
    source = {"url": URL, "sha256": "b" * 64}
    bodies = {"contracts": contract_body(source=source), "programs": {"code": "x", "name": "X", "source": source}}
    body = bodies.get(name) or body_of(name, contract.pk, source)
    answer = api.post(f"{name}/", body)
    assert (answer.status_code, answer.json()["existing"]) == (409, stored.pk)
    assert f"differs from that of document {stored.pk}" in answer.json()["errors"]["source.sha256"][0]


def test_a_conflict_in_a_list_names_its_row(api, contract, stored):
    bodies = [body_of("ledger-entries", contract.pk, each) for each in (stored.pk, {"url": URL, "sha256": "b" * 64})]
    assert list(api.errors("ledger-entries/", bodies, status=409)) == ["1.source.sha256"]
    assert not LedgerEntry.objects.exists()


def test_the_same_sum_in_capitals_is_the_same_text(api, contract, stored):
    body = body_of("ledger-entries", contract.pk, {"url": URL, "sha256": "A" * 64})
    assert "warnings" not in api.made("ledger-entries/", body)


STATEMENTS = [
    ("language", "ja"), ("grade", "weak"), ("archived_copy", "s3://x"), ("retrieved_at", "2020-01-01T00:00:00Z")
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), STATEMENTS)
def test_every_field_is_compared(api, contract, stored, field, value):
    body = body_of("ledger-entries", contract.pk, {"url": URL, field: value})
    (said,) = api.made("ledger-entries/", body)["warnings"]
    assert f"source: differs from document {stored.pk} in {field};" in said


# files

FILE = """
organizations:
  buyer: {name: Ministry, country: JP}
sources:
  press: {url: "https://example.org/press", title: "Press page, 1 November", published_on: 2020-11-01, publisher: ATLA}
contracts:
  - key: c
    reference: C
    title: Radar
    buyer: buyer
    currency: JPY
    source: press
    entries: [{key: e, measure: payment, amount: 1, effective_on: 2020-10-31, source: press}]
"""


def test_a_file_that_says_otherwise_is_remarked_and_its_facts_have_its_date(stored):
    summary = load([parse("a.yaml", FILE)])
    (remark,) = [each for each in summary.remarks if "document" in each.reason]
    assert f"differs from document {stored.pk} in title, publisher, published_on" in str(remark)
    assert LedgerEntry.objects.get().published_on.isoformat() == "2020-11-01"
    assert unchanged(stored)


def test_every_kind_of_fact_in_a_file_has_the_date_that_the_file_states(db):
    stated = {"https://example.org/notice": "2019-10-31", "https://example.org/halt": "2020-06-15"}
    for url in stated:
        make_source("2018-01-01", url=url)
    summary = load([parse("a.yaml", WHOLE)])
    assert len([each for each in summary.remarks if "published_on" in str(each)]) == 2
    kinds = set()
    for model in fact_models():
        for row in model.objects.filter(source__url__in=stated).select_related("source"):
            kinds.add(model)
            assert row.published_on.isoformat() == stated[row.source.url], row
    assert kinds == {*fact_models()} - {ProgramLink}  # the one that there is cites the letter


def test_a_file_with_another_text_under_the_address_is_refused(stored):
    summary = load([parse("a.yaml", FILE.replace("publisher: ATLA", f"sha256: {'b' * 64}"))])
    assert f"differs from that of document {stored.pk}" in str(summary.issues[0])
    assert not LedgerEntry.objects.exists()


def test_a_paper_document_is_compared_too(db):
    paper = 'url: "https://example.org/press", '
    load([parse("a.yaml", FILE.replace(paper, ""))])
    again = load([parse("a.yaml", FILE.replace(paper, "").replace("publisher: ATLA", "publisher: ATLA, grade: weak"))])
    assert "in grade" in " ".join(map(str, again.remarks))
    assert Document.objects.count() == 1
