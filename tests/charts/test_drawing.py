"""Pictures: whole, of the asked size, kept by what they were drawn from; colours that people can tell apart."""

import json
import os
import struct
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from django.test import override_settings

from procurement.charts import drawing, fonts
from procurement.charts.all_charts import CHARTS
from procurement.charts.asking import Chosen
from procurement.charts.drawing import draw
from procurement.charts.figure import CARD, PHONE, SHEET
from procurement.charts.kept_drawings import Drawings
from procurement.charts.lettering import shortened, spread, width_of, wrapped
from procurement.charts.themes import THEMES
from procurement.charts.timeline.figure import timeline
from procurement.common.dates import Asked
from tests.charts.colours import contrast, difference
from tests.makers import day, decide, make_contract, make_program

STATUSES = (
    "planned",
    "approved",
    "active",
    "under_review",
    "suspended",
    "reduced",
    "cancelled",
    "completed",
    "unknown",
)
TOGETHER = (STATUSES, ("committed", "paid", "outstanding"), ("outstanding", "unaccounted"), ("estimated", "actual"))


@pytest.fixture
def figure(db):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15", speaker="Kono", term="停止")
    make_contract(radar, committed="5000000", paid="1000000")
    return timeline(radar, Asked(day("2020-12-31")))


@pytest.fixture
def folder(tmp_path):
    with override_settings(CHART_FOLDER=tmp_path / "charts"):
        yield tmp_path / "charts"


def test_a_picture_is_drawn_once_from_one_description(figure, folder, monkeypatch):
    first = draw(figure)
    monkeypatch.setattr(drawing, "_drawn", None)
    assert draw(figure) == first
    ET.fromstring(first)
    assert "停止" in first.decode()


def test_a_card_has_the_pixels_that_cards_have(figure, folder):
    picture = draw(figure, form="png", size=CARD)
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)


def test_where_nothing_can_be_kept_it_is_drawn_each_time(figure, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert Drawings(tmp_path / "file").kept("a.svg", lambda: b"drawn") == b"drawn"


def test_what_was_read_longest_ago_is_forgotten(tmp_path):
    drawings = Drawings(tmp_path, most=25)
    for name in ("a", "b"):
        drawings.kept(name, lambda: b"0123456789")
    (tmp_path / "b").touch()
    os.utime(tmp_path / "a", (1, 1))
    drawings.kept("c", lambda: b"0123456789")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


@pytest.mark.usefixtures("whole_sample")
@pytest.mark.parametrize("name", CHARTS)
def test_descriptions_are_of_vega_lite(db, name):
    expect_vega_lite(CHARTS[name](Chosen(Asked(day("2024-03-31")), "USD")), SHEET)


@pytest.mark.parametrize("size", [SHEET, PHONE], ids=["sheet", "phone"])
def test_a_timeline_is_of_vega_lite(figure, size):
    expect_vega_lite(figure, size)


def expect_vega_lite(figure, size):
    specification = THEMES["dark"].painted(figure.describe(size))
    alt.Chart.from_dict(specification)  # raises where it is none
    assert '"@' not in json.dumps(specification), "every colour has a role of the theme"


def test_whoever_only_serves_pages_does_not_import_altair():
    code = "import django; django.setup(); import tracker.urls, sys; sys.exit('altair' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


# colours


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_words_and_marks_stand_out_from_the_background(theme):
    colours = theme.colours
    words = {role for roles in TOGETHER for role in roles} | {"ink", "muted"}
    assert [role for role in words if contrast(colours[role], colours["background"]) < 4.5] == []
    assert [role for role in STATUSES if contrast(colours[role], colours["on_band"]) < 4.5] == []
    assert contrast(colours["rule"], colours["background"]) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_who_sees_no_red_or_no_green_can_tell_colours_apart(theme):
    for roles in TOGETHER:
        for one, other in combinations(roles, 2):
            assert difference(theme.colours[one], theme.colours[other]) > 12, (one, other)


# letters


def test_words_are_broken_and_cut_to_their_room():
    assert wrapped("who says what", 10, 45) == ["who says", "what"]
    assert wrapped("配備のプロセスを停止", 10, 40) == ["配備のプ", "ロセスを", "停止"]
    assert shortened("National Security Council", 10, 60) == "National…"
    assert width_of("停止", 10) == 20


def test_labels_are_moved_apart_and_stay_inside():
    assert spread([50, 52, 10], 10, 0, 100) == [50, 60, 10]
    assert spread([99, 98], 10, 0, 100) == [100, 90]


def test_missing_letters_of_japanese_are_said_once(monkeypatch, caplog):
    fonts.draws_japanese.cache_clear()
    fonts.warn_of_missing_fonts.cache_clear()
    monkeypatch.setattr(fonts, "LETTERS", ("a", "a"))
    for _ in range(2):
        fonts.warn_of_missing_fonts()
    fonts.draws_japanese.cache_clear()
    assert len([each for each in caplog.records if "no font for Japanese" in each.message]) == 1
