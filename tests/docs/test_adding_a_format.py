"""The format of docs/adding-a-format.md works as the page says."""

import shlex
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from procurement.imports import formats
from procurement.imports.format import Format
from procurement.ledger.models import LedgerEntry
from tests.docs.blocks import block, plug_in

PAGE = "adding-a-format.md"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def payments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The module of the page, beside those of the package; its file in a folder."""
    plug_in(monkeypatch, tmp_path, formats, "payments", block(PAGE, "python"), formats.all_formats)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "2020.csv").write_text(block(PAGE, "csv"), encoding="utf-8")
    yield
    sys.modules.pop(f"{formats.__name__}.payments", None)
    formats.all_formats.cache_clear()


def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command of the page prints."""
    monkeypatch.chdir(folder)
    command = block(PAGE, "console").splitlines()[0]
    out = StringIO()
    try:
        call_command(*shlex.split(command)[3:], "--no-rates", stdout=out, stderr=out)
    except CommandError as error:
        out.write(f"CommandError: {error}\n")
    return out.getvalue()


def test_the_page_shows_what_loading_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert block(PAGE, "console").partition("\n")[2] == run(tmp_path, monkeypatch)


def test_loading_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch)
    assert "4 records read: 0 taken, 2 unchanged, 2 refused" in run(tmp_path, monkeypatch)
    assert LedgerEntry.objects.count() == 2


def test_the_page_names_every_part_of_a_format() -> None:
    """What a new format may use stands on the page under its name in the code."""
    text = (Path(__file__).parents[2] / "docs" / PAGE).read_text("utf-8")
    assert [name for name in Format.__dataclass_fields__ if name not in text] == []
