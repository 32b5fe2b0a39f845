"""Rules that assign contracts without a program to one."""

from decimal import Decimal

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.contracts.recording import allocations
from procurement.imports.assignment.finding import fitting
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.assignment.rules import create_rule, request_assignment, tried
from procurement.imports.models import ImportBatch
from procurement.imports.posting import post as posting
from procurement.sources.recording import Amending
from tests.imports.orders import HEAD, analyst, handed_in, imported, orders, said, worked_on
from tests.imports.test_undoing import undone
from tests.makers import day, make_contract, make_organization, make_program, make_source

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


def make_rule(text: str = "radar", program: str = "shore", **more) -> AssignmentRule:
    from procurement.programs.models import Program

    found = Program.objects.filter(code=program).first() or make_program(program)
    return create_rule(AssignmentRule(**{"program": found, "text": text, "source": make_source("2020-01-01")} | more))


def applied(rule: AssignmentRule) -> ImportBatch:
    return worked_on(request_assignment(rule, by=analyst()))


def assigned() -> dict[str, str]:
    """The programs of contracts that stand, by their references."""
    rows = ProgramAllocation.objects.unreversed().order_by("pk")
    return dict(rows.values_list("contract__reference", "program__code"))


FITS = [
    ({}, {"title": "Coastal RADAR, second lot"}),
    ({}, {"title": "Ｒａｄａｒ"}),
    ({"field": "local_title", "text": "護衛艦"}, {"local_title": "令和元年度護衛艦"}),
    ({"test": "equals", "text": " Radar "}, {"title": "RADAR"}),
    ({"test": "regex", "text": r"^SM-3 (block )?II[AB]?\M"}, {"title": "sm-3 IIA missiles"}),
    ({"field": "reference", "text": "W15P7T"}, {"reference": "W15P7T20C0007"}),
    ({"field": "buyer", "text": "防衛装備庁"}, {}),
    (
        {"field": "weapon_system", "test": "equals", "text": "180"},
        {"description": "PIID 1; weapon system 180 (DDG 51)"},
    ),
    ({"field": "description", "text": "DDG 51"}, {"description": "PIID 1; weapon system 180 (DDG 51)"}),
]


@pytest.mark.parametrize(("rule", "contract"), FITS)
def test_a_rule_fits_a_text_in_any_case_and_width(rule, contract):
    buyer = make_organization("ATLA", "JP", local_name="防衛装備庁")
    made = make_contract(**{"buyer": buyer} | contract)
    assert fitting(make_rule(**rule)) == [made.pk]


UNFIT = [
    ({}, {"title": "Ship"}),
    ({"test": "equals", "text": "Radar"}, {"title": "Radar 2"}),
    ({"text": "r.dar"}, {"title": "Radar"}),
    ({"field": "weapon_system", "test": "equals", "text": "18"}, {"description": "weapon system 180"}),
    ({}, {"title": "Radar", "is_remainder": True}),
]


@pytest.mark.parametrize(("rule", "contract"), UNFIT)
def test_it_does_not_fit_others(rule, contract):
    make_contract(**contract)
    assert fitting(make_rule(**rule)) == []


def test_a_contract_that_has_a_program_is_left_alone():
    made = make_contract(make_program("ship"), title="Radar")
    assert fitting(make_rule()) == []
    allocation = ProgramAllocation.objects.get()
    allocations.reverse(allocation, Amending(allocation.source))
    assert fitting(make_rule("RADAR")) == [made.pk]


BAD = [
    ({"text": " "}, "text"),
    ({"test": "regex", "text": "(radar"}, "text"),
    ({"test": "regex", "text": r"(a*)\1"}, "text"),
    ({"text": "x" * 201}, "text"),
    ({"field": "colour"}, "field"),
    ({"source": None}, "source"),
]


@pytest.mark.parametrize(("given", "field"), BAD)
def test_a_bad_rule_is_refused(given, field):
    with pytest.raises(Refused) as caught:
        make_rule(**given)
    assert list(caught.value.errors) == [field]
    assert not AssignmentRule.objects.exists()


def test_a_rule_that_takes_too_long_is_refused(settings, monkeypatch):
    settings.ASSIGNMENT_SECONDS = 1
    rule = make_rule()
    monkeypatch.setitem(
        __import__("procurement.imports.assignment.finding", fromlist=["TESTS"]).TESTS,
        AssignmentRule.Test.CONTAINS, "pg_sleep(3) IS NOT NULL AND %(text)s <> {text}",
    )  # fmt: skip
    make_contract()
    with pytest.raises(Refused, match="takes longer than 1 seconds"):
        fitting(rule)


def test_a_trial_says_what_other_rules_would_assign_too():
    both, mine = make_contract(title="Radar ship"), make_contract(title="Radar")
    other = make_rule("ship", "ship", is_on=True)
    make_rule("radar ship", is_on=True)  # of the same program
    trial = tried(make_rule())
    assert (trial.contracts, trial.contested) == ([both.pk, mine.pk], {other.pk: [both.pk]})
    assert not ProgramAllocation.objects.exists()


def test_a_rule_is_applied_as_a_batch():
    made = make_contract(title="Radar", reference="R1", signed_on="2019-10-31")
    make_contract(title="Ship")
    rule = make_rule()
    batch = applied(rule)
    assert (batch.state, batch.format, batch.counts["taken"]) == ("done", "assignment rule", 1)
    row = ProgramAllocation.objects.get()
    assert (row.contract, row.program, row.share, row.effective_on) == (made, rule.program, 1, made.signed_on)
    assert (row.source, row.entered_by.username, row.note) == (rule.source, "ana", str(rule))


def test_applied_again_it_changes_nothing_and_undone_it_leaves_nothing():
    make_contract(title="Radar")
    rule = make_rule()
    first = applied(rule)
    again = worked_on(request_assignment(rule, by=None))
    assert (again.counts, ProgramAllocation.objects.count()) == (
        {"read": 1, "taken": 0, "unchanged": 1, "refused": 0}, 1
    )  # fmt: skip
    assert undone(first).taken_back["facts"] == {"allocations": 1}
    assert assigned() == {}
    assert worked_on(request_assignment(rule, by=None)).counts["taken"] == 1


def test_what_a_person_took_back_is_not_assigned_again():
    make_contract(title="Radar")
    rule = make_rule()
    applied(rule)
    row = ProgramAllocation.objects.get()
    allocations.reverse(row, Amending(row.source))
    assert tried(rule).contracts == []
    assert worked_on(request_assignment(rule, by=None)).counts.get("taken", 0) == 0
    assert assigned() == {}


def test_a_rule_that_was_edited_corrects_what_it_assigned():
    make_contract(title="Radar", reference="R1")
    rule = make_rule()
    applied(rule)
    rule.program = make_program("ship")
    rule.save(update_fields=["program"])
    batch = worked_on(request_assignment(rule, by=None))
    assert (assigned(), batch.warnings["corrected"]) == ({"R1": "ship"}, 1)


@pytest.mark.parametrize(("from_on", "since"), [("2019-01-01", "2019-10-31"), ("2020-04-01", "2020-04-01")])
def test_a_rule_may_begin_on_a_day(from_on, since):
    make_contract(title="Radar", signed_on="2019-10-31")
    applied(make_rule(from_on=day(from_on)))
    assert ProgramAllocation.objects.get().effective_on == day(since)


#: What a file holds.
RADAR = HEAD + "Radar 1,Maker,2020-01-31,100,\nShip 1,Maker,2020-01-31,100,\n"


def test_imports_apply_the_rules_that_are_on_to_the_contracts_that_they_make():
    make_rule(is_on=True)
    make_rule("ship", "ship")
    batch = imported(RADAR)
    assert (assigned(), batch.warnings) == ({"Radar 1": "shore"}, {"assigned by a rule": 1})
    assert batch.tables["allocations"] == {"read": 1, "taken": 1, "unchanged": 0, "refused": 0}
    assert (batch.records, imported(RADAR).records) == ({"taken": 2}, {"unchanged": 2})
    undone(batch)
    assert (assigned(), Contract.objects.count()) == ({}, 0)


def test_the_file_s_own_program_counts_and_of_two_rules_the_first():
    first, second = make_rule("radar", "shore", is_on=True), make_rule("1", "ship", is_on=True)
    imported(RADAR + "Radar 2,Maker,2020-01-31,100,own\n")
    assert assigned() == {"Radar 1": "shore", "Ship 1": "ship", "Radar 2": "own"}
    assert first.pk < second.pk


def test_a_stored_contract_that_a_file_names_again_is_not_assigned():
    imported(RADAR)
    make_rule(is_on=True)
    imported(RADAR)
    assert assigned() == {}


def test_a_preview_shows_what_rules_assign():
    make_rule(is_on=True)
    batch = worked_on(handed_in(RADAR, dry_run=True))
    assert (batch.warnings, assigned()) == ({"assigned by a rule": 1}, {})


def test_a_batch_that_was_broken_off_counts_the_same(monkeypatch):
    class Killed(BaseException):
        pass

    def remark_on_facts(self):
        raise Killed

    make_rule(is_on=True)
    batch = handed_in(RADAR)
    with monkeypatch.context() as patch:
        patch.setattr(posting._Posting, "remark_on_facts", remark_on_facts)
        with pytest.raises(Killed):
            worked_on(batch)
    worked_on(batch)
    assert (batch.warnings, batch.records) == ({"assigned by a rule": 1}, {"taken": 2})
    assert batch.tables["allocations"]["taken"] == 1


def test_a_rule_that_is_gone_fails_its_batch():
    rule = make_rule()
    batch = request_assignment(rule, by=None)
    rule.delete()
    assert (worked_on(batch).state, batch.failure) == ("failed", f"there is no rule {batch.options['rule']}")
    assert said(batch, "refusal") == []


def test_shares_are_whole():
    make_contract(title="Radar")
    applied(make_rule())
    assert ProgramAllocation.objects.get().share == Decimal(1)
