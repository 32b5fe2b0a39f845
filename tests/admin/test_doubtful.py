"""Doubtful matches in the admin."""

import pytest

from procurement.imports.models import DoubtfulMatch
from procurement.parties.models import OrganizationLink
from tests.admin.conftest import signed_in
from tests.imports.orders import imported, orders
from tests.imports.test_matching import order
from tests.makers import make_source, make_supplier

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
PAGE = "/admin/procurement/doubtfulmatch/"


@pytest.fixture
def pair(orders):
    make_supplier("Maker Inc.")
    imported(order(ids="US-UEI:ABC123DEF456"))
    return DoubtfulMatch.objects.get()


def test_the_page_shows_both_side_by_side(pair):
    text = signed_in("analyst").get(f"{PAGE}{pair.pk}/change/").content.decode()
    assert all(each in text for each in ("Maker Inc.", "US-UEI ABC123DEF456", "One name but for the legal form"))
    assert "They are different" in text


@pytest.mark.parametrize(("role", "status", "state"), [("reader", 403, "open"), ("analyst", 302, "different")])
def test_analysts_decide(pair, role, status, state):
    client = signed_in(role)
    answer = client.post(f"{PAGE}{pair.pk}/different/", {"note": "another address"})
    pair.refresh_from_db()
    assert (answer.status_code, pair.state) == (status, state)


def test_the_same_merges_them(pair):
    given = {"note": "one address", "source": make_source().pk}
    assert signed_in("analyst").post(f"{PAGE}{pair.pk}/same/", given).status_code == 302
    link = OrganizationLink.objects.get()
    assert (link.organization, link.other) == (pair.organization, pair.candidate)


def test_a_decision_needs_a_reason(pair):
    answer = signed_in("analyst").post(f"{PAGE}{pair.pk}/different/", {"note": ""})
    pair.refresh_from_db()
    assert (answer.status_code, pair.state) == (200, "open")


def test_a_decided_pair_offers_no_decision(pair):
    DoubtfulMatch.objects.update(state="different", decided_at=pair.created_at)
    text = signed_in("analyst").get(f"{PAGE}{pair.pk}/change/").content.decode()
    assert "They are different" not in text


def test_a_decision_leads_to_the_next_open_pair_and_at_last_to_the_list(analyst, pair):
    two = make_supplier("Third"), make_supplier("Fourth")
    other = DoubtfulMatch.objects.create(organization=two[0], candidate=two[1], why="similar", batch=pair.batch)
    first = analyst.post(f"{PAGE}{pair.pk}/different/", {"note": "two"})
    assert first["Location"] == f"{PAGE}{other.pk}/change/"
    assert analyst.post(f"{PAGE}{other.pk}/different/", {"note": "two"})["Location"] == PAGE
