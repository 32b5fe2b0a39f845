"""Feeds of what was recorded last."""

from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from procurement.flags.screening.screen import screen_all
from procurement.pages import feeds
from procurement.pages.kept_pages import KEPT
from procurement.programs.models import StatusChange
from procurement.programs.recording import status_changes
from procurement.sources.recording import Amending
from tests.makers import decide, make_contract, make_program, make_source, say

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


@pytest.fixture
def radar():
    radar = make_program("radar", name="Radar", local_name="レーダー")
    decide(radar, "suspended", "2020-06-15", source=make_source("2020-06-15", title="Transcript"))
    return radar


def read(client, address: str):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(answer.content)  # our own


def titles(client, address: str) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in read(client, address).iter(f"{ATOM}entry")]


def test_what_was_recorded_last_comes_first_with_its_source_and_moment(client, radar):
    said = say(radar, "cancelled", "2020-06-20", speaker="Kono", role="Minister")
    first, second = read(client, "/en/feeds/status.atom").iter(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == "Radar: Kono says “cancelled”, 20 June 2020"
    assert first.findtext(f"{ATOM}updated")[:19] == said.recorded_at.isoformat()[:19]
    assert second.findtext(f"{ATOM}title") == "Radar: suspended from 15 June 2020"
    assert "Transcript" in second.findtext(f"{ATOM}summary")
    assert second.find(f"{ATOM}link").get("href") == "http://testserver/en/programs/radar/"


def test_entries_keep_their_ids_in_every_language_and_at_every_host(client, radar, settings):
    settings.PUBLIC_URL = "https://tracker.example"
    settings.ALLOWED_HOSTS = ["*"]
    (entry,) = read(client, "/en/feeds/status.atom").iter(f"{ATOM}entry")
    pk = StatusChange.objects.get().pk
    assert entry.findtext(f"{ATOM}id") == f"tag:tracker.example,2026:status-changes/{pk}"
    other = client.get("/ja/feeds/status.atom", headers={"Host": "elsewhere.example"}).content.decode()
    assert f"tag:tracker.example,2026:status-changes/{pk}" in other
    assert "レーダー" in other


def test_what_is_taken_back_is_told_too(client, radar):
    status_changes.reverse(StatusChange.objects.get(), Amending(source=make_source("2020-06-16"), note="typed twice"))
    assert titles(client, "/en/feeds/status.atom")[0] == "Radar: taken back: suspended, 15 June 2020"


def test_a_program_has_a_feed_of_its_own(client, radar):
    decide(make_program("jet"), "active")
    assert titles(client, "/en/programs/radar/status.atom") == ["Radar: suspended from 15 June 2020"]
    assert client.get("/en/programs/none/status.atom").status_code == 404


def test_flags_that_opened_are_told_with_their_severity(client, radar):
    make_contract(radar, committed="100", paid="1")
    screen_all(timezone.localdate())
    for address in ("/en/feeds/flags.atom", "/en/programs/radar/flags.atom"):
        assert "Radar: opened (low)" in titles(client, address)
    (entry, *_) = read(client, "/en/feeds/flags.atom").iter(f"{ATOM}entry")
    assert "is suspended since 2020-06-15" in entry.findtext(f"{ATOM}summary")


def test_a_feed_that_is_cut_says_so_and_where_all_of_it_is(client, radar, monkeypatch):
    assert read(client, "/en/feeds/status.atom").findtext(f"{ATOM}subtitle") == "All that is on record."
    monkeypatch.setattr(feeds, "MOST", 1)
    say(radar, "cancelled", "2020-06-20")
    KEPT.clear()
    feed = read(client, "/en/feeds/status.atom")
    assert feed.findtext(f"{ATOM}subtitle") == "The newest 1; all are in the API."
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["related"] == "http://testserver/api/v1/status-changes/"
    assert links["self"] == "http://testserver/en/feeds/status.atom"


def test_pages_name_the_feeds(client):
    text = client.get("/en/").content.decode()
    assert text.count('type="application/atom+xml"') == 2


@pytest.mark.parametrize("feed", ["status", "flags"])
def test_a_feed_takes_the_same_queries_for_more_entries(client, radar, feed, django_assert_max_num_queries):
    for number in range(5):
        say(radar, "cancelled", f"2020-07-0{number + 1}")
        make_contract(radar, committed="100", paid="1")
    screen_all(timezone.localdate())
    with django_assert_max_num_queries(3):
        client.get(f"/en/programs/radar/{feed}.atom")
