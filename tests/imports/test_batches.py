"""Batches: the record of one file."""

from pathlib import Path

import pytest

from procurement.common.errors import BadSource, Refused
from procurement.contracts.models import Contract, ContractParty
from procurement.imports.batches import running as batches
from procurement.imports.batches import stored_account
from procurement.imports.batches.kept_files import keep, path_of
from procurement.imports.batches.running import MOST_ATTEMPTS, run_next
from procurement.imports.models import BatchRows, ImportBatch
from procurement.imports.posting import post as posting
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import fact_models
from tests.imports.orders import FIRST, HEAD, analyst, handed_in, imported, orders, said, worked_on
from tests.imports.texts import WHOLE
from tests.racing import at_once

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


def facts() -> int:
    return sum(model._base_manager.count() for model in fact_models())


def test_a_file_is_read_and_its_account_is_kept():
    batch = imported(FIRST, by=analyst())
    assert (batch.state, batch.format, batch.size, batch.bytes_read) == ("done", "orders", len(FIRST), len(FIRST))
    assert batch.tables["ledger_entries"] == {"read": 3, "taken": 3, "unchanged": 0, "refused": 0}
    assert batch.records == {"taken": 3}
    assert batch.counts["read"] == sum(batch.counts[outcome] for outcome in ("taken", "unchanged", "refused"))
    assert LedgerEntry.objects.filter(entered_by__username="ana").count() == 3


def test_the_same_file_again_is_another_batch_that_changes_nothing():
    first = imported(FIRST)
    before = facts()
    again = imported(FIRST)
    assert again.pk != first.pk
    assert (facts(), again.records, again.warnings) == (before, {"unchanged": 3}, {})


def test_a_refusal_is_told_with_line_column_value_and_reason():
    batch = imported(FIRST + "A4,Maker,2020-01-31,1.001,\n")
    (issue,) = batch.issues.all()
    assert (issue.kind, issue.line, issue.column, issue.value) == ("refusal", 5, "amount", "1.001")
    assert "at most" in issue.reason
    assert (batch.refusals, batch.records) == (1, {"taken": 3, "refused": 1})


def test_of_each_kind_of_warning_the_first_are_kept_and_all_counted(monkeypatch):
    monkeypatch.setattr(stored_account, "EXAMPLES", 2)
    batch = imported(HEAD + "".join(f"A{number},odd,2020-01-31,{number},\n" for number in range(1, 6)))
    assert batch.warnings["odd maker"] == 5
    assert batch.issues.filter(warning="odd maker").count() == 2


def test_a_signed_off_value_that_no_column_holds_is_written_out():
    batch = imported(HEAD + "A1,Ma\0ker,2020-01-31,100,\n")
    assert "Ma␀ker" in batch.issues.first().value


def test_new_rows_know_their_batch():
    batch = imported(FIRST)
    noted = {rows.table_name: len(rows.ids) for rows in BatchRows.objects.filter(batch=batch)}
    assert noted == {
        "procurement_organization": 3, "procurement_document": 1, "procurement_contract": 3,
        "procurement_contractparty": 3, "procurement_ledgerentry": 3,
    }  # fmt: skip


def test_a_row_that_a_person_enters_belongs_to_no_batch():
    imported(FIRST)
    before = BatchRows.objects.count()
    imported(FIRST)
    assert BatchRows.objects.count() == before


def test_a_portfolio_is_a_file_too():
    batch = imported(WHOLE, "a.yaml")
    assert (batch.format, batch.counts["taken"], batch.refusals) == ("portfolio", 25, 0)


@pytest.mark.parametrize(
    ("content", "more", "said_of_it"),
    [
        (b"", {}, "is empty"),
        (b"\x00\x01", {}, "or name its format"),
        (FIRST, {"format": "abacus"}, "there is no format"),
        (FIRST, {"options": {"colour": "red"}}, "options.colour: is unknown; accepted: title"),
        (FIRST, {"name": "x" * 300 + ".csv"}, "1 to 255 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_at_the_door(content, more, said_of_it):
    with pytest.raises(Refused, match=said_of_it):
        handed_in(content, **more)
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(settings):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(Refused, match="more than 10 bytes"):
        keep([b"123456", b"789012"])
    assert not list(Path(settings.IMPORT_FOLDER).iterdir())


def test_a_full_disk_is_named(settings, monkeypatch):
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("procurement.common.disk.os.fsync", full)
    with pytest.raises(BadSource, match="No space left on device"):
        keep([b"a"])


def test_a_kept_file_that_is_gone_fails_the_batch():
    batch = handed_in(FIRST)
    path_of(batch.sha256).unlink()
    assert worked_on(batch).state == "failed"
    assert "no longer in the folder" in batch.failure


def test_a_file_that_breaks_off_is_done_with_a_refusal():
    batch = imported(FIRST.encode() + "A4,防衛,2020-01-31,1,\n".encode("shift_jis"))
    assert (batch.state, batch.records) == ("done", {"taken": 3})
    assert "is not UTF-8 text" in said(batch, "refusal")[0]


def test_a_fault_of_a_format_fails_the_batch_and_is_not_met_again(monkeypatch):
    monkeypatch.setattr(batches, "post_offered", lambda *_: 1 / 0)
    batch = imported(FIRST)
    assert (batch.state, run_next()) == ("failed", False)
    assert batch.failure == "an unexpected error, which was logged: ZeroDivisionError"


def test_a_batch_that_always_kills_its_process_is_given_up():
    batch = handed_in(FIRST)
    ImportBatch.objects.update(attempts=MOST_ATTEMPTS, state="running")
    assert (worked_on(batch).state, batch.attempts) == ("failed", MOST_ATTEMPTS)


@pytest.mark.parametrize("dies_in", ["contracts", "contract_parties", "ledger_entries"])
def test_a_batch_that_was_broken_off_ends_as_if_it_had_not_been(monkeypatch, dies_in):
    class Killed(BaseException):
        pass

    real = posting._Posting.post_table

    def post_table(self, table):
        real(self, table)
        if table == dies_in and self.attribution.is_resumed is False:
            raise Killed

    whole = FIRST + "A4,Maker,2020-01-31,1.001,\n"
    monkeypatch.setattr(posting._Posting, "post_table", post_table)
    monkeypatch.setattr("procurement.imports.reading.PORTION", 2)
    batch = handed_in(whole)
    with pytest.raises(Killed):
        run_next()
    assert ImportBatch.objects.get().state == "running"
    worked_on(batch)
    assert (batch.state, batch.attempts) == ("done", 2)
    assert batch.tables["ledger_entries"] == {"read": 4, "taken": 3, "unchanged": 0, "refused": 1}
    assert (batch.tables["contracts"]["taken"], batch.records) == (4, {"taken": 3, "refused": 1})
    assert (Contract.objects.count(), ContractParty.objects.count(), len(said(batch, "refusal"))) == (4, 4, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_the_work_once():
    handed_in(FIRST)
    handed_in(FIRST.replace("A", "B"))

    def work() -> int:
        done = 0
        while ImportBatch.objects.waiting().exists():
            done += run_next()
        return done

    assert sum(at_once(work, work)) == 2
    assert (LedgerEntry.objects.count(), set(ImportBatch.objects.values_list("attempts", flat=True))) == (6, {1})


def test_two_files_that_overlap_do_not_double():
    imported(FIRST)
    later = imported(FIRST + "A4,Maker,2020-03-31,400,\n", options={"title": "Orders, next month"})
    assert (LedgerEntry.objects.count(), later.warnings, later.refusals) == (4, {}, 0)
    assert later.tables["ledger_entries"] == {"read": 4, "taken": 1, "unchanged": 3, "refused": 0}
