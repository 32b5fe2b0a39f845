"""Loading reference rates: only what is new, and what differs as a later row."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from procurement.rates import ecb
from procurement.rates.models import ExchangeRate
from procurement.sources.models import Document
from tests.makers import day, make_rate

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-26")
SOUND = "Date,USD,JPY,BGN,\n2019-10-31,1.1154,120.73,N/A,\n2019-10-30,1.1106,120.99,1.9558,\n"


def loaded(tmp_path: Path, text: str = SOUND) -> tuple[int, int, int, int]:
    path = tmp_path / "rates.csv"
    path.write_text(text)
    found = ecb.load_reference_rates(path, today=TODAY)
    return found.read, found.added, found.corrected, len(found.bad)


def command(*args: str) -> str:
    out = StringIO()
    call_command("load_ecb_rates", *args, stdout=out)
    return out.getvalue()


def test_every_rate_is_stored_with_its_source(tmp_path):
    assert loaded(tmp_path) == (5, 5, 0, 0)
    row = ExchangeRate.objects.get(quote="JPY", on="2019-10-31")
    assert (row.base, row.rate, row.rate_type) == ("EUR", Decimal("120.73"), "ecb_reference")
    assert (row.source.publisher, row.source.grade) == ("European Central Bank", "primary")


def test_loading_again_adds_nothing(tmp_path):
    loaded(tmp_path)
    assert loaded(tmp_path) == (5, 0, 0, 0)
    assert (ExchangeRate.objects.count(), Document.objects.count()) == (5, 1)


def test_a_changed_rate_is_a_later_row(tmp_path):
    loaded(tmp_path)
    assert loaded(tmp_path, SOUND.replace("120.73", "120.74")) == (5, 0, 1, 0)
    rows = ExchangeRate.objects.filter(quote="JPY", on="2019-10-31").order_by("id")
    assert [row.rate for row in rows] == [Decimal("120.73"), Decimal("120.74")]
    assert loaded(tmp_path, SOUND.replace("120.73", "120.74")) == (5, 0, 0, 0)


def test_a_new_day_is_added_alone(tmp_path):
    loaded(tmp_path)
    assert loaded(tmp_path, SOUND + "2019-11-01,1.1139,120.43,1.9558,\n") == (8, 3, 0, 0)


def test_batches_are_told_and_make_no_difference(tmp_path, monkeypatch):
    monkeypatch.setattr(ecb, "BATCH", 2)
    assert loaded(tmp_path) == (5, 5, 0, 0)
    assert loaded(tmp_path) == (5, 0, 0, 0)


def test_rates_of_other_types_stand_beside(tmp_path):
    make_rate("EUR", "JPY", "120", "2019-10-31", "other")
    assert loaded(tmp_path) == (5, 5, 0, 0)


def test_the_command_ends_badly_on_a_bad_cell_and_keeps_the_rest(tmp_path, capsys):
    path = tmp_path / "rates.csv"
    path.write_text(SOUND.replace("1.1106", "n/a"))
    with pytest.raises(CommandError, match="1 cells could not be read; everything else is stored"):
        command("--file", str(path))
    assert "line 3, USD “n/a”: is not a rate" in capsys.readouterr().err
    assert ExchangeRate.objects.count() == 4


def test_a_file_that_is_none_stores_nothing(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        command("--file", str(tmp_path / "none.zip"))
    assert not ExchangeRate.objects.exists()


def test_a_load_that_was_cut_short_is_finished(tmp_path):
    loaded(tmp_path)
    assert not ecb.are_loaded()
    loaded(tmp_path, SOUND + "1999-01-04,1.1789,133.73,N/A,\n")
    assert ecb.are_loaded()


def test_the_packaged_file_is_loaded_once():
    assert "221702 added, 0 corrected" in command() or ExchangeRate.objects.count() > 221_702
    assert command("--if-missing") == ""
