"""The portfolio page and its file."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import decide, make_contract, make_program, make_source, put, report, say
from tests.sheets_read import sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def radar():
    source = make_source("2020-06-15", url="https://example.org/stop")
    radar = make_program("radar", name="=Radar", source=source)
    decide(radar, "suspended", "2020-06-15", term="停止", source=source)
    make_contract(radar, committed="34955000000", paid="6500000000")
    return radar


def body(response) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_everybody_sees_what_is_stopped_and_owed(client, radar):
    page = client.get("/en/?as_of=2020-06-25")
    assert page.status_code == 200
    text = page.content.decode()
    for said in ("=Radar", "停止", "28.46 bn JPY", "28,455,000,000 JPY", "https://example.org/stop", "2020-06-15"):
        assert said in text


def test_a_status_and_the_stop_that_began_otherwise_are_both_shown(client, radar):
    decide(radar, "cancelled", "2020-12-31", effective_precision="month")
    text = client.get("/en/?as_of=2021-01-01").content.decode()
    assert "since 2020-12; stopped since 2020-06-15 (suspended)" in text


def test_a_dispute_shows_since_when_and_when_it_was_last_said(client, radar):
    say(radar, "cancelled", "2020-06-20", speaker="Kono")
    text = client.get("/en/?as_of=2026-11-28").content.decode()
    assert "since 2020-06-20, last said 2020-06-20" in text


def test_a_cell_of_which_the_ledger_knows_nothing_shows_what_was_said(client):
    jet = make_program("jet")
    decide(jet, "cancelled", "2020-06-15")
    report(jet, "spent", "1200000000", scope="to its end")
    report(jet, "settlement", low="5000000")
    report(jet, "termination_cost", withheld=True)
    text = client.get("/en/?as_of=2020-12-31").content.decode()
    assert "no contract on record here" in text
    assert 'title="spent 1,200,000,000 JPY (to its end), 2020-06-22' in text
    assert "at least 5 m JPY</span>" in text
    assert "withheld" in text


def test_of_a_program_that_goes_on_what_was_said_stands_with_what_is_now(client):
    jet = make_program("jet")
    decide(jet, "under_review", "2020-06-15")
    report(make_contract(jet), "contracted", "14000000000")
    assert client.get("/en/?as_of=2020-12-31").content.decode().count("said: <span") == 1


def test_a_range_of_days_is_shown_as_one(client):
    jet = make_program("jet")
    decide(jet, "cancelled", "2009-07-31", effective_precision="month")
    put(make_contract(jet, signed_on="2009-01-01"), "terminated", "2009-08-08")
    assert "8 to 38 days" in client.get("/en/?as_of=2010-01-01").content.decode()


def test_the_file_holds_the_same_and_no_formula(client, radar):
    (row,) = csv.DictReader(io.StringIO(body(client.get("/portfolio.csv?as_of=2020-06-25"))))
    assert (row["program"], row["name"], row["outstanding"]) == ("radar", "'=Radar", "28455000000.00")
    assert (row["disputed"], row["days_doubt_to_act"]) == ("false", "")


def test_the_past_can_be_asked_for(client, radar):
    assert "No program was known by then" in client.get("/en/?as_of=2018-06-25").content.decode()


@pytest.mark.parametrize("address", ["/en/", "/portfolio.csv"])
def test_a_bad_day_is_refused_with_what_would_be_accepted(client, address):
    answer = client.get(f"{address}?as_of=15.6.2020")
    assert answer.status_code == 400
    assert "2020-06-15 would be accepted" in answer.content.decode()


def test_what_nobody_dated_is_left_out_and_counted_or_taken_in(client, radar):
    decide(make_program("jet"), "cancelled", "2020-06-01", source=make_source(None))
    past = "/en/?as_of=2020-06-25&published_by=2020-06-25"
    assert "publication date is unknown: 1 fact." in client.get(past).content.decode()
    assert client.get(past.replace("/en/?", "/portfolio.csv?"))["X-Undated"] == "1"
    taken_in = client.get(f"{past}&undated=include").content.decode()
    assert ("Left out" in taken_in, "checked" in taken_in) == (False, True)


@pytest.mark.parametrize(
    "asked", ["undated=include", "undated=include&published_by=", "published_by=2020-01-01&undated=1"]
)
@pytest.mark.parametrize("address", ["/en/", "/portfolio.csv"])
def test_undated_is_refused_where_it_says_nothing(client, address, asked):
    assert client.get(f"{address}?{asked}").status_code == 400


def test_links_to_files_leave_out_what_was_left_empty(client, radar):
    page = client.get("/en/?as_of=2020-06-25&published_by=").content.decode()
    assert 'href="/portfolio.csv?as_of=2020-06-25"' in page


def test_where_reading_is_for_those_who_signed_in_others_are_sent_there(settings, client):
    settings.ANONYMOUS_READ = False
    answer = client.get("/en/?as_of=2020-06-25")
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/?next=/")


def test_the_page_takes_the_same_queries_for_more_programs(client, radar):
    found = []
    for number in range(5):
        other = make_program(f"p{number}")
        decide(other, "suspended", "2020-06-15")
        make_contract(other, committed="1")
        found.append(len(_queries(client)))
    assert set(found) == {found[0]}


def _queries(client):
    with CaptureQueriesContext(connection) as taken:
        client.get("/en/?as_of=2020-06-25")
    return taken.captured_queries


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_every_format_is_a_link_to_a_download_named_after_its_dates(client, radar, form):
    page = client.get("/en/?as_of=2020-06-25&published_by=2020-06-30").content.decode()
    assert f'href="/portfolio.{form}?as_of=2020-06-25&amp;published_by=2020-06-30" download' in page
    answer = client.get(f"/portfolio.{form}?as_of=2020-06-25&published_by=2020-06-30")
    name = f"portfolio_as-of-2020-06-25_published-by-2020-06-30.{form}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    list(answer.streaming_content)


def test_what_a_person_downloads_begins_with_the_mark(client, radar):
    assert b"".join(client.get("/portfolio.csv").streaming_content).startswith("\ufeff".encode())


def test_a_workbook_has_amounts_as_numbers_and_its_dates(client, radar):
    content = b"".join(client.get("/portfolio.xlsx?as_of=2020-06-25").streaming_content)
    head, row = sheets(content)["portfolio"]
    cells = dict(zip(head, row, strict=True))
    assert (cells["name"], cells["outstanding"], cells["as_of"]) == ("=Radar", 28455000000.0, dt.date(2020, 6, 25))


def test_json_lines_are_those_of_the_api(client, radar):
    page, api = (
        b"".join(client.get(path).streaming_content)
        for path in ("/portfolio.jsonl?as_of=2020-06-25", "/api/v1/portfolio/?as_of=2020-06-25&format=jsonl")
    )
    assert page == api
