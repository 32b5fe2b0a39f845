"""Changed content under a known key: it corrects, or waits for a person."""

from decimal import Decimal

import pytest

from procurement.imports.models import ImportBatch
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.imports.orders import FIRST, HEAD, imported, orders, said

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

CHANGED = FIRST.replace("200", "250")


def award(order: str = "A2") -> LedgerEntry:
    """The standing entry of an order."""
    found: LedgerEntry = LedgerEntry.objects.unreversed().get(contract__reference=order)
    return found


def standing() -> list[Decimal]:
    return list(LedgerEntry.objects.unreversed().order_by("contract__reference").values_list("amount", flat=True))


def amended(batch: ImportBatch) -> dict[str, int]:
    found: dict[str, int] = batch.tables["ledger_entries"]
    return found


def test_a_corrected_file_changes_only_what_differs():
    imported(FIRST)
    batch = imported(CHANGED)
    assert standing() == [100, 250, 300]
    assert (amended(batch), batch.warnings) == (
        {"read": 3, "taken": 1, "unchanged": 2, "refused": 0}, {"corrected": 1}
    )  # fmt: skip
    former = LedgerEntry.objects.get(amount=200)
    assert (
        f"corrects row {former.pk}, which said otherwise (amount: 250 given, 200.0000 stored)"
        in said(batch, "warning")[0]
    )
    assert (award().revision, former.reversal.note) == (2, f"corrected by import {batch.pk}")


def test_the_corrected_file_again_changes_nothing_and_neither_does_the_older_one():
    imported(FIRST)
    imported(CHANGED)
    for text in (CHANGED, FIRST):
        batch = imported(text)
        assert (standing(), batch.records, batch.refusals) == ([100, 250, 300], {"unchanged": 3}, 0)


def test_what_a_person_corrected_waits_for_a_person():
    imported(FIRST)
    ledger_entries.correct(award(), Amending(award().source), {"amount": Decimal(210)})
    batch = imported(CHANGED)
    assert (standing(), batch.queued, amended(batch)["refused"]) == ([100, 210, 300], 1, 1)
    (issue,) = batch.issues.filter(kind="queued")
    assert (issue.line, issue.column, issue.value) == (3, "amount", "250")
    assert "amount: 250 given, 210.0000 stored" in issue.reason


def test_what_a_person_corrected_stays_when_the_file_says_the_same_again():
    imported(FIRST)
    ledger_entries.correct(award(), Amending(award().source), {"amount": Decimal(210)})
    batch = imported(FIRST)
    assert (standing(), batch.records, batch.queued) == ([100, 210, 300], {"unchanged": 3}, 0)


def test_what_a_person_took_back_stays_so_and_is_told():
    imported(FIRST)
    ledger_entries.reverse(award(), Amending(award().source))
    batch = imported(FIRST)
    assert (standing(), batch.records) == ([100, 300], {"unchanged": 3})
    assert batch.warnings == {"was taken back before": 1}
    assert imported(CHANGED).queued == 1


def test_one_key_twice_in_a_file_is_refused_the_second_time(monkeypatch):
    monkeypatch.setattr("procurement.imports.reading.PORTION", 1)
    batch = imported(FIRST + "A2,Maker,2020-01-31,250,\n")
    assert (standing(), batch.refusals) == ([100, 200, 300], 1)
    assert "was used before, by row" in said(batch, "refusal")[0]


def test_a_correction_that_a_rule_refuses_leaves_the_stored_row():
    imported(FIRST)
    batch = imported(FIRST.replace("200", "2.005"))
    assert (standing(), batch.refusals) == ([100, 200, 300], 1)


def test_an_allocation_is_corrected_under_the_rule_about_shares():
    text = HEAD + "A1,Maker,2020-01-31,100,shore\n"
    imported(text)
    batch = imported(text.replace("2020-01-31", "2020-01-30"))
    assert batch.refusals == 0
    assert batch.warnings["corrected"] == 3
