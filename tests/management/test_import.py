"""`manage.py import`."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from procurement.imports.mappings import save_mapping
from procurement.imports.models import ColumnMapping, ImportBatch
from procurement.ledger.models import LedgerEntry
from tests.imports.arms_list import ROWS, arms_mapping, text
from tests.imports.orders import FIRST, analyst, orders

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "orders.csv"
    found.write_text(FIRST, encoding="utf-8")
    return found


def done(*files: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import", *map(str, files), stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_file_is_read_and_its_account_printed(file):
    analyst()
    text = done(file, user="ana")
    assert "ledger_entries          3 taken        0 unchanged        0 refused" in text
    assert "3 records read: 0 refused, 3 taken, 0 unchanged" in text
    assert ImportBatch.objects.get().by.username == "ana"


def test_a_check_stores_nothing(file):
    assert "0 flags would open" in done(file, check=True)
    assert not LedgerEntry.objects.exists()


def test_it_may_be_left_to_a_worker(file):
    done(file, no_wait=True)
    assert ImportBatch.objects.get().state == "received"


def test_a_refusal_makes_the_command_fail_and_is_printed(file, capsys):
    file.write_text(FIRST + "A4,Maker,2020-01-31,1.001,\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match=r"not all was taken of orders\.csv"):
        call_command("import", str(file), stdout=out, stderr=out)
    assert "orders.csv:5: ledger_entries “award” amount: may have at most 2 decimals" in out.getvalue()


@pytest.mark.parametrize(("options", "message"), [({"user": "nobody"}, "no user"), ({"format": "x"}, "no format")])
def test_what_is_not_there_is_named(file, options, message):
    with pytest.raises(CommandError, match=message):
        done(file, **options)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        done(tmp_path / "none.csv")


def test_a_list_is_read_by_a_saved_mapping(tmp_path):
    save_mapping(ColumnMapping(**arms_mapping()), by=None)
    found = tmp_path / "register.csv"
    found.write_text(text(*ROWS), encoding="utf-8")
    done(found, format="mapped", option=["mapping=Arms register"])
    assert ImportBatch.objects.get().records == {"taken": 3}
