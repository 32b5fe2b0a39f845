"""What messages say."""

import pytest
from django.core.mail import EmailMessage

from procurement.delivery.composing import SUBJECT_LENGTH, compose, one_line, owed, standing
from tests.alerts.subscribers import subscribe
from tests.delivery.outbox import make_delivery

PAYLOAD = {
    "program": {
        "code": "aegis-ashore", "name": "Aegis Ashore", "local_name": "イージス・アショア",
        "status": "suspended", "status_since": "2020-06-15", "disputed": True,
    },
    "contract": {"reference": "A2", "title": "Radar", "local_title": "レーダー"},
    "outstanding": [{"currency": "JPY", "amount": "28455000000.00"}],
    "unaccounted": [{"currency": "USD", "amount": "5.00"}],
    "term": "停止", "quotation": "プロセスを停止する", "speaker": "Kono Taro",
    "source": {"title": "記者会見", "url": "https://example.org/1"},
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        "* Aegis Ashore is suspended",
        "Program: Aegis Ashore (イージス・アショア)",
        "Standing: suspended since 2020-06-15, disputed",
        "Contract: A2 Radar (レーダー)",
        "Outstanding: 28,455,000,000 JPY",
        "Unaccounted for: 5 USD (it is not known what was paid)",
        "In the words of Kono Taro: 停止: プロセスを停止する",
        "Source: 記者会見 https://example.org/1",
        "http://127.0.0.1:8000/en/programs/aegis-ashore/",
        "because of your subscription “Japan & <b>all</b>”",
    ],
)
def test_a_message_tells_what_stands_and_what_is_owed(said):
    delivery = make_delivery(subscribe(name="Japan & <b>all</b>"), summary="Aegis Ashore is suspended", payload=PAYLOAD)
    assert said in compose(delivery).text


WORDS = {
    "standing": "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)",
    "dispute": "disputed since 2021-01, last said 2021-03-04",
}
STANDINGS = [
    ({"status": "cancelled", "disputed": True} | WORDS, f"{WORDS['standing']}, {WORDS['dispute']}"),
    ({"status": "cancelled", "disputed": False} | WORDS | {"dispute": ""}, WORDS["standing"]),
    ({"status": "suspended", "status_since": "2020-06-15", "disputed": False}, "suspended since 2020-06-15"),
    ({"status": None, "disputed": False}, "no decision known"),
]


@pytest.mark.parametrize(("program", "words"), STANDINGS)
def test_a_standing_is_told_with_its_stop_and_its_dispute(program, words):
    assert standing(program) == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alerts", "digest_until", "subject"),
    [
        (1, None, "[Procurement tracker] It stopped"),
        (3, None, "[Procurement tracker] It stopped (and 2 more)"),
        (3, "2026-01-05T08:00Z", "[Procurement tracker] Everything: 3 in this digest"),
    ],
)
def test_a_subject_says_what_happened_or_how_much(alerts, digest_until, subject):
    delivery = make_delivery(alerts=alerts, digest_until=digest_until, summary="It stopped")
    assert compose(delivery).subject == subject


@pytest.mark.django_db
def test_a_digest_tells_apart_what_was_recorded_late():
    text = compose(make_delivery(digest_until="2026-01-05T08:00Z", summary="An old one", late=True)).text
    assert text.index("up to 2026-01-05 08:00 UTC") < text.index("Recorded late") < text.index("* An old one")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nBcc: b@example.org", "a Bcc: b@example.org"),
        ("a\r\n\tb\x00\u2028c", "a b c"),
        ("イージス", "イージス"),
        ("x" * 500, "x" * (SUBJECT_LENGTH - 1) + "…"),
    ],
)
def test_a_subject_is_one_line(text, line):
    assert one_line(text) == line
    EmailMessage(subject=one_line(text)).message()


OWED = {"outstanding": [{"currency": "JPY", "amount": "-0.50"}], "unaccounted": []}
HALF = {"of": "0.5", "outstanding": [{"currency": "JPY", "amount": "-0.25"}], "unaccounted": []}


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (OWED, ["Outstanding under all its contracts: -0.50 JPY"]),
        (OWED | {"contract": {"id": 1}}, ["Outstanding: -0.50 JPY"]),
        (
            OWED | {"contract": {"id": 1}, "share": HALF},
            ["Outstanding under the whole contract: -0.50 JPY", "Outstanding in the program's share of 0.5: -0.25 JPY"],
        ),
    ],
)
def test_two_sums_are_named_for_what_they_are_of(payload, said):
    assert list(owed(payload)) == said
