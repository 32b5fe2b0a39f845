"""Charts on pages and as files: in both languages, kept, and with everything that stands beside a picture."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.charts.library import library_name
from procurement.pages.kept_pages import KEPT
from tests.makers import decide, make_contract, make_program

pytestmark = pytest.mark.django_db

TIMELINE = "/en/programs/radar/timeline"


@pytest.fixture(autouse=True)
def _nothing_is_kept(settings, tmp_path):
    settings.CHART_FOLDER = tmp_path
    KEPT.clear()


@pytest.fixture
def radar():
    radar = make_program("radar", name="Radar", local_name="レーダー")
    decide(radar, "suspended", "2020-06-15", speaker="Kono", term="停止")
    make_contract(radar, committed="34955000000", paid="6500000000")
    return radar


def test_a_program_is_a_picture_its_data_and_its_description(client, radar):
    picture = client.get(f"{TIMELINE}.svg?as_of=2020-06-25")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "停止" in picture.content.decode()
    assert "timeline" in picture["Content-Disposition"]
    rows = client.get(f"{TIMELINE}.csv?as_of=2020-06-25").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("day,kind,status,who,term,currency,committed,paid,outstanding")
    assert "2020-06-25,value,,,,JPY,34955000000.00,6500000000.00,28455000000.00,0.00" in rows
    described = json.loads(client.get(f"{TIMELINE}.json?as_of=2020-06-25&theme=dark&size=phone").content)
    assert described["specification"]["config"]["background"] == "#16181b"
    assert described["alternative"].startswith("Radar (レーダー): Suspended since 15 June 2020.")


def test_a_picture_is_in_the_language_of_its_address(client, radar):
    text = client.get("/ja/programs/radar/timeline.svg?as_of=2020-06-25").content.decode()
    assert "349.6億円" in text
    assert "2020年6月15日" in text


@pytest.mark.parametrize(
    ("address", "said"),
    [("?theme=neon", "light, dark, print"), ("?size=huge", "sheet, page, phone, card"), ("?as_of=junk", "junk")],
)
def test_what_is_not_understood_is_said(client, radar, address, said):
    answer = client.get(f"{TIMELINE}.svg{address}")
    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert client.get("/en/charts/leaving.svg?currency=XXX").status_code == 400


def test_what_is_not_there_is_not_found(client, radar):
    for address in ("/en/programs/none/timeline.svg", f"{TIMELINE}.gif", "/en/charts/none.svg", "/charts/vega-0.js"):
        assert client.get(address).status_code == 404


def test_a_kept_picture_keeps_its_name_and_reads_nothing(client, radar):
    first = client.get(f"{TIMELINE}.svg")
    with CaptureQueriesContext(connection) as taken:
        again = client.get(f"{TIMELINE}.svg")
    assert (again.content, again["Content-Disposition"], len(taken)) == (first.content, first["Content-Disposition"], 0)
    assert client.get(f"{TIMELINE}.svg", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_page_has_every_chart_with_its_words_and_its_table(client, radar):
    text = client.get("/en/charts/?as_of=2020-06-25&currency=JPY").content.decode()
    for said in (
        '<figure class="chart" id="chart-who-to-whom"',
        'data-spec-url="/en/charts/who-to-whom.json?currency=JPY&amp;as_of=2020-06-25"',
        '<source media="(prefers-color-scheme: dark) and (max-width: 40rem)"',
        'alt="The largest sums that buyers committed',
        "<td>28,455,000,000 JPY</td>",
        "/en/charts/leaving.png?currency=JPY&amp;as_of=2020-06-25",
    ):
        assert said in text
    assert text.count("charts.js") == 1


def test_the_library_is_served_by_us_and_may_be_kept_for_ever(client):
    answer = client.get(f"/charts/{library_name()}")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer["Cache-Control"]
    assert b"vegaEmbed" in answer.content
