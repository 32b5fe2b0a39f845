"""The folder of exports: whole or not there, kept by number, and checked by hash."""

import gzip
import json

import pytest

from procurement.common.dated_folders import MANIFEST, InUse, all_in
from procurement.common.errors import BadSource, Refused
from procurement.exports.folder import faults_of, keep_newest, manifest_of, new_export
from procurement.exports.manifest import ExportedFile, Manifest
from procurement.exports.writing import CompressedFile
from tests.exports.made import MOMENT, make

NAMES = ["20260101T030000Z", "20260102T030000Z", "20260103T030000Z"]


def names(folder):
    return sorted(each.name for each in folder.iterdir() if each.name != ".lock")


def test_an_export_is_there_when_it_is_whole(tmp_path):
    with new_export(tmp_path, NAMES[0]) as making:
        (making / "a").write_text("x")
        assert all_in(tmp_path) == []
    assert names(tmp_path) == NAMES[:1]


def test_what_failed_leaves_nothing(tmp_path):
    with pytest.raises(FileExistsError), new_export(tmp_path, NAMES[0]) as making:
        making.mkdir()
    assert names(tmp_path) == []


def test_what_was_killed_is_removed_by_the_next(tmp_path):
    (tmp_path / f".unfinished-{NAMES[0]}").mkdir()
    (tmp_path / f".unfinished-{NAMES[0]}" / "contracts.csv.gz").write_text("half")
    assert all_in(tmp_path) == []
    make(tmp_path, NAMES[1])
    assert names(tmp_path) == [NAMES[1]]


def test_only_one_process_writes_at_a_time(tmp_path):
    with new_export(tmp_path, NAMES[0]), pytest.raises(InUse), new_export(tmp_path, NAMES[1]):
        pass


def test_an_export_is_never_written_over(tmp_path):
    make(tmp_path, NAMES[0])
    with pytest.raises(Refused, match="already"):
        make(tmp_path, NAMES[0])
    assert faults_of(tmp_path / NAMES[0]) == []


def test_the_newest_are_kept(tmp_path):
    for name in NAMES:
        make(tmp_path, name)
    assert keep_newest(tmp_path, 2) == NAMES[:1]
    assert [each.name for each in all_in(tmp_path)] == NAMES[:0:-1]
    assert names(tmp_path) == NAMES[1:]


def test_other_folders_are_no_exports(tmp_path):
    (tmp_path / "lost+found").mkdir()
    (tmp_path / NAMES[0]).mkdir()
    assert all_in(tmp_path) == all_in(tmp_path / "nowhere") == []


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    make(tmp_path, NAMES[0])
    found = manifest_of(tmp_path / NAMES[0])
    assert Manifest.read(found.as_json()) == found
    assert (found.recorded_by, found.file("a.csv.gz").rows, found.file("b.csv.gz")) == (MOMENT, 1, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"recorded_by": "x"}'])
def test_another_text_is_no_manifest(text):
    with pytest.raises(BadSource, match="not a manifest"):
        Manifest.read(text.encode())


def spoil_byte(export):
    path = export / "a.csv.gz"
    held = bytearray(path.read_bytes())
    held[-1] ^= 1
    path.write_bytes(held)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_byte, "a.csv.gz: its content is not what was written"),
        (lambda export: (export / "a.csv.gz").unlink(), "a.csv.gz: it is not there"),
        (lambda export: (export / "a.csv.gz").write_bytes(b"x"), "a.csv.gz: it has 1 bytes; the manifest says"),
        (lambda export: (export / "b").write_text("x"), "b: the manifest does not name it"),
    ],
)
def test_a_check_finds_what_is_not_as_it_was_exported(tmp_path, spoil, said):
    export = make(tmp_path, NAMES[0])
    assert faults_of(export) == []
    spoil(export)
    (fault,) = faults_of(export)
    assert fault.startswith(said)


def test_a_manifest_cannot_name_a_file_elsewhere(tmp_path):
    export = make(tmp_path, NAMES[0])
    found = json.loads((export / MANIFEST).read_text())
    found["files"][0]["name"] = "../secret"
    (export / MANIFEST).write_text(json.dumps(found))
    (tmp_path / "secret").write_text("x")
    assert "../secret: it is not there" in faults_of(export)


def test_the_same_content_makes_the_same_file(tmp_path):
    made: list[ExportedFile] = []
    for name in ("1", "2"):
        with CompressedFile(tmp_path / f"{name}.gz") as file:
            file.take([b"a\n", b"b\n"])
        made.append(file.described(rows=2))
    assert made[0].sha256 == made[1].sha256
    assert gzip.decompress((tmp_path / "1.gz").read_bytes()) == b"a\nb\n"
    assert made[0].bytes == (tmp_path / "1.gz").stat().st_size
