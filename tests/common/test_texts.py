"""Which texts can be stored."""

import pytest

from procurement.common.texts import text_fault

TEXTS = [
    ("停止 😀 é", None),
    ("", None),
    ("a\x00b", "must not contain a NUL byte"),
    ("a\ud83db", "must not contain half of a surrogate pair"),
]


@pytest.mark.parametrize(("text", "fault"), TEXTS)
def test_a_text_is_stored_or_told_why_not(text, fault):
    assert text_fault(text) == fault
