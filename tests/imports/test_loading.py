"""Folders and files."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from procurement.common.errors import BadSource, Refused
from procurement.common.options import Option
from procurement.imports import loading
from procurement.imports.format import File, Format
from procurement.imports.loading import Choice, files_in, load_files, load_folder
from procurement.imports.reading import Reading
from procurement.imports.rows import BadFile, Given, Parsed, Ref
from procurement.parties.models import Organization
from tests.imports.texts import FACTS, HEAD


def test_the_files_of_a_folder_are_one_portfolio(tmp_path: Path, db: None) -> None:
    (tmp_path / "a.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "b.yml").write_text(HEAD, encoding="utf-8-sig")
    (tmp_path / "notes.txt").write_text("not read")
    assert load_folder(tmp_path).issues == []


def test_a_folder_without_files_is_a_bad_source(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"no file .*\*.yaml or \*.yml.* in"):
        files_in(tmp_path)
    with pytest.raises(BadSource, match="there is no folder"):
        files_in(tmp_path / "none")


def in_memory(name: str, content: bytes) -> File:
    return File(name, lambda: BytesIO(content))


def test_a_file_in_another_encoding_is_refused_whole(db: None) -> None:
    (issue,) = load_files([in_memory("a.yaml", "# 防衛省".encode("shift_jis"))]).issues
    assert str(issue).startswith("a.yaml:1: file: is not UTF-8 text")


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadSource, match=r"no format “abacus”; accepted: .*portfolio"):
        load_files([in_memory("a.yaml", b"")], choice=Choice("abacus"))


def test_an_option_that_a_format_does_not_take_is_refused() -> None:
    with pytest.raises(Refused, match="encoding: is unknown; accepted: none"):
        load_files([in_memory("a.yaml", b"")], choice=Choice(options={"encoding": "cp932"}))


def names(reading: Reading, text: str) -> Iterator[None]:
    """An organization for each line; one that says `half` is where the file breaks off."""
    for line, name in enumerate(text.splitlines(), 1):
        if name == "half":
            raise BadFile(line, "ends in the middle of a record")
        ref = Ref("organizations", name)
        reading.row(ref, {"name": Given("name", name, line)}, line=line, record=str(line))
        yield


@pytest.fixture
def format_of_names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Makes every file one of names; gives how many organizations were stored when each portion was asked for."""

    def install(**more: Any) -> list[int]:
        stored: list[int] = []

        def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
            reading = Reading(file.name)
            with file.open() as opened:
                for portion in reading.portions(names(reading, opened.read().decode(options["encoding"]))):
                    stored.append(Organization.objects.count())
                    yield portion

        encoding = Option("encoding", "how letters are written", choices=("utf-8", "cp932"), default="utf-8")
        found = Format("names", "Names", (".txt",), read, (encoding,), **more)
        monkeypatch.setattr(loading, "format_of", lambda _: found)
        monkeypatch.setattr("procurement.imports.reading.PORTION", 2)
        return stored

    return install


def test_a_self_contained_format_is_posted_while_it_is_read(
    format_of_names: Callable[..., list[int]], db: None
) -> None:
    stored = format_of_names(self_contained=True)
    account = load_files([in_memory("a.txt", b"A\nB\nC\nD\nE\nA\n")])
    assert stored == [0, 2, 4, 5]
    assert (account.records, account.adds_up) == ({"taken": 5, "unchanged": 1}, True)


def test_one_whose_rows_name_others_is_posted_when_all_is_read(
    format_of_names: Callable[..., list[int]], db: None
) -> None:
    stored = format_of_names()
    load_files([in_memory("a.txt", b"A\nB\nC\n"), in_memory("b.txt", b"D\n")])
    assert set(stored) == {0}
    assert Organization.objects.count() == 4


def test_what_came_before_a_file_broke_off_is_taken(format_of_names: Callable[..., list[int]], db: None) -> None:
    format_of_names(self_contained=True)
    account = load_files([in_memory("a.txt", b"A\nB\nC\nhalf\nD\n")])
    assert [str(issue) for issue in account.issues] == ["a.txt:4: file: ends in the middle of a record"]
    assert account.records == {"taken": 3}


def test_an_option_reaches_the_format(format_of_names: Callable[..., list[int]], db: None) -> None:
    format_of_names()
    load_files([in_memory("a.txt", "防衛省".encode("cp932"))], choice=Choice(options={"encoding": "cp932"}))
    assert Organization.objects.get().name == "防衛省"


def test_a_value_that_an_option_does_not_take_is_refused(format_of_names: Callable[..., list[int]]) -> None:
    format_of_names()
    with pytest.raises(Refused, match="encoding: is unknown; accepted: utf-8, cp932"):
        load_files([in_memory("a.txt", b"")], choice=Choice(options={"encoding": "morse"}))
