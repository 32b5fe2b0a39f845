"""Identifiers are compared as their scheme writes them, and looked over without being refused."""

import pytest

from procurement.parties.identifying import SCHEMES, Identifier, as_written, oddity
from tests.matching.spelling import ONE_IDENTIFIER


@pytest.mark.parametrize(("stored", "again"), ONE_IDENTIFIER)
def test_one_identifier_has_one_key(stored, again):
    assert Identifier(*stored).key == Identifier(*again).key


@pytest.mark.parametrize(("stored", "again"), ONE_IDENTIFIER[:-1])
def test_an_identifier_of_a_known_scheme_is_put_as_the_scheme_writes_it(stored, again):
    assert as_written(Identifier(*again)) == stored


def test_one_of_another_scheme_is_kept_as_it_was_given():
    assert as_written(Identifier(" My-Register ", " ａ-1 ")) == ("My-Register", "ａ-1")


OTHERS = [
    (("US-UEI", "A"), ("US-UEI", "B")),
    (("LEI", "1"), ("CAGE", "1")),
    (("DUNS", "012345678"), ("DUNS", "12345678")),
    (("X-Y", "1-2"), ("X-Y", "12")),
]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_others_are_others(one, other):
    assert Identifier(*one).key != Identifier(*other).key


SOUND = [
    ("LEI", "5493001KJTIIGC8Y1R12"), ("JP-HOUJIN-BANGOU", "8010401050387"), ("GB-COH", "SC123456"),
    ("US-UEI", "ABC123DEF456"), ("CAGE", "1ABC2"), ("DUNS", "123456789"), ("Unknown", "anything"),
]  # fmt: skip
ODD = [
    ("LEI", "5493001KJTIIGC8Y1R13"), ("LEI", "1"), ("JP-HOUJIN-BANGOU", "7010401050387"),
    ("JP-HOUJIN-BANGOU", "T8010401050387"), ("GB-COH", "123456789"), ("US-UEI", "A1028D573"), ("CAGE", "1ABC"),
]  # fmt: skip


@pytest.mark.parametrize("given", SOUND)
def test_a_sound_one_passes_without_a_word(given):
    assert oddity(Identifier(*given)) is None


@pytest.mark.parametrize("given", ODD)
def test_of_an_odd_one_it_is_said_what_the_scheme_has(given):
    assert SCHEMES[given[0]].says in str(oddity(Identifier(*given)))
