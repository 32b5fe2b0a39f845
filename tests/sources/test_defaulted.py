"""Publication dates that nobody had stated: listed, made unknown, and brought back by the migration's way back."""

import csv
import io
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.programs.models import StatusChange
from procurement.sources.models import DefaultedDate, StaleMark
from procurement.sources.recording import Amending
from tests.makers import day, decide, make_contract, make_program, make_source, post

RETRIEVED = datetime(2026, 11, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(way):
    """Run the migration's forget or restore on the database as it is; other migrations may stand on top of it."""
    (key,) = [key for key in MigrationLoader(connection).disk_migrations if key[1].endswith("unknown_publication")]
    migration = import_module(f"procurement.migrations.{key[1]}")
    with connection.schema_editor() as editor:
        getattr(migration, way)(apps, editor)


@pytest.fixture
def contract():
    return make_contract()


def listed():
    out = io.StringIO()
    call_command("list_defaulted_dates", stdout=out, stderr=io.StringIO())
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def dates():
    return dict(LedgerEntry.objects.order_by("pk").values_list("pk", "published_on"))


def retrieved():
    return make_source(None, retrieved_at=RETRIEVED)


CASES = [
    # the source's date, when it was retrieved, the fact's date -> whether it was only defaulted
    (None, RETRIEVED, "2026-11-01", "retrieved"),
    (None, RETRIEVED, "2026-11-02", None),
    (None, None, "today", "recorded"),
    (None, None, "2020-01-31", None),
    ("2020-02-29", RETRIEVED, "2026-11-01", None),
    ("2020-02-29", None, "today", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "retrieved_at", "published", "why"), CASES)
def test_only_a_date_that_nobody_stated_becomes_unknown(contract, source, retrieved_at, published, why):
    on = timezone.localdate() if published == "today" else day(published)
    row = post(contract, "1", source=make_source(source, retrieved_at=retrieved_at), published_on=on)
    found = [(each["id"], each["published_on"], each["subject"]) for each in listed()]
    assert found == ([(str(row.pk), str(on), f"contract {contract.reference}")] if why else [])
    assert all(why in each["why"] for each in listed())
    migrate("forget")
    assert dates()[row.pk] == (None if why else on)
    assert listed() == []


def test_every_fact_table_is_looked_at_and_the_way_back_is_exact(contract):
    on = RETRIEVED.date()
    decided = decide(make_program("x"), "suspended", source=retrieved(), published_on=on)
    post(contract, "1", source=retrieved(), published_on=on)
    before = dates()
    assert {row["fact_table"] for row in listed()} == {"procurement_ledgerentry", "procurement_statuschange"}
    migrate("forget")
    decided.refresh_from_db()
    assert (decided.published_on, DefaultedDate.objects.count(), set(dates().values())) == (None, 2, {None})
    migrate("restore")
    assert (dates(), StatusChange.objects.get().published_on) == (before, on)
    assert not DefaultedDate.objects.exists()


def test_what_takes_such_a_row_back_or_corrects_it_becomes_unknown_with_it(contract):
    row = post(contract, "1", source=retrieved(), source_key="k", published_on=RETRIEVED.date())
    # as earlier versions did it: never before the row itself
    amending = Amending(make_source("2020-05-01"), published_on=RETRIEVED.date())
    corrected = ledger_entries.correct(row, amending, {"amount": 2}).fact
    ledger_entries.reverse(corrected, amending)
    assert {each["why"].partition(";")[0] for each in listed()[1:]} == {
        "the day of the row that it takes back or corrects"
    }
    before = dates()
    migrate("forget")
    assert (len(before), set(dates().values())) == (4, {None})
    migrate("restore")
    assert dates() == before


def test_a_reversal_with_a_date_of_its_own_keeps_it(contract):
    row = post(contract, "1", source=retrieved(), published_on=RETRIEVED.date())
    back = ledger_entries.reverse(row, Amending(make_source("2026-11-05")))
    migrate("forget")
    assert dates() == {row.pk: None, back.pk: day("2026-11-05")}


def test_the_way_back_dates_what_was_posted_without_a_date_since(contract):
    migrate("forget")
    today = timezone.localdate()
    alone = post(contract, "1", source=make_source(None))
    undone = post(contract, "2", source=make_source(None))
    dated = post(contract, "4", source=make_source("2020-01-01"))
    back = ledger_entries.reverse(undone, Amending(make_source("2020-05-01")))
    later = ledger_entries.reverse(dated, Amending(make_source(None)))
    migrate("restore")
    told = day("2020-05-01")
    assert dates() == {alone.pk: today, undone.pk: told, dated.pk: day("2020-01-01"), back.pk: told, later.pk: today}


def test_facts_are_append_only_again_and_kept_totals_look_anew(contract):
    row = post(contract, "1", source=retrieved(), published_on=RETRIEVED.date())
    migrate("forget")
    assert StaleMark.objects.filter(kind="everything").exists()
    with pytest.raises(Exception, match="holds facts: UPDATE is refused"):
        LedgerEntry.objects.filter(pk=row.pk).update(published_on=day("2020-01-01"))
