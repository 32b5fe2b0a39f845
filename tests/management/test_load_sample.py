"""The command that loads the sample."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from procurement.contracts.models import Contract
from procurement.exposure.kept.models import Total
from procurement.ledger.models import LedgerEntry
from procurement.rates.ecb import are_loaded
from procurement.sources.models import StaleMark
from tests.imports.texts import WHOLE, contract_with

pytestmark = pytest.mark.django_db


def run(folder: Path, text: str, *options: str) -> tuple[str, str, str]:
    """What the command prints, complains of and ends with."""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    out, err = StringIO(), StringIO()
    try:
        call_command("load_sample", "--no-rates", "--dir", str(folder), *options, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), ""


def test_it_counts_by_table(tmp_path: Path) -> None:
    out, err, end = run(tmp_path, WHOLE)
    assert "ledger_entries               2 taken      0 unchanged      0 refused" in out
    assert (err, end) == ("", "")


def test_a_refusal_is_printed_and_fails_the_command(tmp_path: Path) -> None:
    text = contract_with(entries="key: e, measure: payment, amount: 0, effective_on: 2020-01-31, source: notice")
    out, err, end = run(tmp_path, text)
    assert "ledger_entries      0 taken      0 unchanged      1 refused" in out
    assert err.startswith("a.yaml:20: entries “e” of contract “A1” amount “0”: must not be zero")
    assert end == "1 problem; 1 row refused"
    assert (Contract.objects.count(), LedgerEntry.objects.count()) == (1, 0)


def test_what_was_loaded_is_folded(tmp_path: Path) -> None:
    run(tmp_path, WHOLE)
    assert Total.objects.exists()
    assert not StaleMark.objects.exists()


def test_a_check_stores_nothing(tmp_path: Path) -> None:
    out, _, end = run(tmp_path, WHOLE, "--check")
    assert ("contracts                    1 taken" in out, end) == (True, "")
    assert Contract.objects.count() == 0


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("load_sample", "--no-rates", "--dir", str(tmp_path / "none"))


def test_reference_rates_come_with_the_sample_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE, encoding="utf-8")
    out = StringIO()
    for _ in range(2):
        call_command("load_sample", "--dir", str(tmp_path), stdout=out)
    assert out.getvalue().count("0 corrected") == 1
    assert are_loaded()
