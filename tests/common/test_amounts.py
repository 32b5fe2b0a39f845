"""Amounts as people write them."""

from decimal import Decimal

import pytest

from procurement.common.amounts import NotAnAmount, Written, read_amount


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("34955000000.00", "34955000000.00", ""),
        ("178.7B", "178700000000", ""),
        ("178.7 bn", "178700000000", ""),
        ("1.5m", "1500000", ""),
        ("2 trillion", "2000000000000", ""),
        ("12K", "12000", ""),
        ("1,234,567.50", "1234567.50", ""),
        ("1787億円", "178700000000", "JPY"),
        ("1,787億", "178700000000", ""),
        ("１，７８７億円", "178700000000", "JPY"),
        ("1兆7,870億円", "1787000000000", "JPY"),
        ("6億5,085万9,410円", "650859410", "JPY"),
        ("4百万円", "4000000", "JPY"),
        ("3千万円", "30000000", "JPY"),
        ("500円", "500", "JPY"),
        ("JPY 178.7B", "178700000000", "JPY"),
        ("178.7B JPY", "178700000000", "JPY"),
        ("1.5M USD", "1500000", "USD"),
        ("5 EUR", "5", "EUR"),
        ("-5", "-5", ""),
        ("−5M", "-5000000", ""),
        ("△5億円", "-500000000", "JPY"),
        ("▲1,000", "-1000", ""),
        ("(1,000)", "-1000", ""),
        ("USD -5", "-5", "USD"),
        ("+7", "7", ""),
    ],
)
def test_reads_what_people_write(text, amount, currency):
    assert read_amount(text) == Written(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "1,78", "1,2345", "1.787,00", "1e5", "NaN", "Infinity", "$5", "¥5", "5億兆", "5億5億",
        "5億1.5億", "1.5億2.5万", "12 34", "--5", "5 zillion", "億", "円", "5億 USD", "1 2", "٣", "1" * 40, "5BB",
    ],
)  # fmt: skip
def test_a_text_with_no_or_two_readings_is_refused(text):
    with pytest.raises(NotAnAmount, match="would be accepted"):
        read_amount(text)
