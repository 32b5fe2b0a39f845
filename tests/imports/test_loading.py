"""Folders and files."""

from pathlib import Path

import pytest

from procurement.common.errors import BadSource
from procurement.imports.loading import load_folder, portfolio_files, read_file
from tests.imports.texts import FACTS, HEAD


def test_the_files_of_a_folder_are_one_portfolio(tmp_path: Path, db: None) -> None:
    (tmp_path / "a.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "b.yml").write_text(HEAD, encoding="utf-8-sig")
    (tmp_path / "notes.txt").write_text("not read")
    assert load_folder(tmp_path).issues == []


def test_a_folder_without_files_is_a_bad_source(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"no file \*.yaml or \*.yml in"):
        portfolio_files(tmp_path)
    with pytest.raises(BadSource, match="there is no folder"):
        portfolio_files(tmp_path / "none")


def test_a_file_in_another_encoding_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("# 防衛省".encode("shift_jis"))
    assert "a.yaml:1: file: is not UTF-8 text" in str(read_file(path).issues[0])
