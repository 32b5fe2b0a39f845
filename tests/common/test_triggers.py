"""Triggers ask in plain SQL whether they are ignored, whatever installs one, and are ignored where they are told to."""

import pgtrigger
import pytest
from django.db import connection
from pgtrigger import registry

from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Recheck
from procurement.sources.recording import copied
from tests.makers import make_contract, post

pytestmark = pytest.mark.django_db

LANGUAGE = """
SELECT l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.proname = '_pgtrigger_should_ignore'
"""


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]


def test_after_all_migrations_it_is_asked_in_plain_sql():
    assert ask(LANGUAGE) == ["sql"]


def test_installing_a_trigger_anew_leaves_it_so():
    for model, trigger in registry.registered("procurement.LedgerEntry:append_only"):
        trigger.install(model)
    assert ask(LANGUAGE) == ["sql"]


def test_a_trigger_is_ignored_inside_the_block_that_says_so_and_no_further():
    first = post(make_contract(), "1")
    unseen, seen = (copied(first, amount=amount) for amount in (2, 3))
    with pgtrigger.ignore("procurement.LedgerEntry:leave_recheck"):
        unseen.save()
    seen.save()
    noted = Recheck.objects.filter(fact_table=LedgerEntry._meta.db_table).values_list("fact_id", flat=True)
    assert {first.pk, seen.pk} <= set(noted)
    assert unseen.pk not in noted
