"""Batches in the admin."""

import pytest

from procurement.imports.models import ImportBatch
from tests.admin.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/procurement/importbatch/"


def batch(state="done", **more):
    given = {"file_name": "a.csv", "sha256": "0" * 64, "size": 1, "format": "orders", "state": state}
    return ImportBatch.objects.create(**given | more)


@pytest.mark.parametrize(("role", "state"), [("reader", "done"), ("analyst", "undoing")])
def test_analysts_take_batches_back(role, state):
    done = batch()
    signed_in(role).post(PAGE, {"action": "take_back", "_selected_action": [done.pk]})
    done.refresh_from_db()
    assert done.state == state


def test_one_that_cannot_be_taken_back_is_named():
    waits = batch("received")
    answer = signed_in("analyst").post(PAGE, {"action": "take_back", "_selected_action": [waits.pk]}, follow=True)
    assert "one that is done or failed can be taken back" in answer.content.decode()


def test_nobody_edits_one():
    administrator = signed_in("administrator")
    assert administrator.get(f"{PAGE}add/").status_code == 403
    assert 'name="_save"' not in administrator.get(f"{PAGE}{batch().pk}/change/").content.decode()
