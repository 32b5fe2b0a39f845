"""Triggers ask in plain SQL whether they are ignored, whatever installs one, and are ignored where they are told to.

History too asks for its context without a subtransaction.
"""

import pghistory
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from pgtrigger import registry

from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Recheck
from procurement.sources.reversing import copied
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


def test_after_all_migrations_history_asks_for_its_context_without_a_subtransaction():
    (body,) = ask("SELECT prosrc FROM pg_proc WHERE proname = '_pgh_attach_context'")
    assert "EXCEPTION" not in body


@pytest.mark.parametrize("left_behind", ["", None], ids=["of an earlier transaction", "of none"])
def test_history_has_the_context_of_its_block_and_none_before_it(left_behind):
    if left_behind is not None:
        ask("SELECT set_config('pghistory.context_id', '', true)")
    events = apps.get_model("procurement", "ContractEvent")
    before = make_contract()
    with pghistory.context(user=1):
        inside = make_contract()
    contexts = dict(events.objects.values_list("pgh_obj", "pgh_context__metadata"))
    assert (contexts[before.pk], contexts[inside.pk]["user"]) == (None, 1)
