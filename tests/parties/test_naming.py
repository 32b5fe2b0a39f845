"""How names are compared."""

import pytest

from procurement.parties.naming import match_key
from tests.matching.spelling import NOTHING, ONE_NAME

SAME = [
    ("Mitsubishi Corporation", "MITSUBISHI  corporation "),
    ("三菱重工業", "三菱重工業"),
    ("ＭＨＩ", "mhi"),
    ("ﾐﾂﾋﾞｼ", "ミツビシ"),
    ("Straße", "STRASSE"),
    ("A\u00a0B\tC", "a b c"),
    ("L’Usine – “X”", 'l\'usine - "x"'),
    ("㈱三菱", "(株)三菱"),
    *((ONE_NAME[0], typed) for typed in ONE_NAME),
]
OTHER = [
    ("Mitsubishi Corporation", "Mitsubishi"),
    ("三菱商事", "三菱重工業"),
    ("Maker Inc.", "Maker"),
    ("コーヒー", "コ-ヒ-"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_width_case_and_space_do_not_matter(one, two):
    assert match_key(one) == match_key(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_no_word_is_dropped(one, two):
    assert match_key(one) != match_key(two)


def test_what_nobody_sees_is_no_part_of_a_name():
    assert {match_key(each) for each in NOTHING} - {"\u0301"} == {""}


def test_a_key_fits_its_column_and_is_still_nobody_elses():
    long, longer = match_key("ﷺ" * 300), match_key("ﷺ" * 299 + "x")
    assert len(long) == len(longer) == 300
    assert long != longer


@pytest.mark.parametrize("name", [one for pair in SAME for one in pair])
def test_a_key_is_its_own_key(name):
    assert match_key(match_key(name)) == match_key(name)
