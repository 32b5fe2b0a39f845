"""What holds for every page: its language, its policy, its dates, and that it is kept until something changes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from procurement.common import localized
from procurement.common.dating import Dated
from procurement.pages.kept_pages import KEPT, KeptPage, KeptPages
from tests.makers import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


@pytest.mark.parametrize(("accepted", "language"), [("ja,en;q=0.5", "ja"), ("en-GB", "en"), ("de", "en"), (None, "en")])
def test_an_address_without_a_language_leads_to_the_readers(client, accepted, language):
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = client.get("/?as_of=2020-06-25", headers=headers)
    assert (answer.status_code, answer["Location"]) == (302, f"/{language}/?as_of=2020-06-25")
    assert "Accept-Language" in answer["Vary"]


def test_a_page_names_its_language_and_its_address_in_the_other(client):
    text = client.get("/ja/?as_of=2020-06-25").content.decode()
    assert '<html lang="ja">' in text
    assert 'hreflang="en" href="http://testserver/en/?as_of=2020-06-25"' in text


def test_nothing_from_elsewhere_and_nothing_inline_runs_in_a_page(client):
    policy = client.get("/en/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy.split("; ")
    assert "unsafe" not in policy


def test_a_page_in_the_past_says_so(client):
    text = client.get("/en/?as_of=2020-06-25&published_by=2020-06-30").content.decode()
    assert "You see the record as of" in text
    assert "Only what was public by" in text
    assert "You see the record" not in client.get("/en/").content.decode()


def test_a_page_of_what_was_recorded_by_then_is_refused_beyond_the_horizon(client):
    assert client.get("/en/?recorded_by=2999-01-01T00:00:00Z").status_code == 400
    assert client.get("/en/?recorded_by=2020-01-01T00:00:00Z").status_code == 200


def test_a_kept_page_reads_nothing_and_is_made_anew_when_something_changes(client, transactional_db):
    first = client.get("/en/")
    with CaptureQueriesContext(connection) as taken:
        assert client.get("/en/").content == first.content
    assert [each["sql"] for each in taken] == []
    assert client.get("/en/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    make_program("radar", name="Radar of tomorrow")
    assert "Radar of tomorrow" in client.get("/en/").content.decode()


def test_the_one_address_of_a_page_leaves_out_what_is_empty_and_today(client):
    today = timezone.localdate().isoformat()
    for query, canonical in (
        (f"as_of={today}&published_by=", ""),
        ("as_of=2020-06-25&currency=", "?as_of=2020-06-25"),
    ):
        text = client.get(f"/en/?{query}").content.decode()
        assert f'<link rel="canonical" href="http://testserver/en/{canonical}">' in text


def test_a_page_says_what_a_card_about_it_shows(client):
    text = client.get("/en/about/").content.decode()
    assert '<meta property="og:url" content="http://testserver/en/about/">' in text
    assert '<meta property="og:description" content="What was stopped' in text
    assert 'og:description" content="0 programs; outstanding' in client.get("/en/").content.decode()


def test_every_page_leads_to_the_others_and_says_where_it_is(client):
    text = client.get("/en/glossary/?as_of=2020-06-25").content.decode()
    assert '<a href="/en/glossary/?as_of=2020-06-25" aria-current="page">Glossary</a>' in text
    assert '<a href="/en/about/?as_of=2020-06-25">About</a>' in text


def test_the_least_recently_read_page_is_forgotten():
    pages, page = KeptPages(most=16), KeptPage(b"ab", "text/html")
    for tag in "abcdefgh":
        pages.put(tag, page)
    pages.get("a")
    pages.put("i", page)
    pages.put("j", KeptPage(b"much too long", "text/html"))
    assert [tag for tag in "abij" if pages.get(tag)] == ["a", "i"]


def test_what_is_not_there_is_a_page_for_a_browser(client):
    answer = client.get("/en/nowhere/", headers={"Accept": "text/html"})
    assert (answer.status_code, b"There is nothing at this address" in answer.content) == (404, True)


SHORT = [
    ("178700000000", "JPY", "178.7 bn JPY", "1,787億円"), ("28455000000", "JPY", "28.46 bn JPY", "284.6億円"),
    ("1234000", "USD", "1.234 m USD", "123.4万ドル"), ("-0.5", "CHF", "-0.50 CHF", "-0.50 CHF"),
    ("1700000000000", "JPY", "1.7 tn JPY", "1.7兆円"), (None, "JPY", "unknown", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "currency", "english", "japanese"), SHORT)
def test_amounts_are_written_as_each_language_does(amount, currency, english, japanese):
    value = None if amount is None else Decimal(amount)
    with override("en"):
        assert localized.in_short(value, currency) == english
    with override("ja"):
        assert localized.in_short(value, currency).replace("不明", "unknown") == japanese


DAYS = [
    ("day", "15 June 2020", "2020年（令和2年）6月15日"), ("month", "June 2020", "2020年（令和2年）6月"),
    ("by", "by 15 June 2020", "2020年（令和2年）6月15日までに"), ("year", "2020", "2020年（令和2年）"),
]  # fmt: skip


@pytest.mark.parametrize(("precision", "english", "japanese"), DAYS)
def test_days_keep_the_precision_of_their_sources(precision, english, japanese):
    dated = Dated(dt.date(2020, 6, 15), precision)
    with override("en"):
        assert localized.day_with_era(dated) == english
    with override("ja"):
        assert localized.day_with_era(dated) == japanese


def test_the_first_year_of_an_era_has_a_name():
    assert [localized.era_year(dt.date(2019, month, 30)) for month in (4, 5)] == ["平成31年", "令和元年"]


def test_countries_and_currencies_are_named_in_both_languages():
    with override("ja"):
        assert (localized.country_name("JP"), localized.currency_name("JPY")) == ("日本", "円")
    with override("en"):
        assert (localized.country_name("JP"), localized.country_name("")) == ("Japan", "several")


def test_a_page_is_kept_by_everybody_only_where_everybody_may_read(client, django_user_model, settings):
    assert client.get("/en/")["Cache-Control"] == "no-cache, public"
    settings.ANONYMOUS_READ = False
    client.force_login(django_user_model.objects.create_user("rita"))
    assert client.get("/en/")["Cache-Control"] == "no-cache, private"
