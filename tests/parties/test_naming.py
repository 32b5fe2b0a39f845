"""How names are compared."""

import pytest

from procurement.parties.naming import match_key

SAME = [
    ("Mitsubishi Corporation", "MITSUBISHI  corporation "),
    ("三菱重工業", "三菱重工業"),
    ("ＭＨＩ", "mhi"),
    ("ﾐﾂﾋﾞｼ", "ミツビシ"),
    ("Straße", "STRASSE"),
    ("A\u00a0B\tC", "a b c"),
]
OTHER = [("Mitsubishi Corporation", "Mitsubishi"), ("三菱商事", "三菱重工業"), ("Maker Inc.", "Maker")]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_width_case_and_space_do_not_matter(one, two):
    assert match_key(one) == match_key(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_no_word_is_dropped(one, two):
    assert match_key(one) != match_key(two)


def test_a_key_fits_its_column():
    assert len(match_key("ﷺ" * 300)) <= 300
