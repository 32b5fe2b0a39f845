"""How what is kept is read: never the whole ledger, whatever the grouping, also while something waits."""

import re

import pytest
from django.db import connection

from benchmarks.portfolio import fill
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.exposure.answering import Question, answer, answer_from_ledger
from procurement.exposure.kept.lines import kept_lines
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.kept.settling import ends_of_everything
from procurement.exposure.kept.statements import KEPT
from procurement.exposure.plan import planned, reading_for
from procurement.exposure.sql.grouping import grouped, own_keys
from procurement.exposure.valuing import parameters
from procurement.programs.reading import standings
from tests.makers import post

pytestmark = pytest.mark.django_db

LEDGER = "procurement_ledgerentry"
SINGLE = [(), *((name,) for name in KEPT), ("domain",), ("program_status",)]
OF_ONE = {"program": [1], "buyer": [1], "method": ["domestic"]}


@pytest.fixture
def portfolio(db):
    fill(Size(contracts=300, entries_per_contract=5, programs=5, suppliers=10), Progress())
    with connection.cursor() as cursor:
        refresh(today=TODAY)
        cursor.execute("ANALYZE")
        # tables of a test are small enough to be read whole: see whether there is another way
        cursor.execute("SET LOCAL enable_seqscan = off")


def plan_of(text, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def plan_of_reading(own, filters, *, waiting):
    wanted, asked = reading_for(own, filters), Asked(TODAY)
    text = wanted.text(waiting=waiting)
    return plan_of(
        text, parameters(asked, standings(asked)) | {"contracts": [1, 2], "offset": 0, "limit": 100} | wanted.parameters
    )


@pytest.mark.parametrize("own", SINGLE, ids=repr)
def test_a_single_grouping_does_not_touch_the_ledger(portfolio, own):
    plan = plan_of_reading(own, {}, waiting=False)
    assert LEDGER not in plan
    assert "Seq Scan on procurement_total" not in plan


@pytest.mark.parametrize("name", OF_ONE)
def test_one_key_is_found_by_index(portfolio, name):
    plan = plan_of_reading((name,), {name: OF_ONE[name]}, waiting=False)
    assert LEDGER not in plan
    assert "Seq Scan on procurement_total" not in plan


@pytest.mark.parametrize("own", SINGLE, ids=repr)
def test_contracts_that_wait_are_looked_up_one_by_one(portfolio, own):
    plan = plan_of_reading(own, {}, waiting=True)
    assert f"Seq Scan on {LEDGER}" not in plan
    assert f"on {LEDGER}" in plan


@pytest.mark.parametrize("waiting", [False, True])
def test_free_combinations_read_lines_and_of_the_ledger_only_contracts_that_wait(portfolio, waiting):
    groups, filters, asked = ("method", "domain"), {"country": ["JP"]}, Asked(TODAY)
    text = grouped(groups, filters, kept_lines(waiting=waiting))
    values = parameters(asked, standings(asked)) | filters | {"contracts": [1, 2], "offset": 0, "limit": 100}
    plan = plan_of(text, values)
    assert f"Seq Scan on {LEDGER}" not in plan
    assert (LEDGER in plan) is waiting


def test_what_falls_due_first_in_a_program_is_looked_up(portfolio):
    plan = plan_of_reading(("program",), {"program": [1]}, waiting=False)
    read = set(re.findall(r"using (\w+) on procurement_line", plan))
    assert "line_of_program_by_due_day" in read
    assert read <= {"line_of_program_by_due_day", "line_by_due_day"}


@pytest.mark.parametrize("groups", [("method", "fiscal_year"), ("supplier", "method")], ids=repr)
def test_rows_of_lines_whose_totals_are_kept_are_summed_without_them(portfolio, groups):
    question = Question(Asked(TODAY), groups, {"contract_status": ["active", "suspended"]}, limit=7)
    found, from_ledger = answer(question), answer_from_ledger(question)
    assert planned(question).beside is not None
    assert (found.rows, found.totals) == (from_ledger.rows, from_ledger.totals)


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'planned_%'")
        return {name for (name,) in cursor.fetchall()}


def test_a_statement_about_few_waiting_contracts_is_planned_once(portfolio):
    question, before = Question(Asked(TODAY), ("buyer",)), prepared()
    for amount in ("5", "7"):
        post(Contract.objects.get(pk=1), amount, on="2020-01-01")
        assert answer(question).rows == answer_from_ledger(question).rows
    assert len(prepared() - before) <= 1
    assert prepared()


def test_the_first_and_last_days_of_everything_are_looked_up(portfolio):
    plan = plan_of(f"SELECT * FROM ({ends_of_everything(waiting=False).as_string(None)}) found", {})
    assert {"line_by_confirmation", "line_by_payment"} <= set(re.findall(r"using (\w+)", plan))


@pytest.mark.parametrize("offset", [0, 250])
def test_a_page_of_contracts_is_made_of_their_lines(portfolio, offset):
    whole = answer(Question(Asked(TODAY), ("contract",)))
    page = answer(Question(Asked(TODAY), ("contract",), offset=offset, limit=20))
    assert page.rows == whole.rows[offset : offset + 20]
    assert (page.totals, page.next_offset) == (whole.totals, offset + 20)
    assert whole.totals == answer_from_ledger(Question(Asked(TODAY), ("contract",))).totals
    if offset:
        after = Question(Asked(TODAY), ("contract",), beyond=whole.rows[offset - 1].keys["contract"], limit=20)
        for found in (answer(after), answer_from_ledger(after)):
            assert (found.rows, found.totals) == (page.rows, whole.totals)


def test_an_answer_after_a_refresh_is_made_of_totals_and_one_after_a_fact_is_right_too(portfolio):
    question = Question(Asked(TODAY), ("program",))
    before = answer(question).totals
    post(Contract.objects.get(pk=1), "5", on="2020-01-01")
    added = sum(row.figures["committed"] for row in answer(question).totals) - sum(
        row.figures["committed"] for row in before
    )
    assert added == 5
    assert own_keys(("program", "currency")) == ["program"]
