"""Saved column mappings: found by name and by headings, and kept with the batches that they read."""

from typing import Any

import pytest
from django.apps import apps

from procurement.common.errors import Conflict, Refused
from procurement.contracts.models import Contract
from procurement.imports.batches.undoing import request_undo
from procurement.imports.mappings import change_mapping, mapping_of, save_mapping
from procurement.imports.models import ColumnMapping, ImportBatch
from procurement.ledger.models import LedgerEntry
from tests.imports.arms_list import ROWS, arms_mapping, text
from tests.imports.formats.test_mapped import PAYMENTS, payments_mapping
from tests.imports.orders import handed_in, imported, orders, worked_on
from tests.racing import at_once

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
LIST = text(*ROWS)
PAID = PAYMENTS + "K1,Army,Firm,Boat,03/04/2020,5,EUR,10\n"


def saved(given: dict[str, Any]) -> ColumnMapping:
    return save_mapping(ColumnMapping(**given), by=None)


def test_a_file_with_its_headings_is_recognised_as_it():
    saved(arms_mapping())
    batch = imported(LIST, "register.csv")
    assert (batch.format, batch.options["mapping"]["name"], batch.records) == ("mapped", "Arms register", {"taken": 3})
    assert Contract.objects.filter(signed_precision="year", currency="USD").count() == 3
    assert not LedgerEntry.objects.exists()


def test_the_same_list_again_changes_nothing():
    saved(arms_mapping())
    imported(LIST, "register.csv")
    assert imported(LIST, "register.csv").records == {"unchanged": 3}


def test_one_mapping_of_several_with_the_same_headings_must_be_named():
    saved(arms_mapping())
    saved(arms_mapping(name="Other register"))
    with pytest.raises(Refused, match="choose “Arms register” or “Other register”"):
        handed_in(LIST, "register.csv")
    batch = imported(LIST, "register.csv", options={"mapping": "Other register"})
    assert batch.options["mapping"]["prefix"] == "OTHER-REGISTER"


def test_an_unknown_name_lists_those_that_there_are():
    saved(arms_mapping())
    with pytest.raises(Refused, match="accepted: Arms register"):
        handed_in(LIST, "register.csv", format="mapped", options={"mapping": "nothing"})


def test_a_whole_mapping_is_tried_without_saving_it():
    batch = imported(LIST, "register.csv", format="mapped", options={"mapping": arms_mapping()}, dry_run=True)
    assert (batch.records, ColumnMapping.objects.count(), Contract.objects.count()) == ({"taken": 3}, 0, 0)


def test_a_changed_mapping_corrects_only_what_differs():
    row = saved(payments_mapping())
    imported(PAID, "paid.csv")
    row.columns[5]["unit"] = 1_000_000
    change_mapping(row, ["columns"])
    batch = imported(PAID, "paid.csv")
    standing = LedgerEntry.objects.filter(reverses=None, reversed_by=None)
    assert dict(standing.values_list("measure", "amount")) == {"commitment": 5_000_000, "payment": 10}
    assert (batch.warnings, Contract.objects.count()) == ({"corrected": 1}, 1)


def test_a_batch_keeps_the_mapping_that_it_was_read_by():
    row = saved(payments_mapping())
    batch = handed_in(PAID, "paid.csv")
    row.columns[5]["unit"] = 1_000_000
    change_mapping(row, ["columns"])
    worked_on(batch)
    assert LedgerEntry.objects.get(measure="commitment").amount == 5_000
    assert ImportBatch.objects.get().options["mapping"]["columns"][5]["unit"] == 1000


def test_a_list_is_taken_back():
    saved(arms_mapping())
    batch = imported(LIST, "register.csv")
    request_undo(batch.pk, by=None)
    worked_on(batch)
    assert (batch.state, Contract.objects.count()) == ("undone", 0)


def test_names_are_given_once():
    saved(arms_mapping())
    with pytest.raises(Conflict, match="another mapping has the name"):
        saved(arms_mapping())


@pytest.mark.django_db(transaction=True)
def test_two_that_save_one_name_at_once_make_one():
    def save() -> bool:
        try:
            return bool(saved(arms_mapping()))
        except Conflict:
            return False

    assert sorted(at_once(save, save)) == [False, True]


def test_what_is_wrong_is_refused_and_stores_nothing():
    row = saved(arms_mapping())
    row.key = []
    with pytest.raises(Refused, match="key"):
        change_mapping(row, ["key"])
    row.refresh_from_db()
    assert mapping_of(row).key == tuple(arms_mapping()["key"])


def test_its_history_is_kept():
    row = saved(arms_mapping())
    row.name = "Register"
    change_mapping(row, ["name"])
    events = apps.get_model("procurement", "ColumnMappingEvent").objects.filter(pgh_obj=row.pk).order_by("pgh_id")
    assert list(events.values_list("name", "prefix")) == [
        ("Arms register", "ARMS-REGISTER"),
        ("Register", "ARMS-REGISTER"),
    ]
