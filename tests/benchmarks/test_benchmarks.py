"""The measurements stand on the same rows each time, and say honestly whether a target is met."""

import subprocess
import sys

import pytest
from django.db import connection

from benchmarks.measuring import Measurement
from benchmarks.portfolio import TODAY, Portfolio, Size
from benchmarks.reporting import table
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.ledger.models import LedgerEntry

SMALL = Size(contracts=40, entries_per_contract=5, programs=4, suppliers=3)


@pytest.fixture
def filled(db):
    said = []
    Portfolio(SMALL).fill(said.append)
    return said


def test_a_portfolio_has_the_rows_it_was_asked_for(filled):
    assert LedgerEntry.objects.filter(reverses=None).count() == SMALL.entries == 200
    assert LedgerEntry.objects.exclude(reverses=None).count() == 2
    assert len(filled) == 10


def test_the_same_seed_makes_the_same_rows():
    def amounts(seed):
        return [entry.amount for entry in Portfolio(Size(4, 3, seed=seed)).entries()]

    assert amounts(1) == amounts(1) != amounts(2)


def test_a_portfolio_can_be_asked_about(filled):
    answered = answer(Question(Asked(TODAY), ("program",)))
    assert sum(row.contracts for row in answered.totals) == SMALL.contracts


def test_triggers_fire_again_afterwards(filled):
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "origin"


@pytest.mark.parametrize(
    ("target", "more_is_better", "verdict"),
    [(2.0, False, "met"), (1.9, False, "not met"), (2.0, True, "met"), (2.1, True, "not met"), (None, False, "")],
)
def test_a_target_is_met_or_not(target, more_is_better, verdict):
    each = Measurement("x", ours=10, yardstick=5, unit="ms", target=target, more_is_better=more_is_better)
    assert each.verdict == verdict
    assert verdict in table([each])


@pytest.mark.parametrize("wrong", [["--contracts", "0"], ["--contracts", "many"], ["--colour", "red"]])
def test_bad_arguments_are_refused_before_anything_starts(wrong):
    done = subprocess.run([sys.executable, "-m", "benchmarks", *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert wrong[0] in done.stderr
