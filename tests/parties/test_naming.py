"""How names are compared."""

import pytest

from procurement.parties.naming import bare_key, match_key, similarity
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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maker, Inc.", "THE MAKER CO"), ("Maker L.L.C.", "maker llc"), ("Maker S.p.A.", "Maker"),
        ("三菱重工業株式会社", "㈱三菱重工業"), ("（株） 三菱 重工業", "三菱重工業"), ("A.B. Maker", "AB-Maker Ltd."),
    ],
)  # fmt: skip
def test_names_are_near_whatever_their_legal_form_and_punctuation(one, other):
    assert bare_key(one) == bare_key(other)


@pytest.mark.parametrize("name", ["Limited", "株式会社", "&", "The Co"])
def test_a_name_that_is_nothing_but_a_legal_form_stays(name):
    assert bare_key(name)


def test_similar_names_share_runs_of_letters_and_have_the_same_numbers():
    assert similarity("searchlightradar", "searchlightradar") == 1
    assert 0.7 < similarity("searchlightradarandsons", "searchlightradarsandsons") < 1
    assert similarity("plant1", "plant2") == 0
    assert similarity("maker", "taker") < 0.7
