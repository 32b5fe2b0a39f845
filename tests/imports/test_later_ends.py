"""Later news of when contracts end, in files that come one after another."""

import datetime as dt

import pghistory
import pytest
from django.apps import apps
from django.contrib.auth.models import User

from procurement.contracts.models import Contract
from procurement.contracts.recording import change_contract
from procurement.flags.models import Flag
from procurement.imports.models import ImportBatch, StatedEnd
from procurement.imports.posting import post as posting
from tests.imports.orders import handed_in, imported, orders, said, worked_on
from tests.imports.test_undoing import undone
from tests.makers import day, make_contract, make_source

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

HEAD = "order,maker,day,amount,program,ends,said,precision,starts\n"


def order(ends: str, said_on: str = "", name: str = "A1", more: str = ",") -> str:
    """An order whose record of a day says when it ends."""
    return f"{name},Maker,2020-01-31,100,,{ends},{said_on},{more}\n"


def file(ends: str, said_on: str = "", **more: str) -> str:
    return HEAD + order(ends, said_on, **more)


def ending(name: str = "A1") -> str:
    found = Contract.objects.get(reference=name).ends_on
    return found.isoformat() if found else ""


def by_hand(ends: str) -> None:
    """A person sets the end of the contract."""
    with pghistory.context(user=User.objects.get_or_create(username="ana")[0].pk):
        contract = Contract.objects.get()
        contract.ends_on = day(ends)
        change_contract(contract, ["ends_on"])


EARLY, LATE = file("2021-03-31", "2020-02-01"), file("2022-03-31", "2020-09-01")


def test_a_newer_record_says_when_a_contract_ends_now():
    imported(EARLY)
    batch = imported(LATE)
    assert (ending(), batch.warnings) == ("2022-03-31", {"updated": 1})
    contract = Contract.objects.get()
    both = "ends_on: 2022-03-31 given, by a record of 2020-09-01, 2021-03-31 stored before"
    assert f"updates contract {contract.pk} ({both})" in said(batch, "warning")[0]
    assert batch.tables["contracts"] == {"read": 1, "taken": 1, "unchanged": 0, "refused": 0}


def test_it_may_end_earlier_too_and_less_exactly():
    imported(LATE)
    imported(file("2021-03-31", "2020-12-01", more="month,"))
    assert (ending(), Contract.objects.get().ends_precision) == ("2021-03-31", "month")


def test_a_second_load_changes_nothing_and_neither_does_the_older_file():
    imported(EARLY)
    imported(LATE)
    events = apps.get_model("procurement", "ContractEvent").objects.count()
    words = StatedEnd.objects.count()
    for text in (LATE, EARLY):
        batch = imported(text)
        assert (ending(), batch.records, batch.warnings) == ("2022-03-31", {"unchanged": 1}, {})
    assert apps.get_model("procurement", "ContractEvent").objects.count() == events
    assert StatedEnd.objects.count() == words


def test_an_older_file_that_comes_later_is_a_remark():
    imported(LATE)
    batch = imported(EARLY)
    assert (ending(), batch.warnings) == ("2022-03-31", {"differs from the stored row": 1})
    assert "a newer record says so" in said(batch, "warning")[0]


def test_without_any_day_the_stored_end_stays():
    imported(file("2021-03-31"))
    batch = imported(file("2022-03-31"))
    assert (ending(), batch.warnings) == ("2021-03-31", {"differs from the stored row": 1})
    assert "nothing says which of the two is newer" in said(batch, "warning")[0]


def test_a_record_that_is_published_again_corrects_what_it_said():
    imported(EARLY)
    batch = imported(file("2021-04-30", "2020-02-01"))
    assert (ending(), batch.warnings) == ("2021-04-30", {"updated": 1})
    assert (imported(EARLY).warnings, ending()) == ({}, "2021-04-30")


def test_a_record_that_confirms_the_end_makes_it_newer():
    imported(EARLY)
    imported(file("2021-03-31", "2020-12-01"))
    assert (imported(LATE).warnings, ending()) == ({"differs from the stored row": 1}, "2021-03-31")


def test_an_end_is_taken_where_none_was_known():
    imported(file(""))
    batch = imported(file("2022-03-31"))
    assert (ending(), batch.warnings) == ("2022-03-31", {"updated": 1})
    undone(batch)
    assert ending() == ""


def test_within_one_file_the_newest_record_counts_whatever_the_order(monkeypatch):
    monkeypatch.setattr("procurement.imports.reading.PORTION", 1)
    lines = [order("2021-03-31", "2020-02-01"), order("2023-03-31", "2020-12-01"), order("2022-03-31", "2020-09-01")]
    batch = imported(HEAD + "".join(lines))
    assert ending() == "2023-03-31"
    assert "updated" not in batch.warnings


def test_the_history_of_the_row_keeps_the_batch():
    imported(EARLY)
    batch = imported(LATE)
    event = apps.get_model("procurement", "ContractEvent").objects.order_by("pgh_id").last()
    assert (event.ends_on, event.pgh_context.metadata) == (dt.date(2022, 3, 31), {"import_batch": batch.pk})


def test_what_a_person_changed_waits_for_a_person():
    imported(EARLY)
    by_hand("2021-06-30")
    batch = imported(LATE)
    assert (ending(), batch.queued, batch.tables["contracts"]["refused"]) == ("2021-06-30", 1, 1)
    (issue,) = batch.issues.filter(kind="queued")
    assert (issue.line, issue.column, issue.value) == (2, "ends", "2022-03-31")
    assert "ends_on: 2022-03-31 given, 2021-06-30 stored" in issue.reason
    assert imported(EARLY).queued == 0


def test_a_person_who_changed_something_else_does_not_stop_the_news():
    imported(EARLY)
    with pghistory.context(user=User.objects.create(username="ana").pk):
        contract = Contract.objects.get()
        contract.title = "Radar"
        change_contract(contract, ["title"])
    imported(LATE)
    assert (ending(), Contract.objects.get().title) == ("2022-03-31", "Radar")


def test_a_contract_that_a_person_entered_stays():
    imported(EARLY)
    made = make_contract(
        buyer=Contract.objects.get().buyer, reference="A9", ends_on=day("2020-12-31"), source=make_source("2019-10-31")
    )
    batch = imported(file("2022-03-31", "2020-09-01", name="A9"))
    assert ending("A9") == "2020-12-31"
    assert f"stored by a person, which stays; edit contract {made.pk}" in " ".join(said(batch, "warning"))


def test_an_end_before_the_stored_start_is_not_taken():
    imported(file("2021-03-31", "2020-02-01", more=",2020-02-01"))
    batch = imported(file("2020-01-31", "2020-09-01"))
    assert (ending(), batch.refusals) == ("2021-03-31", 0)
    assert "the contract starts on 2020-02-01" in said(batch, "warning")[0]


# taken back


def test_undo_restores_the_end_that_the_earlier_file_gave():
    imported(EARLY)
    batch = undone(imported(LATE))
    assert (ending(), batch.taken_back["restored"]) == ("2021-03-31", {"contract": 1})
    assert imported(LATE).warnings["updated"] == 1


def test_undo_in_another_order_restores_what_still_stands():
    imported(EARLY)
    second = imported(LATE)
    third = imported(file("2023-03-31", "2020-12-01"))
    undone(second)
    assert ending() == "2023-03-31"
    undone(third)
    assert ending() == "2021-03-31"


def test_an_older_file_that_came_later_counts_when_the_newer_one_is_taken_back():
    imported(EARLY)
    latest = imported(file("2023-03-31", "2020-12-01"))
    imported(LATE)
    undone(latest)
    assert ending() == "2022-03-31"


def test_undo_leaves_what_a_person_changed_since_and_names_it():
    imported(EARLY)
    batch = imported(LATE)
    by_hand("2024-03-31")
    undone(batch)
    assert (ending(), batch.taken_back["restored"]) == ("2024-03-31", {})
    contract = Contract.objects.get()
    assert f"contract {contract.pk} ends_on: was changed by a person since: that stays" in said(batch, "undo")[0]


def test_a_contract_that_returns_has_the_end_of_the_file_that_names_it():
    undone(imported(LATE))
    batch = imported(EARLY)
    assert (ending(), batch.warnings) == ("2021-03-31", {})


def test_a_batch_that_was_broken_off_says_again_what_it_updated(monkeypatch):
    class Killed(BaseException):
        pass

    real = posting._Posting.post_table

    def post_table(self, table):
        real(self, table)
        if table == "contracts" and self.attribution.is_resumed is False:
            raise Killed

    imported(EARLY)
    batch = handed_in(LATE)
    with monkeypatch.context() as patch:
        patch.setattr(posting._Posting, "post_table", post_table)
        with pytest.raises(Killed):
            worked_on(batch)
    assert (worked_on(batch).warnings, ending()) == ({"updated": 1}, "2022-03-31")
    assert batch.tables["contracts"]["taken"] == 1


def test_a_preview_shows_it_and_changes_nothing():
    imported(EARLY)
    batch = worked_on(handed_in(LATE, dry_run=True))
    assert (ending(), batch.warnings, batch.state) == ("2021-03-31", {"updated": 1}, ImportBatch.State.DONE)
    assert not Flag.objects.exists()
