"""Triggers are never ignored, whatever installs one, and whatever a session says.

History too asks for its context without a subtransaction.
"""

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from pgtrigger import registry

from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Recheck
from procurement.sources.reversing import copied
from tests.makers import make_contract, post

pytestmark = pytest.mark.django_db

BODY = "SELECT btrim(prosrc) FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'"


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]


def test_after_all_migrations_none_is_ignored():
    assert ask(BODY) == ["SELECT false"]


def test_installing_a_trigger_anew_leaves_it_so():
    for model, trigger in registry.registered("procurement.LedgerEntry:append_only"):
        trigger.install(model)
    assert ask(BODY) == ["SELECT false"]


def test_no_trigger_is_ignored_whatever_the_session_says():
    first = post(make_contract(), "1")
    ask("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger")
    second = copied(first, amount=2)
    second.save()
    noted = Recheck.objects.filter(fact_table=LedgerEntry._meta.db_table).values_list("fact_id", flat=True)
    assert {first.pk, second.pk} <= set(noted)
    second.refresh_from_db()
    assert second.recorded_at == first.recorded_at  # one transaction, one moment


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
