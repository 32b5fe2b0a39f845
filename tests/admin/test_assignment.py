"""Assignment rules in the admin."""

import pytest

from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.models import ImportBatch
from tests.admin.conftest import signed_in
from tests.imports.test_assignment import make_rule
from tests.makers import make_contract, make_program, make_source

pytestmark = pytest.mark.django_db
PAGE = "/admin/procurement/assignmentrule/"


def typed(**more):
    given = {"field": "title", "test": "contains", "text": "radar", "from_on": "", "note": ""}
    return given | {"program": make_program("shore").pk, "source": make_source().pk} | more


def test_a_rule_is_entered():
    answer = signed_in("analyst").post(f"{PAGE}add/", typed(is_on="on"))
    assert answer.status_code == 302, answer.content.decode()
    rule = AssignmentRule.objects.get()
    assert (rule.text, rule.is_on, rule.entered_by.username) == ("radar", True, rule.entered_by.username)


def test_a_bad_expression_is_named_and_nothing_stored():
    answer = signed_in("analyst").post(f"{PAGE}add/", typed(test="regex", text="("))
    assert "is no regular expression" in answer.content.decode()
    assert not AssignmentRule.objects.exists()


def test_it_is_tried_and_applied():
    make_contract(title="Radar of the coast")
    rule = make_rule()
    client = signed_in("analyst")
    text = client.get(f"{PAGE}{rule.pk}/try_and_apply/").content.decode()
    assert "It would assign 1 contracts" in text
    assert "Radar of the coast" in text
    assert not ImportBatch.objects.exists()
    assert client.post(f"{PAGE}{rule.pk}/try_and_apply/", {"x": ""}).status_code == 302
    assert ImportBatch.objects.get().options["rule"] == rule.pk


def test_a_reader_applies_nothing():
    rule = make_rule()
    assert signed_in("reader").post(f"{PAGE}{rule.pk}/try_and_apply/", {}).status_code == 403
    assert not ImportBatch.objects.exists()
