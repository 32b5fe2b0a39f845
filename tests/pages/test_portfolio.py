"""The portfolio as a file."""

import csv
import datetime as dt
import io

import pytest

from tests.makers import decide, make_contract, make_program, make_source
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


def test_the_file_holds_the_same_and_no_formula(client, radar):
    (row,) = csv.DictReader(io.StringIO(body(client.get("/portfolio.csv?as_of=2020-06-25"))))
    assert (row["program"], row["name"], row["outstanding"]) == ("radar", "'=Radar", "28455000000.00")
    assert (row["disputed"], row["days_doubt_to_act"]) == ("false", "")


def test_links_to_files_leave_out_what_was_left_empty(client, radar):
    page = client.get("/en/?as_of=2020-06-25&published_by=").content.decode()
    assert 'href="/portfolio.csv?as_of=2020-06-25"' in page


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
