"""Bad files, handed in at every door: each is answered in words, leaves no half file, and no batch waits for ever.

The admin's form calls the same function as the first of the doors.
"""

import io
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from procurement.common.errors import BadSource, NoRoom, Refused
from procurement.imports.batches.kept_files import keep, path_of
from procurement.imports.batches.running import run_next, start
from procurement.imports.format import File, text_lines
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import fact_models, rows_of
from tests.api.calling import ROOT
from tests.api.conftest import caller
from tests.imports.bad_files import BAD, MANY, Bad

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_FOLDER = tmp_path / "imports"


def by_the_function(bad: Bad, _: Path) -> str:
    """What is refused at the door, if anything."""
    try:
        start(keep([bad.content()]), name=bad.name, choice=Choice(bad.format, bad.options), by=None)
    except (Refused, BadSource) as error:
        return str(error)
    while run_next():
        pass
    return ""


def by_the_command(bad: Bad, folder: Path) -> str:
    path = folder / bad.name
    path.write_bytes(bad.content())
    try:
        call_command("import", str(path), format=bad.format, stdout=io.StringIO(), stderr=io.StringIO())
    except CommandError as error:
        return "" if str(error).startswith("not all was taken") else str(error)
    return ""


def by_the_api(bad: Bad, _: Path) -> str:
    form: dict[str, Any] = {"file": SimpleUploadedFile(bad.name, bad.content())}
    analyst = caller("an-analyst", "write")
    answer = analyst.client.post(f"{ROOT}imports/", form | ({"format": bad.format} if bad.format else {}))
    assert answer.status_code in {201, 400}, answer.content
    while run_next():
        pass
    return "" if answer.status_code == 201 else str(answer.json()["errors"])


DOORS: dict[str, Callable[[Bad, Path], str]] = {
    "function": by_the_function,
    "command": by_the_command,
    "api": by_the_api,
}


def parts() -> list[Path]:
    """What is left of copies that never became whole."""
    from procurement.imports.batches.kept_files import shelf

    return list(shelf().folder.glob(".part-*"))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", BAD)
def test_it_is_answered_in_words(door, kind, tmp_path):
    bad = BAD[kind]
    said = DOORS[door](bad, tmp_path)
    assert parts() == []
    if bad.at_the_door:
        assert bad.at_the_door in said
        assert not ImportBatch.objects.exists()
        return
    assert said == ""
    batch = ImportBatch.objects.get()
    issues = [issue.reason for issue in batch.issues.all()]
    assert (batch.state, batch.failure) == ("done", "")
    assert any(bad.issue in each for each in issues), issues
    taken = sum(counts["taken"] for counts in batch.tables.values())
    assert taken == bad.taken or bad.taken < 0, issues
    assert all(c["read"] == c["taken"] + c["unchanged"] + c["refused"] for c in batch.tables.values())


def test_two_currencies_in_a_column_are_never_added_up(tmp_path):
    by_the_function(BAD["two currencies in a column"], tmp_path)
    assert [int(entry.amount) for entry in LedgerEntry.objects.all()] == [100]
    assert ImportBatch.objects.get().refusals == 2


# a file that grows


def test_a_text_that_grows_while_it_is_read_has_an_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("line\n" * 1000)
    read = 0
    for _ in text_lines(File.at(path)):
        read += 1
        with path.open("a") as growing:
            growing.write("line\n")
    assert read == 1000


def test_a_file_that_is_written_while_it_is_handed_in_is_read_as_it_was_kept(tmp_path):
    """A pipe ends when its writer does: what came until then is the file."""
    import os

    path = tmp_path / "a.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(MANY,))
    writer.start()
    call_command("import", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    writer.join()
    batch = ImportBatch.objects.get()
    assert (batch.size, batch.records, path_of(batch.sha256).read_text()) == (len(MANY), {"taken": 3000}, MANY)


# a disk that fills


@contextmanager
def small_disk(most: int) -> Iterator[None]:
    """No file of this process becomes larger, as on a disk that is full by then."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


FULL = MANY.encode() * 40


def test_a_full_disk_is_answered_by_the_function_and_leaves_nothing():
    with small_disk(100_000), pytest.raises(NoRoom, match="cannot be stored: File too large"):
        keep([FULL])
    assert parts() == []


def test_by_the_command(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(FULL)
    with small_disk(100_000), pytest.raises(CommandError, match="cannot be stored: File too large"):
        call_command("import", str(path))
    assert (parts(), ImportBatch.objects.count()) == ([], 0)


@pytest.mark.parametrize("times", [1, 30], ids=["where it is kept", "where it is uploaded first"])
def test_and_by_the_api(times):
    analyst = caller("an-analyst", "write")
    form = {"file": SimpleUploadedFile("a.csv", MANY.encode() * times)}
    with small_disk(50_000):
        answer = analyst.client.post(f"{ROOT}imports/", form)
    assert answer.status_code == 507, answer.content
    assert "no room here" in answer.json()["detail"]
    assert (parts(), ImportBatch.objects.count()) == ([], 0)


def test_a_disk_that_is_full_when_a_file_is_unpacked_fails_the_batch_and_says_so():
    from tests.imports.bad_files import packed, with_amounts

    rows = [str(number) for number in range(4000)]
    content = packed(a_xlsx=with_amounts(*rows))
    start(keep([content]), name="a.zip", choice=Choice("templates"), by=None)
    with small_disk(20_000):
        run_next()
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.failure, run_next()) == ("failed", "could not be read: File too large", False)
    assert not any(rows_of(model).exists() for model in fact_models())
