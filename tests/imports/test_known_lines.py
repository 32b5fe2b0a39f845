"""Lines that were taken before: the same again is counted and not worked on, unless anything about it has changed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from procurement.contracts.models import Contract, ContractParty
from procurement.fiscal.models import FiscalCalendar
from procurement.imports.batches.undoing import request_undo
from procurement.imports.line_models import CHANGING, ImportedDescription, ImportedLine
from procurement.imports.models import ImportBatch
from procurement.imports.posting import lines
from procurement.ledger.recording import ledger_entries
from procurement.parties.models import Organization
from procurement.sources.models import Document
from procurement.sources.recording import Amending
from tests.imports.orders import FIRST, HEAD, handed_in, imported, orders, said, worked_on
from tests.imports.test_corrections import CHANGED, award
from tests.makers import make_supplier, merge_into

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

ODD = FIRST + "A4,odd,2020-01-31,1,\nA5,Maker,2020-01-31,1.001,\n"


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line each, so that later ones may stand on what the first one named."""
    monkeypatch.setattr("procurement.imports.reading.PORTION", 1)


def worked_on_lines(batch: ImportBatch) -> int:
    """How many lines of a batch were worked on, and are remembered."""
    return ImportedLine.objects.filter(batch=batch).count()


def told(batch: ImportBatch) -> tuple[Any, ...]:
    issues = sorted(batch.issues.values_list("kind", "line", "column", "warning"))
    return batch.state, batch.tables, batch.records, batch.warnings, batch.refusals, batch.queued, issues


def in_full(text: str) -> tuple[Any, ...]:
    """What an import tells that knows no line; taken back."""
    with transaction.atomic():
        ImportedLine.objects.all().delete()
        found = told(imported(text))
        transaction.set_rollback(True)
    return found


def test_the_same_file_again_is_worked_on_once_for_each_thing_that_it_names():
    assert worked_on_lines(imported(FIRST)) == 3
    expected = in_full(FIRST)
    again = imported(FIRST)
    assert told(again) == expected
    assert (again.records, worked_on_lines(again)) == ({"unchanged": 3}, 2)  # the first of each maker


def test_of_a_newer_edition_only_what_differs_is_worked_on():
    text = FIRST + "".join(f"B{number},Maker,2020-03-31,{number + 50},\n" for number in range(8))
    imported(text)
    newer = text.replace(",200,", ",250,") + "B9,Maker,2020-03-31,9,\n"
    expected = in_full(newer)
    batch = imported(newer)
    assert (told(batch), batch.records) == (expected, {"taken": 2, "unchanged": 10})
    # the first of each maker, the new one, and perhaps the one after what was corrected, if it was read beside it
    assert worked_on_lines(batch) in {3, 4}
    assert batch.warnings == {"corrected": 1}


def test_what_is_refused_or_remarked_on_is_told_again():
    first = imported(ODD)
    again = imported(ODD)
    assert (again.refusals, again.warnings, said(again, "refusal")) == (1, {"odd maker": 1}, said(first, "refusal"))
    assert ImportedLine.objects.count() == 3


def of(order: str = "A2") -> Contract:
    return Contract.everything.get(reference=order)


def corrected_by_hand() -> None:
    ledger_entries.correct(award(), Amending(award().source), {"amount": Decimal(210)})


def taken_back_by_hand() -> None:
    ledger_entries.reverse(award(), Amending(award().source))


def undone() -> None:
    worked_on(request_undo(ImportBatch.objects.earliest("pk").pk, by=None))


def undone_after_a_repeat() -> None:
    again = imported(FIRST)
    worked_on(request_undo(again.pk, by=None))


def newer_file_undone() -> None:
    worked_on(request_undo(imported(CHANGED).pk, by=None))


def edited_title() -> None:
    Contract.objects.filter(pk=of().pk).update(title="Another title")


def edited_reference() -> None:
    Contract.objects.filter(pk=of().pk).update(reference="Z9", reference_key="z9")


def renamed_maker() -> None:
    Organization.objects.filter(name="Maker").update(name="Smith", match_key="smith", bare_key="smith")


def second_maker() -> None:
    """Another one of this name, of the same country, came between."""
    row = make_supplier("Maker", "")
    Organization.objects.filter(name="Maker").exclude(pk=row.pk).update(country="US")


def merged_maker() -> None:
    merge_into(Organization.objects.get(name="Maker"), make_supplier("Heir"))


def merged_buyers() -> None:
    """The buyer remains, and the other one has an older contract of the same reference."""
    buyer = Organization.objects.get(name="Ministry")
    other = make_supplier("Old ministry", "JP")
    merge_into(other, buyer)


def retitled_document() -> None:
    Document.objects.update(publisher="Somebody", language="ja")


def amount_by_hand() -> None:
    """Beside it the award looks a hundred times too large."""
    ledger_entries.record(
        ledger_entries.draft(
            contract_id=of().pk,
            source_id=award().source_id,
            measure="commitment",
            reason="award",
            amount=Decimal(1),
            effective_on=award().effective_on,
        )
    )


def another_country_of_the_buyer() -> None:
    Organization.objects.filter(name="Ministry").update(country="US")


def another_fiscal_year() -> None:
    FiscalCalendar.objects.create(country="FR", first_month=7)


DISTURBED: dict[Callable[[], None], bool] = {
    # whether something other than “unchanged” is told of the file afterwards
    corrected_by_hand: False, taken_back_by_hand: True, undone: True, undone_after_a_repeat: False,
    newer_file_undone: False, edited_title: True, edited_reference: True, renamed_maker: True, second_maker: False,
    merged_maker: False, merged_buyers: False, retitled_document: True, amount_by_hand: True,
    another_country_of_the_buyer: True, another_fiscal_year: False,
}  # fmt: skip

OF_A_FACT = {corrected_by_hand, taken_back_by_hand, undone, newer_file_undone}


def test_whatever_happened_since_a_file_is_told_of_as_if_each_line_were_worked_on():
    tells = {}
    for disturb in DISTURBED:
        with transaction.atomic():
            imported(FIRST)
            disturb()
            for text in (FIRST, CHANGED) if disturb in OF_A_FACT else (FIRST,):
                expected = in_full(text)
                assert told(imported(text)) == expected, (disturb, text)
                if text == FIRST:
                    tells[disturb] = expected[2:6] != ({"unchanged": 3}, {}, 0, 0)
            transaction.set_rollback(True)
    assert tells == DISTURBED


def test_a_line_is_forgotten_when_a_fact_comes_about_its_contract_and_no_other_line():
    imported(FIRST)
    corrected_by_hand()
    assert set(ImportedLine.objects.values_list("contract__reference", flat=True)) == {"A1", "A3"}


def test_other_options_and_other_code_know_no_line(monkeypatch):
    imported(FIRST)
    other = imported(FIRST, options={"title": "Other orders"})
    assert worked_on_lines(other) == 3
    monkeypatch.setattr(lines, "code_version", lambda: 7)
    newer = imported(FIRST)
    assert (worked_on_lines(newer), ImportedLine.objects.count()) == (3, 3)
    assert set(ImportedDescription.objects.values_list("code", flat=True)) == {7}


def test_nothing_is_remembered_while_somebody_else_records_facts():
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock_shared(%s)", [CHANGING])
        assert imported(FIRST).records == {"taken": 3}
    assert ImportedLine.objects.count() == 0


def test_a_batch_that_was_broken_off_counts_its_own_lines_as_taken(monkeypatch):
    class Killed(BaseException):
        pass

    def die(self, _):
        if self.number % 10 == 2:
            raise Killed

    batch = handed_in(FIRST)
    with monkeypatch.context() as patched:
        patched.setattr(lines.Remembering, "end", die)
        with pytest.raises(Killed):
            worked_on(batch)
    assert ContractParty.objects.count() == 2
    assert (worked_on(batch).records, worked_on_lines(batch)) == ({"taken": 3}, 3)


def test_lines_of_a_batch_that_failed_or_is_not_done_stand_for_nothing():
    imported(FIRST)
    ImportBatch.objects.update(state="failed")
    assert worked_on_lines(imported(FIRST)) == 3


def test_lines_that_name_one_contract_twice_are_worked_on_together(monkeypatch):
    monkeypatch.setattr("procurement.imports.reading.PORTION", 2)
    imported(HEAD + "A0,Maker,2020-01-31,1,\nA1,Maker,2020-01-31,1,\n")
    twice = HEAD + "A0,Maker,2020-01-31,1,\nA1,Maker,2020-01-31,1,\nA2,Maker,2020-01-31,5,\nA2,Maker,2020-01-31,6,\n"
    expected = in_full(twice)
    batch = imported(twice)
    assert (told(batch), batch.records["refused"]) == (expected, 1)
    assert told(imported(twice)) == in_full(twice)
