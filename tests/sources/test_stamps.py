"""When this service learnt what: the database says so, once per transaction."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.sources.models import Recheck
from procurement.sources.recording import historical
from tests.makers import day, decide, make_contract, make_program, make_source, post

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_a_time_that_the_client_sends_is_ignored():
    contract, source = make_contract(), make_source()
    row = LedgerEntry(contract=contract, measure="ceiling", amount=1, effective_on=day("2020-01-01"), source=source)
    row.published_on = day("2020-01-01")
    row.recorded_at = LONG_AGO
    LedgerEntry.objects.bulk_create([row])
    assert LedgerEntry.objects.get(pk=row.pk).recorded_at > timezone.now() - dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_descriptive_rows_are_stamped_too():
    row = Organization.objects.create(name="X", match_key="x", created_at=LONG_AGO)
    row.refresh_from_db()
    assert row.created_at > LONG_AGO


@pytest.mark.django_db
def test_one_transaction_is_one_moment():
    contract = make_contract(committed="10", paid="5")
    assert len({*LedgerEntry.objects.values_list("recorded_at", flat=True), contract.created_at}) <= 2
    assert LedgerEntry.objects.values("recorded_at").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_later_transactions_are_later_moments():
    contract = make_contract()
    times = [post(contract, "1", source_key=key).recorded_at for key in "abc"]
    assert times == sorted(set(times))


@pytest.mark.django_db(transaction=True)
def test_a_moment_is_not_before_the_transaction_that_took_it():
    contract = make_contract()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05), clock_timestamp()")
            row = cursor.fetchone()
        assert post(contract, "1").recorded_at > row[1]


@pytest.mark.django_db
def test_every_fact_leaves_a_note_in_its_own_transaction():
    with transaction.atomic():
        change = decide(make_program(), "suspended")
        note = Recheck.objects.get(fact_table="procurement_statuschange", fact_id=change.pk)
        assert (note.program_id, note.contract_id, note.historical) == (change.program_id, None, False)
        transaction.set_rollback(True)
    assert not Recheck.objects.exists()


@pytest.mark.django_db
def test_a_note_about_a_contract_names_it():
    entry = post(make_contract(make_program()), "1")
    note = Recheck.objects.get(fact_table="procurement_ledgerentry")
    assert (note.contract_id, note.fact_id) == (entry.contract_id, entry.pk)


@pytest.mark.django_db
def test_history_is_marked_as_long_as_it_is_posted():
    contract = make_contract()
    Recheck.objects.all().delete()
    with historical():
        post(contract, "1")
    post(contract, "2")
    assert list(Recheck.objects.order_by("id").values_list("historical", flat=True)) == [True, False]
