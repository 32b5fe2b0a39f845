"""What does not hold is found, and what holds is not complained of."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from procurement.contracts.models import Contract
from procurement.exposure.checks.sampling import Sizes
from procurement.exposure.checks.verify import verify
from procurement.exposure.kept.models import Line, Total
from procurement.exposure.kept.refreshing import refresh
from procurement.ledger.recording import ledger_entries
from procurement.sources.models import StaleMark
from procurement.sources.recording import Amending
from tests.makers import decide, make_contract, make_program, make_source, post, rehome

pytestmark = pytest.mark.django_db(transaction=True)

LINES, TOTALS, ANSWERS = (
    "lines are what the facts say",
    "totals are the sums of lines",
    "answers are what the ledger says",
)


@pytest.fixture
def contract():
    """A contract that moved from a stopped program to another, with an entry taken back; all refreshed."""
    x, y = make_program("x"), make_program("y")
    made = make_contract(x, committed="100", paid="30")
    make_contract(y, committed="50", share="0.5")
    make_contract(None, committed="7", currency="USD")
    decide(x, "suspended", "2020-06-15")
    rehome(made, [(x, "0.4"), (y, "0.6")], "2021-01-01")
    ledger_entries.reverse(post(made, "7", "payment", on="2020-07-01"), Amending(source=make_source("2020-08-01")))
    refresh()
    return made


def found(**more):
    """The names of the checks that failed."""
    return {check.name for check in verify(seed=1, **more).failed}


def silently(statement):
    """Change what no program could, as a broken disk or a hand would."""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {statement}; COMMIT")


def test_good_data_passes_refreshed_and_not(contract):
    report = verify(seed=1, whole=True)
    assert report.is_good, report.failed
    assert sum(check.cases > 0 for check in report.checks) > len(report.checks) // 2  # what is drawn is chance's
    post(contract, "9", "payment", on="2020-09-01")
    assert verify(seed=2, whole=True).is_good


def test_an_empty_service_passes():
    assert verify(seed=1, whole=True).is_good


def test_the_same_seed_looks_at_the_same_things(contract):
    assert verify(seed=5) == verify(seed=5)


def test_a_total_that_was_tampered_with_is_found(contract):
    Total.objects.filter(dimension=Total.Dimension.BUYER).update(paid=F("paid") + 1)
    assert TOTALS in found()


def test_a_line_that_was_tampered_with_is_found(contract):
    Line.objects.filter(contract_id=contract.pk).update(committed=F("committed") + 1)
    assert {LINES, TOTALS, ANSWERS} <= found()


@pytest.mark.parametrize("twice", [True, False])
def test_a_line_too_many_or_too_few_is_found(contract, twice):
    lines = Line.objects.filter(contract_id=contract.pk)
    if twice:
        Line.objects.create(**lines.values().first() | {"id": None})
    else:
        lines.first().delete()
    assert LINES in found()


def test_a_missing_mark_is_found(contract):
    post(contract, "9", "payment", on="2020-09-01")
    StaleMark.objects.all().delete()
    (check,) = (check for check in verify(seed=1).failed if check.name == LINES)
    assert f"contract {contract.pk} " in check.differences[0].question


def test_shares_that_exceed_a_whole_are_found(contract):
    silently(f"UPDATE procurement_programallocation SET share = 0.9 WHERE contract_id = {contract.pk}")
    assert "re-homing changes no total" in found()


@pytest.mark.parametrize("change", ["amount = amount * 2", "effective_on = '2020-07-02'", "measure = 'refund'"])
def test_a_reversal_of_something_else_is_found(contract, change):
    silently(f"UPDATE procurement_ledgerentry SET {change} WHERE reverses_id IS NOT NULL")
    assert "a reversal restores every figure" in found()


def test_a_negative_count_is_found(contract):
    Total.objects.filter(dimension=Total.Dimension.METHOD).update(contracts=-5)
    assert {"no count is negative", TOTALS} <= found()


def test_a_figure_that_is_not_the_sum_of_its_parts_is_found(contract):
    Total.objects.filter(dimension=Total.Dimension.COUNTRY).update(
        unaccounted=F("unaccounted") + Decimal("0.0000000001")
    )
    assert {"committed + paid_uncommitted = paid + outstanding + unaccounted", "groups sum to the total"} <= found()


def test_the_work_is_bounded_by_sizes(contract):
    report = verify(seed=1, sizes=Sizes(questions=0, contracts=1, days=1, rehomings=0))
    cases = {check.name: check.cases for check in report.checks}
    assert (cases[ANSWERS], cases["re-homing changes no total"]) == (0, 0)
    assert cases[LINES] <= 6
    assert Contract.objects.count() == 3
