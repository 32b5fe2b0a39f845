"""Posting and reading with real processes, and a whole run from the command line."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from benchmarks.importing import imports
from benchmarks.joint import joint
from benchmarks.posting import posting
from benchmarks.posting_lists import plain_entries
from benchmarks.reporting import PAGE
from benchmarks.sweep import sweep
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Recheck
from tests.benchmarks.conftest import SMALL


def test_posting_is_measured_each_way_and_plain_rows_are_gone_again(committed, progress):
    found = list(posting(SMALL, progress, connections=2, most=2))
    assert len(found) == 4
    assert all(each.ours > 0 and each.yardstick > 0 for each in found)
    # two ways in four rounds of two connections with two facts each; a list three times, a request four times
    expected = 2 * 4 * 2 * 2 + 3 * 2 + 4 * 2
    assert LedgerEntry.objects.filter(source_key__startswith="posted-").count() == expected == Recheck.objects.count()


def test_reading_while_posting_is_measured_and_then_checked(committed, progress):
    *found, note = joint(SMALL, progress, connections=2, least=0.1)
    assert [each.unit for each in found] == ["ms"] * 4 + ["facts/s"]
    assert note.startswith("Exactness after posting")
    assert "NOT EQUAL" not in note


def test_the_sweep_is_measured_first_again_and_after_changes(committed, progress):
    found = list(sweep(SMALL, progress))
    assert [each.limit for each in found[::2]] == [None, 2_000, 2_000, None, 20, 300]
    assert all(each.name.endswith("beside bare SQL") for each in found[1::2])
    assert any("flags" in each.name for each in found)


def test_triggers_are_awake_again_after_a_failure(committed):
    with pytest.raises(RuntimeError), plain_entries():
        raise RuntimeError
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'procurement_ledgerentry'::regclass AND tgenabled <> 'O'"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.proof
@pytest.mark.run
def test_a_kept_database_is_measured_again_without_filling_it():
    def run(*given):
        command = [sys.executable, "-m", "benchmarks", *given, "--only", "fill"]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))

    before = PAGE.read_bytes() if PAGE.exists() else None
    assert run("--contracts", "20", "--keep").returncode == 0
    again = run("--reuse")
    assert (again.returncode, again.stdout[:12]) == (0, "20 contracts")
    assert "rows of ledger entry" not in again.stderr
    gone = run("--reuse")
    assert (gone.returncode, "run once with --keep" in gone.stderr) == (1, True)
    assert (PAGE.read_bytes() if PAGE.exists() else None) == before  # without --write


@pytest.mark.proof
def test_imports_are_measured_and_the_copied_rows_are_there_again(committed, progress):
    *found, note = imports(SMALL, progress, lines=30, count=10)
    assert [each.unit for each in found] == ["lines/s", "lines/s", "MB", "releases/s", "ms", "ms", "ms", "ms"]
    assert all(each.ours > 0 and each.yardstick > 0 for each in found)
    assert "limit 180 s" in note
    assert Contract.objects.filter(currency="JPY", title__startswith="誘導武器").count() == 30 + 3
    assert LedgerEntry.objects.filter(contract__reference__contains="ocds-abc123", measure="payment").count() == 20


@pytest.mark.run
def test_the_ledger_is_measured_in_partitions_on_a_server_of_two_roles(tmp_path):
    """Which takes the owner: the service makes no database."""
    command = [sys.executable, "-m", "benchmarks.partitions", "--entries", "2000", "--parts", "2"]
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    home = own | {"TRACKER_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=home)
    rows = [line.split(" | ")[0] for line in done.stdout.splitlines()[2:]]
    assert (done.returncode, rows) == (0, ["| one", "| 2 partitions"])
