"""Previews: what a file would change."""

import pytest

from procurement.common.errors import Conflict
from procurement.contracts.models import Contract
from procurement.imports.batches import previewing
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import BatchRows
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from tests.imports.orders import FIRST, HEAD, imported, orders
from tests.imports.test_corrections import CHANGED, standing
from tests.makers import decide, make_program

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


def test_a_preview_says_what_would_be_and_stores_nothing():
    batch = imported(FIRST + "A4,Maker,2020-01-31,1.001,\n", dry_run=True)
    assert (batch.state, batch.records, batch.refusals) == ("done", {"taken": 3, "refused": 1}, 1)
    assert batch.issues.count() == 1
    assert not any(model.objects.exists() for model in (Organization, LedgerEntry, BatchRows))


def test_it_names_what_would_be_corrected():
    imported(FIRST)
    batch = imported(CHANGED, dry_run=True)
    assert (standing(), batch.warnings) == ([100, 200, 300], {"corrected": 1})
    assert "250 given, 200.0000 stored" in batch.issues.get().reason


def test_it_names_the_flags_that_would_open():
    decide(make_program("shore"), "suspended", "2020-06-15")
    batch = imported(HEAD + "A1,Maker,2020-07-31,100,shore\n", dry_run=True)
    found = {flag["rule"]: flag["contract"] for flag in batch.preview["would_open"]}
    assert found["commitment-after-stop"] == "A1"
    assert batch.preview["flags"] == len(batch.preview["would_open"])
    assert not Contract.objects.exists()


def test_it_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(previewing, "MOST_RECORDS", 2)
    monkeypatch.setattr("procurement.imports.reading.PORTION", 2)
    batch = imported(FIRST, dry_run=True)
    assert (batch.preview["is_cut"], batch.records) == (True, {"taken": 2})


def test_a_preview_cannot_be_taken_back():
    with pytest.raises(Conflict, match="preview"):
        request_undo(imported(FIRST, dry_run=True).pk, by=None)


def test_it_shows_the_first_rows_that_would_be_new():
    imported(FIRST)
    batch = imported(CHANGED + "A4,Maker,2020-03-31,400,\n", dry_run=True)
    assert (batch.warnings, batch.preview["new_rows"]["contracts"]) == ({"corrected": 1}, ["A4 A4"])
    assert len(batch.preview["new_rows"]["ledger entries"]) == 1
