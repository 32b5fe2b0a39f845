"""Options of formats and channels."""

import pytest

from procurement.common.errors import Refused
from procurement.common.options import LONGEST, NotAccepted, Option, chosen, hidden

ENCODING = Option("encoding", "how the text is stored", choices=("utf-8", "cp932"), default="utf-8")
BUYER = Option("buyer", "whose list it is", needed=True)


def test_what_is_not_given_has_its_default():
    assert chosen([ENCODING, BUYER], {"buyer": " Ministry "}) == {"encoding": "utf-8", "buyer": "Ministry"}


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({}, "buyer", "is missing: whose list it is"),
        ({"buyer": "  "}, "buyer", "is missing"),
        ({"buyer": 7}, "buyer", "must be text"),
        ({"buyer": "a\x00"}, "buyer", "NUL"),
        ({"buyer": "x" * (LONGEST + 1)}, "buyer", "at most 2000 characters"),
        ({"buyer": "a", "encoding": "morse"}, "encoding", "accepted: utf-8, cp932"),
        ({"buyer": "a", "colour": "red"}, "colour", "is unknown; accepted: encoding, buyer"),
    ],
)
def test_what_is_unknown_missing_or_wrong_is_refused_by_its_name(given, name, said):
    with pytest.raises(Refused) as refused:
        chosen([ENCODING, BUYER], given, prefix="settings.")
    assert said in refused.value.errors[f"settings.{name}"][0]


def test_a_secret_is_not_repeated_in_its_own_refusal():
    with pytest.raises(Refused) as refused:
        chosen([Option("key", "signs", one_of_echoing, secret=True)], {"key": "hush"})
    assert refused.value.errors["key"] == ["“…” is too short"]


def one_of_echoing(value):
    raise NotAccepted(f"“{value}” is too short")


def test_secrets_are_taken_out_of_a_text():
    assert hidden("POST https://x?key=hush-hush failed", ["hush", "hush-hush", ""]) == "POST https://x?key=… failed"
