"""`manage.py export_ocds`: everything into one file, the same bytes for the same data."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.makers import make_contract, make_program, post

pytestmark = pytest.mark.django_db


def written(folder: Path, name: str, *options: str) -> bytes:
    call_command("export_ocds", str(folder / name), *options)
    assert not list(folder.glob("*.part"))
    return (folder / name).read_bytes()


def test_a_name_says_what_is_written(tmp_path: Path) -> None:
    make_contract(committed="5")
    package = json.loads(written(tmp_path, "a.json"))
    assert json.loads(written(tmp_path, "b.jsonl"))["releases"] == package["releases"]
    assert json.loads(written(tmp_path, "c.json", "--records"))["records"][0]["releases"] == package["releases"]


def test_a_packed_file_is_the_same_for_the_same_data(tmp_path: Path) -> None:
    make_contract(committed="5")
    first, second = (written(tmp_path, name) for name in ("a.json.gz", "b.json.gz"))
    assert (first, gzip.decompress(first)) == (second, written(tmp_path, "c.json"))


def test_dates_and_programs_choose(tmp_path: Path) -> None:
    paid = make_contract(make_program("x"), committed="5")
    make_contract(make_program("y"))
    post(paid, "1", "payment", on="2020-06-01")
    releases = [
        json.loads(written(tmp_path, "a.json", "--program", "x", "--as-of", on))["releases"]
        for on in ("2020-05-31", "2020-06-01")
    ]
    assert len(releases[1]) == len(releases[0]) + 1
    assert {each["ocid"] for each in releases[1]} == {f"ocds-xxxxxx-{paid.pk:012}"}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.csv", ()),
        ("a.jsonl", ("--records",)),
        ("a.json", ("--recorded-by", "2999-01-01T00:00:00Z")),
        ("a.json", ("--undated", "include")),
        ("missing/a.json", ()),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("export_ocds", str(tmp_path / name), *options)
