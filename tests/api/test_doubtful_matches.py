"""Doubtful matches through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.imports.models import DoubtfulMatch
from tests.imports.orders import imported, orders
from tests.imports.test_matching import order
from tests.makers import make_supplier

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


@pytest.fixture
def pair(orders):
    """Maker Inc., and Maker, which a file names."""
    make_supplier("Maker Inc.")
    imported(order(ids="US-UEI:ABC123DEF456"))
    return DoubtfulMatch.objects.get()


def test_both_stand_side_by_side(analyst, pair):
    (row,) = analyst.rows("doubtful-matches/?state=open&why=legal_form")
    assert (row["id"], row["organization_name"], row["candidate_name"]) == (pair.pk, "Maker", "Maker Inc.")
    assert row["organization_identifiers"] == [{"scheme": "US-UEI", "value": "ABC123DEF456"}]
    assert (row["candidate_identifiers"], row["decided_by"]) == ([], None)


def test_it_is_decided_once(analyst, pair):
    path = f"doubtful-matches/{pair.pk}/decide/"
    answer = analyst.post(path, {"decision": "different", "note": "another address"})
    assert (answer.status_code, answer.json()["state"], answer.json()["decided_by"]) == (200, "different", "an-analyst")
    assert analyst.rows("doubtful-matches/?state=open") == []
    assert analyst.post(path, {"decision": "same", "note": "x"}).status_code == 409
    assert analyst.post("doubtful-matches/999/decide/", {"decision": "same", "note": "x"}).status_code == 404


def test_the_same_merges_them(analyst, pair):
    source = {"url": "https://example.org/merged", "title": "Register"}
    body = {"decision": "same", "note": "one address", "source": source}
    assert analyst.post(f"doubtful-matches/{pair.pk}/decide/", body).json()["state"] == "same"
    (link,) = analyst.rows("organization-links/")
    assert (link["organization"], link["other"], link["kind"]) == (pair.organization_id, pair.candidate_id, "same_as")


def test_what_is_wrong_with_a_decision_is_named(analyst, pair):
    path = f"doubtful-matches/{pair.pk}/decide/"
    assert analyst.errors(path, {"decision": "maybe", "note": "x"})["decision"] == ["accepted: same, different"]
    assert list(analyst.errors(path, {"decision": "different", "note": ""})) == ["note"]
    assert list(analyst.errors(path, {"decision": "same", "note": "x"})) == ["source"]


def test_only_analysts_decide_and_nobody_reads_without_a_name(reader, anonymous, pair):
    body = {"decision": "different", "note": "x"}
    assert reader.post(f"doubtful-matches/{pair.pk}/decide/", body).status_code == 403
    assert [caller.get("doubtful-matches/").status_code for caller in (reader, anonymous)] == [200, 401]


def test_the_list_takes_a_fixed_number_of_queries(analyst, pair):
    taken = []
    analyst.rows("doubtful-matches/")  # the first use of a token within a minute is noted
    for number in range(2):
        imported(order(f"Maker LLC{' Ltd' * number}", name=f"B{number}"))
        with CaptureQueriesContext(connection) as found:
            assert len(analyst.rows("doubtful-matches/")) > 1
        taken.append(len(found))
    assert len(set(taken)) == 1
