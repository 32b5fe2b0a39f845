"""Exports as they are served: listed, described, and downloaded by the names in their manifest."""

import hashlib

import pytest

from tests.exports.made import make

OLD, NEW = "20260101T030000Z", "20260102T030000Z"


@pytest.fixture
def folder(db, settings, tmp_path):
    settings.EXPORT_FOLDER = tmp_path / "exports"
    for name in (OLD, NEW):
        make(settings.EXPORT_FOLDER, name)
    (tmp_path / "secret.gz").write_text("x")
    return settings.EXPORT_FOLDER


def content(answer):
    return b"".join(answer.streaming_content)


def test_they_are_listed_newest_first_with_their_files(anonymous, folder):
    newest, oldest = anonymous.rows("exports/")
    assert (newest["name"], oldest["name"]) == (NEW, OLD)
    assert (newest["licence"], newest["attribution"], newest["as_of"]) == ("CC0-1.0", "the ministry", "2026-01-01")
    (file,) = newest["files"]
    assert (file["name"], file["rows"], file["columns"]) == ("a.csv.gz", 1, ["id"])
    assert file["url"] == f"http://testserver/api/v1/exports/{NEW}/a.csv.gz"


def test_the_newest_has_a_name_that_stays(anonymous, folder):
    assert anonymous.read("exports/latest/") == anonymous.read(f"exports/{NEW}/")


def test_a_file_is_downloaded_with_its_hash_as_tag(anonymous, folder):
    answer = anonymous.get("exports/latest/a.csv.gz", Accept="text/html")
    stored = (folder / NEW / "a.csv.gz").read_bytes()
    assert (content(answer), answer["Content-Type"]) == (stored, "application/gzip")
    assert answer["ETag"] == f'"{hashlib.sha256(stored).hexdigest()}"'
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv.gz"'
    assert answer["Content-Length"] == str(len(stored))
    again = anonymous.get("exports/latest/a.csv.gz", If_None_Match=answer["ETag"])
    assert (again.status_code, again["ETag"]) == (304, answer["ETag"])


def test_the_manifest_is_one_of_the_files(anonymous, folder):
    answer = anonymous.get(f"exports/{OLD}/manifest.json")
    assert (answer["Content-Type"], content(answer)) == (
        "application/json",
        (folder / OLD / "manifest.json").read_bytes(),
    )


@pytest.mark.parametrize("path", [
    "exports/latest/b.csv.gz", "exports/latest/..%2F..%2Fsecret.gz", "exports/latest/../../secret.gz",
    "exports/20250101T030000Z/a.csv.gz", "exports/20250101T030000Z/", "exports/.unfinished-x/", "exports/latest/.lock",
])  # fmt: skip
def test_nothing_else_is_served(anonymous, folder, path):
    (folder / NEW / "b.csv.gz").write_text("no manifest names it")
    assert anonymous.get(path).status_code == 404


def test_without_a_folder_there_are_none(anonymous, db):
    assert anonymous.rows("exports/") == []
    assert anonymous.get("exports/latest/").status_code == 404


def test_they_are_for_those_who_may_read(anonymous, reader, folder, settings):
    settings.ANONYMOUS_READ = False
    for path in ("exports/", "exports/latest/", "exports/latest/a.csv.gz"):
        answer = reader.get(path)
        assert content(answer) if answer.streaming else answer.content
        assert (anonymous.get(path).status_code, answer.status_code) == (401, 200)


def test_a_damaged_export_does_not_hide_the_others(anonymous, folder):
    (folder / NEW / "manifest.json").write_text("half")
    assert [each["name"] for each in anonymous.rows("exports/")] == [OLD]
    assert anonymous.get(f"exports/{NEW}/").status_code == 422
