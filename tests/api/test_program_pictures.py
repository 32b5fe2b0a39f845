"""The timeline of a program as a picture."""

import pytest

from tests.makers import decide, make_contract, make_program

pytestmark = pytest.mark.django_db

SVG, PNG = "programs/radar/timeline.svg", "programs/radar/timeline.png"


@pytest.fixture(autouse=True)
def radar(settings, tmp_path):
    settings.CHART_FOLDER = tmp_path
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15", speaker="Kono", term="停止")
    make_contract(radar, committed="34955000000", paid="6500000000")


def test_it_is_drawn_at_the_asked_dates_in_the_readers_language(anonymous):
    english = anonymous.get(f"{SVG}?as_of=2020-06-25")
    assert (english.status_code, english["Content-Type"]) == (200, "image/svg+xml")
    assert "34.96 bn JPY" in english.content.decode()
    japanese = anonymous.get(f"{SVG}?as_of=2020-06-25", Accept_Language="ja")
    assert "349.6億円" in japanese.content.decode()
    assert japanese["Content-Language"] == "ja"
    assert japanese["ETag"] != english["ETag"]
    assert "Accept-Language" in japanese["Vary"]


def test_it_is_answered_once(anonymous):
    first = anonymous.get(f"{SVG}?as_of=2020-06-25")
    again = anonymous.get(f"{SVG}?as_of=2020-06-25", If_None_Match=first["ETag"])
    assert again.status_code == 304
    japanese = anonymous.get(f"{SVG}?as_of=2020-06-25", If_None_Match=first["ETag"], Accept_Language="ja")
    assert japanese.status_code == 200


def test_it_comes_as_png_whatever_is_accepted(anonymous):
    answer = anonymous.get(f"{PNG}?size=phone&theme=dark", Accept="application/json")
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"{SVG}?theme=neon", 400), (f"{SVG}?search=x", 400), ("programs/none/timeline.svg", 404), (f"{SVG}/", 404)],
)
def test_what_is_not_understood_is_a_problem(anonymous, address, status):
    answer = anonymous.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
