"""Pages of flags and rules: evidence as people read it, and nobody's name."""

import pytest
from django.contrib.auth.models import Group, User

from procurement.flags.lifecycle import acknowledge
from procurement.flags.models import Flag
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen_all
from procurement.pages import flags as flags_page
from tests.makers import day, decide, make_contract, make_program, make_source, post
from tests.pages.looking import queries, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag():
    radar = make_program("radar", name="Radar")
    decide(radar, "suspended", "2020-06-15", source=make_source("2020-06-15", title="The decision"))
    post(make_contract(radar, committed="34955000000", paid="6500000000"), "5", "payment", on="2020-07-01")
    screen_all(day("2021-01-01"))
    return Flag.objects.get(rule="payment-after-stop")


def test_a_flag_shows_its_evidence_with_currencies_and_documents(client, flag):
    page = text(client, f"/en/flags/{flag.pk}/")
    for said in ("Radar", "Payment after a stop", "5 JPY", "1 July 2020", "The decision", "still stopped"):
        assert said in page
    assert f'href="/en/contracts/{flag.contract_id}/"' in page
    assert 'href="/en/rules/payment-after-stop/"' in page


def test_who_acted_is_said_by_role_and_not_by_name(client, flag):
    somebody = User.objects.create_user("mustermann")
    somebody.groups.add(Group.objects.get(name="reviewer"))
    acknowledge(flag.pk, by=somebody, reason="seen")
    page = text(client, f"/en/flags/{flag.pk}/")
    assert "a reviewer" in page
    assert "mustermann" not in page


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_page_with_its_documentation(client, rule):
    page = text(client, f"/en/rules/{rule.code}/")
    assert "What the rule says" in page
    assert "<h3>What it finds</h3>" in page
    assert '.md"' not in page


def test_a_rule_lists_its_open_flags(client, flag, monkeypatch):
    page = text(client, "/en/rules/payment-after-stop/")
    assert "1 open flag" in page
    assert f'href="/en/flags/{flag.pk}/"' in page
    text(client, "/en/rules/nonsense/", 404)
    text(client, "/en/flags/999999/", 404)
    monkeypatch.setattr(flags_page, "FLAGS", 1)
    assert "more follow" not in text(client, "/en/rules/payment-after-stop/")


def test_pages_take_the_same_queries_for_more_flags_and_events(client, flag):
    addresses = (f"/en/flags/{flag.pk}/", "/en/rules/suspended-program-active-contract/")
    first = [queries(client, each) for each in addresses]
    for _ in range(5):
        post(make_contract(flag.program, committed="9"), "1", "payment", on="2020-07-01")
    screen_all(day("2021-01-01"))
    assert [queries(client, each) for each in addresses] == first
