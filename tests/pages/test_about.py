"""The glossary and the page about the service."""

import re

import pytest
from django.utils import timezone

from procurement.pages.about import contact_address
from procurement.pages.kept_pages import KEPT
from procurement.pages.terms import OFFICIAL, OWN
from tests.makers import decide, make_contract, make_program
from tests.pages.seen import seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


def test_what_is_not_set_is_said_not_to_be_stated(client, settings):
    settings.EXPORT_LICENCE = settings.EXPORT_ATTRIBUTION = settings.CONTACT = ""
    text = seen(client, "/en/about/")
    assert "has not stated a licence" in text
    assert "has given no address to write to" in text


def test_licence_attribution_and_contact_are_those_that_are_set(client, settings):
    settings.EXPORT_LICENCE, settings.EXPORT_ATTRIBUTION = "CC BY 4.0", "Example Institute"
    settings.CONTACT = "data@example.org"
    text = client.get("/en/about/").content.decode()
    assert "CC BY 4.0" in text
    assert "Name as the origin: Example Institute" in text
    assert '<a href="mailto:data@example.org">data@example.org</a>' in text


CONTACTS = [
    ("https://example.org/contact", "https://example.org/contact"), ("data@example.org", "mailto:data@example.org"),
    ("the records office, room 4", ""), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("contact", "address"), CONTACTS)
def test_a_contact_is_a_link_where_it_is_an_address(contact, address):
    assert contact_address(contact) == address


def test_the_address_to_cite_gives_the_same_figures_whatever_is_recorded_later(client):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    text = client.get("/en/about/").content.decode()
    (address,) = re.findall(r'<a href="http://testserver(/en/\?as_of=[^"]+)"', text)
    today = timezone.localdate().isoformat()
    assert f"as_of={today}&amp;recorded_by=" in address
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_every_word_of_officials_has_a_source_and_a_grade(client):
    for term in OFFICIAL:
        assert term.sources, term.original
        for source in term.sources:
            assert source.url.startswith("http")
            assert source.grade in ("primary", "secondary", "weak")


def test_the_glossary_shows_all_words_and_marks_our_own_renderings(client):
    text = seen(client, "/en/glossary/")
    for term in OWN:
        assert str(term.meaning) in text
    assert "白紙に戻すtake back to a blank sheet our rendering" in text
    assert "停止halt, suspension" in text
    assert len({term.anchor for term in OWN}) == len(OWN)


@pytest.mark.parametrize("path", ["glossary", "about"])
def test_they_ask_nearly_nothing_of_the_database(client, path, django_assert_max_num_queries):
    make_contract(make_program())
    with django_assert_max_num_queries(2):
        client.get(f"/en/{path}/")
