"""From when programs, contracts, organizations and documents are in view, by whichever fact and at whichever door."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, Guarantee
from procurement.contracts.recording import guarantees
from procurement.parties.models import Organization
from procurement.programs.models import Program, ProgramLink
from procurement.programs.recording import program_links, status_changes
from procurement.sources.models import Document
from procurement.sources.past_view import fact_tables_about, in_past_view
from procurement.sources.recording import Amending
from tests.makers import (
    allocate,
    day,
    decide,
    estimate,
    make_contract,
    make_organization,
    make_program,
    make_source,
    novate,
    owe,
    post,
    put,
    report,
    say,
    state_complete,
)

pytestmark = pytest.mark.django_db

#: The day of the fact; the rows it is about have sources of 2021, and were recorded later still.
FACT, EVE, LATE = "2015-03-02", "2015-03-01", "2021-01-01"


def late_program(code: str = "late") -> Program:
    return make_program(code, source=make_source(LATE), buyer=None, country="GB")


def late_contract(**more: Any) -> Contract:
    """A contract of which its maker entered no fact."""
    source = make_source(LATE)
    return Contract.objects.create(
        reference=f"late-{source.pk}", reference_key=f"late-{source.pk}", title="Late", currency="JPY", source=source,
        **{"buyer": make_organization("Buyer")} | more,
    )  # fmt: skip


def link(program: Program, other: Program) -> ProgramLink:
    row = ProgramLink(program=program, other=other, kind="successor", effective_on=day(FACT), source=make_source(FACT))
    return program_links.record(row).fact


def guarantee(contract: Contract, **more: Any) -> Guarantee:
    row = Guarantee(contract=contract, kind="performance", amount=1, effective_on=day(FACT), source=make_source(FACT))
    for name, value in more.items():
        setattr(row, name, value)
    return guarantees.record(row).fact


def share(contract: Contract, program: Program) -> Any:
    return allocate(contract, program, "1", FACT)


#: What tells of a program -> the fact, entered about it.
OF_PROGRAMS: dict[str, Callable[[Program], Any]] = {
    "a decision": lambda row: decide(row, "active", FACT),
    "a statement": lambda row: say(row, "", FACT),
    "a link": lambda row: link(row, make_program("old")),
    "a link from another": lambda row: link(make_program("old"), row),
    "a contract": lambda row: share(make_contract(signed_on=FACT), row),
    "a figure": lambda row: report(row, "spent", "1", on=FACT),
}
OF_CONTRACTS: dict[str, Callable[[Contract], Any]] = {
    "money": lambda row: post(row, "1", on=FACT),
    "that it is complete": lambda row: state_complete(row, FACT),
    "a state": lambda row: put(row, "active", FACT),
    "a party": lambda row: novate(row, make_organization("Maker", "US", kind="company"), FACT),
    "an allocation": lambda row: share(row, make_program("home")),
    "a milestone": lambda row: owe(row, "2030-01-01", on=FACT),
    "an estimate": lambda row: estimate(row, "1", on=FACT),
    "a guarantee": guarantee,
    "a figure": lambda row: report(row, "contracted", "1", on=FACT),
}
OF_ORGANIZATIONS: dict[str, Callable[[Organization], Any]] = {
    "a word": lambda row: say(make_program("x"), "active", FACT, organization=row),
    "a role": lambda row: novate(late_contract(), row, FACT),
    "a judgment": lambda row: put(late_contract(), "terminated", FACT, decided_by=row),
    "security": lambda row: guarantee(late_contract(), guarantor=row),
    "a figure": lambda row: report(make_program("x"), "spent", "1", on=FACT, speaker_organization=row),
    "who bears a cost": lambda row: report(make_program("x"), "spent", "1", on=FACT, borne_by=row),
    "a program of its": lambda row: decide(
        make_program("x", buyer=row), "active", FACT, organization=None, side="buyer"
    ),
    "a contract of its": lambda row: put(late_contract(buyer=row), "active", FACT),
}


def views(on: str) -> list[dict[str, str]]:
    """The views of a day: by what was true, and by what was public too."""
    return [{"as_of": on}, {"as_of": "2015-12-31", "published_by": on}]


def codes(path: str, *, of: str = "", key: str = "code", **view: str) -> set[Any]:
    """What a list holds that the view knows."""
    found = Client().get(path, view).json()
    return {row[key] for row in found[of or "results"]}


PROGRAM_DOORS: dict[str, Callable[[dict[str, str]], bool]] = {
    "the list": lambda view: "late" in codes("/api/v1/programs/", **view),
    "its own": lambda view: Client().get("/api/v1/programs/late/", view).status_code == 200,
    "its timeline": lambda view: Client().get("/api/v1/programs/late/timeline/", view).status_code == 200,
    "its exposure": lambda view: Client().get("/api/v1/programs/late/exposure/", view).status_code == 200,
    "the portfolio": lambda view: "late" in codes("/api/v1/portfolio/", of="rows", key="program", **view),
    "its file": lambda view: b",late," in read("/api/v1/portfolio/", view | {"format": "csv"}),
    "the front page": lambda view: b"programs/late/" in Client().get("/en/", view | {"status": "all"}).content,
    "its page": lambda view: Client().get("/en/programs/late/", view).status_code == 200,
    "the front page's file": lambda view: b",late," in read("/portfolio.csv", view),
}


def read(path: str, view: dict[str, str]) -> bytes:
    answer: Any = Client().get(path, view)
    return b"".join(answer.streaming_content).replace(b"\r", b"")


@pytest.mark.parametrize("door", PROGRAM_DOORS)
@pytest.mark.parametrize("telling", OF_PROGRAMS)
def test_a_program_is_in_view_from_the_first_fact_about_it(telling, door):
    OF_PROGRAMS[telling](late_program())
    shown = PROGRAM_DOORS[door]
    assert [[shown(view) for view in views(on)] for on in (EVE, FACT)] == [[False, False], [True, True]]


def shown_in(table: str, pk: int, view: dict[str, str]) -> set[bool]:
    """Whether a row is in view, in its list and by itself."""
    listed = pk in codes(f"/api/v1/{table}/", key="id", page_size="1000", **view)
    return {listed, Client().get(f"/api/v1/{table}/{pk}/", view).status_code == 200}


@pytest.mark.parametrize("telling", OF_CONTRACTS)
def test_a_contract_is_in_view_from_the_first_fact_about_it(telling):
    contract = late_contract()
    OF_CONTRACTS[telling](contract)
    found = [[shown_in("contracts", contract.pk, view) for view in views(on)] for on in (EVE, FACT)]
    assert found == [[{False}, {False}], [{True}, {True}]]


@pytest.mark.parametrize("telling", OF_ORGANIZATIONS)
def test_an_organization_is_in_view_from_the_first_fact_about_it(telling):
    body = make_organization("Body", "US")
    OF_ORGANIZATIONS[telling](body)
    found = [[shown_in("organizations", body.pk, view) for view in views(on)] for on in (EVE, FACT)]
    assert found == [[{False}, {False}], [{True}, {True}]]


def test_a_document_is_in_view_when_it_came_out_or_from_the_first_fact_that_rests_on_it():
    document = make_source(LATE)
    contract = late_contract()
    assert [shown_in("documents", document.pk, {"as_of": on}) for on in ("2020-12-31", LATE)] == [{False}, {True}]
    post(contract, "1", on=FACT, source=document)
    assert [shown_in("documents", document.pk, {"as_of": on}) for on in (EVE, FACT)] == [{False}, {True}]


def test_every_table_of_facts_tells_of_what_it_is_about():
    tables = {model.__name__: len(fact_tables_about(model)) for model in (Program, Contract, Organization)}
    assert tables == {"Program": 5, "Contract": 9, "Organization": 9}


@pytest.mark.parametrize(
    ("source", "since"), [(None, None), (make_source, None), (LATE, LATE)], ids=["no source", "undated", "dated"]
)
def test_without_a_fact_it_is_in_view_from_its_sources_date_or_the_day_it_was_recorded(source, since):
    program = make_program("alone", source=None if source is None else make_source(since))
    first = day(since) if since else program_day(program)
    asked = [Asked(first - dt.timedelta(days=1)), Asked(first)]
    assert [in_past_view(Program.objects.all(), each).exists() for each in asked] == [False, True]


def program_day(program: Program) -> dt.date:
    program.refresh_from_db()
    return program.created_at.date()


def test_what_was_taken_back_brings_nothing_into_view():
    program = late_program()
    wrong = decide(program, "active", FACT)
    status_changes.reverse(wrong, Amending(source=make_source("2016-01-01")))
    views = [Asked(day(FACT)), Asked(day(LATE), published_by=day("2015-12-31"))]
    assert [in_past_view(Program.objects.all(), each).exists() for each in views] == [False, True]


def test_nothing_is_in_view_before_this_service_recorded_it():
    program = late_program()
    decide(program, "active", FACT)
    program.refresh_from_db()
    before = program.created_at - dt.timedelta(seconds=1)
    views = [Asked(day(FACT), recorded_by=at) for at in (before, program.created_at)]
    assert [in_past_view(Program.objects.all(), each).exists() for each in views] == [False, True]


def test_what_nobody_dated_brings_into_view_only_where_it_is_taken_in():
    decide(late_program(), "active", FACT, source=make_source(None))
    asked = Asked(day(LATE) - dt.timedelta(days=1), published_by=day(LATE) - dt.timedelta(days=1))
    views = [asked, Asked(asked.as_of, asked.published_by, undated=True)]
    assert [in_past_view(Program.objects.all(), each).exists() for each in views] == [False, True]


def test_documents_have_no_source_of_their_own():
    assert {column for _, column in fact_tables_about(Document)} == {"source"}
