"""Which texts can be stored."""

import pytest

from procurement.common.texts import hides, in_words, plain, shows, text_fault
from tests.matching.spelling import NOTHING

TEXTS = [
    ("停止 😀 é", None),
    ("", None),
    ("a\x00b", "must not contain a NUL byte"),
    ("a\ud83db", "must not contain half of a surrogate pair"),
    *((text, "has no visible character") for text in NOTHING),
]


@pytest.mark.parametrize(("text", "fault"), TEXTS)
def test_a_text_is_stored_or_told_why_not(text, fault):
    assert text_fault(text) == fault


@pytest.mark.parametrize("text", ["-", "停止", "\u0600", "\ue000", "e\u0301", "٣"])
def test_signs_are_seen_whatever_they_are(text):
    assert shows(text)


def test_a_text_is_put_as_a_keyboard_writes_it():
    assert plain(" „Ｋ\u200b–1‟\u3000〜 ") == '"K-1" ~'


def test_characters_that_are_never_seen_are_found():
    assert [hides(text) for text in ("a\u200bb", "a\ufeff", "a b", "\u0600")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("code", "said"), [("stop_work", "stop work"), ("active", "active"), ("", "unknown"), (None, "unknown")]
)
def test_a_code_is_said_in_words_and_a_missing_status_is_unknown(code, said):
    assert in_words(code) == said
