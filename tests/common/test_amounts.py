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
        ("178.7 Mio", "178700000", ""),
        ("178,7 Mio. EUR", "178700000", "EUR"),
        ("1,5 Mrd", "1500000000", ""),
        ("1.5 Mrd. EUR", "1500000000", "EUR"),
        ("2 Md", "2000000000", ""),
        ("12 crore", "120000000", ""),
        ("1.5 lakh crore INR", "1500000000000", "INR"),
        ("5 lakh", "500000", ""),
        ("1,78,00,000", "17800000", ""),
        ("180 000 000", "180000000", ""),
        ("180\u00a0000\u202f000", "180000000", ""),
        ("180\u2009000\u2009000,50", "180000000.50", ""),
        ("1'000", "1000", ""),
        ("1’234’567.50 CHF", "1234567.50", "CHF"),
        ("1.234.567,89", "1234567.89", ""),
        ("1.234.567", "1234567", ""),
        ("-180 000 USD", "-180000", "USD"),
    ],
)
def test_reads_what_people_write(text, amount, currency):
    assert read_amount(text) == Written(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "1,78", "1,2345", "1.787,00", "1e5", "NaN", "Infinity", "$5", "¥5", "5億兆", "5億5億",
        "1,234 Mio", "1.234 Mrd", "1.787,5", "1'00", "1 234,567", "1'234.567.890", "1 000,000", "12 34 567",
        "5億1.5億", "1.5億2.5万", "12 34", "--5", "5 zillion", "億", "円", "5億 USD", "1 2", "٣", "1" * 40, "5BB",
    ],
)  # fmt: skip
def test_a_text_with_no_or_two_readings_is_refused(text):
    with pytest.raises(NotAnAmount, match="would be accepted"):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("$5m", "USD", "5000000"),
        ("$5m", "CAD", "5000000"),
        ("-$5", "AUD", "-5"),
        ("$-5", "USD", "-5"),
        ("($1,000)", "USD", "-1000"),
        ("€1,5 Mrd", "EUR", "1500000000"),
        ("1.234.567,89 €", "EUR", "1234567.89"),
        ("£178.7bn", "GBP", "178700000000"),
        ("₹12 crore", "INR", "120000000"),
        ("₩1,000", "KRW", "1000"),
        ("¥1787億", "JPY", "178700000000"),
        ("￥5", "CNY", "5"),
        ("5 kr", "SEK", "5"),
    ],
)
def test_a_sign_is_read_where_the_currency_is_known_and_it_fits(text, currency, amount):
    assert read_amount(text, currency) == Written(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "currency", "accepted"),
    [
        ("$5m", "", "USD 5m or AUD 5m"),
        ("$5m", "JPY", "USD 5m"),
        ("¥5", "", "JPY 5 or CNY 5"),
        ("€5", "USD", "EUR 5"),
    ],
)
def test_a_sign_that_fits_no_known_currency_is_refused_with_the_codes_to_type(text, currency, accepted):
    with pytest.raises(NotAnAmount, match=accepted):
        read_amount(text, currency)
