"""How the fast path reads: never the whole ledger, whatever the grouping, also while something waits to be folded."""

import pytest
from django.db import connection

from benchmarks.portfolio import fill
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.exposure.answering import Question, answer
from procurement.exposure.kept.answers import reading_for
from procurement.exposure.kept.refreshing import fold
from procurement.exposure.kept.statements import KEPT, reading, span_lines
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
        fold()
        cursor.execute("ANALYZE")
        # tables of a test are small enough to be read whole: see whether there is another way
        cursor.execute("SET LOCAL enable_seqscan = off")


def plan_of(text, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def plan_of_reading(own, filters, *, stale):
    wanted, asked = reading_for(own, filters), Asked(TODAY)
    text = reading(wanted.dimension, chosen=wanted.chosen is not None, stale=stale)
    return plan_of(text, parameters(asked, standings(asked)) | {"contracts": [1, 2]} | wanted.parameters)


@pytest.mark.parametrize("own", SINGLE, ids=repr)
def test_a_single_grouping_does_not_touch_the_ledger(portfolio, own):
    plan = plan_of_reading(own, {}, stale=False)
    assert LEDGER not in plan
    assert "Index Scan using total_" in plan


@pytest.mark.parametrize("name", OF_ONE)
def test_one_key_is_found_by_index(portfolio, name):
    plan = plan_of_reading((name,), {name: OF_ONE[name]}, stale=False)
    assert LEDGER not in plan
    assert "Seq Scan on procurement_total" not in plan


@pytest.mark.parametrize("own", SINGLE, ids=repr)
def test_what_waits_to_be_folded_is_looked_up_contract_by_contract(portfolio, own):
    plan = plan_of_reading(own, {}, stale=True)
    assert f"Seq Scan on {LEDGER}" not in plan
    assert f"on {LEDGER}" in plan


@pytest.mark.parametrize("stale", [False, True])
def test_free_combinations_read_spans_and_of_the_ledger_only_stale_contracts(portfolio, stale):
    groups, filters, asked = ("method", "domain"), {"country": ["JP"]}, Asked(TODAY)
    text = grouped(groups, filters, span_lines(stale=stale))
    values = parameters(asked, standings(asked)) | filters | {"contracts": [1, 2], "offset": 0, "limit": 100}
    plan = plan_of(text, values)
    assert f"Seq Scan on {LEDGER}" not in plan
    assert (LEDGER in plan) is stale


def test_an_answer_after_a_fold_is_made_of_totals_and_one_after_a_fact_is_right_too(portfolio):
    question = Question(Asked(TODAY), ("program",))
    before = answer(question).totals
    post(Contract.objects.get(pk=1), "5", on="2020-01-01")
    added = sum(row.figures["committed"] for row in answer(question).totals) - sum(
        row.figures["committed"] for row in before
    )
    assert added == 5
    assert own_keys(("program", "currency")) == ["program"]
