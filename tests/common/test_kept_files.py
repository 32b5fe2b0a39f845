"""Files by the hash of their content: whole or not at all."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from procurement.common.disk import pieces_of
from procurement.common.errors import BadSource, NoRoom, Refused
from procurement.common.kept_files import Kept, Shelf, beginning
from tests.house.shape import ROOT

WORDS = b"words"
HASH = hashlib.sha256(WORDS).hexdigest()
#: Keeps a file of which the last piece never comes.
SLOW = """
import sys, time
from pathlib import Path
from procurement.common.kept_files import Shelf

def pieces():
    yield b"half" * 1000
    print("begun", flush=True)
    time.sleep(60)

Shelf(Path(sys.argv[1]), 10**6).keep(pieces())
"""


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "kept", 100)


def names(shelf):
    return sorted(path.name for path in shelf.folder.rglob("*") if path.is_file())


def test_a_file_is_kept_once_by_its_hash(shelf):
    assert shelf.keep([b"wo", b"rds"]) == shelf.keep([WORDS]) == Kept(HASH, 5)
    assert (names(shelf), shelf.path_of(HASH).read_bytes()) == ([HASH], WORDS)
    assert shelf.holds(Kept(HASH, 5))
    assert shelf.sound(HASH)


def test_what_is_missing_cut_or_changed_is_seen(shelf):
    kept = shelf.keep([WORDS])
    shelf.path_of(HASH).write_bytes(b"words!")
    assert (shelf.holds(kept), shelf.sound(kept.sha256)) == (False, False)
    shelf.path_of(HASH).write_bytes(b"sword")
    assert (shelf.holds(kept), shelf.sound(kept.sha256)) == (True, False)
    shelf.path_of(HASH).unlink()
    assert (shelf.holds(kept), shelf.sound(kept.sha256)) == (False, False)


@pytest.mark.parametrize(("pieces", "said"), [([], "is empty"), ([b"x" * 60, b"x" * 60], "more than 100 bytes")])
def test_nothing_and_too_much_leave_nothing(shelf, pieces, said):
    with pytest.raises(Refused, match=said):
        shelf.keep(pieces)
    assert names(shelf) == []


@pytest.mark.parametrize(("number", "kind"), [(28, NoRoom), (27, NoRoom), (122, NoRoom), (5, BadSource)])
def test_a_failure_of_the_disk_leaves_nothing(shelf, number, kind):
    def failing():
        yield WORDS
        raise OSError(number, os.strerror(number))

    with pytest.raises(BadSource, match=os.strerror(number)) as error:
        shelf.keep(failing())
    assert (type(error.value), names(shelf)) == (kind, [])


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadSource, match="cannot be stored"):
        Shelf(tmp_path / "file" / "kept", 100).keep([WORDS])


@pytest.mark.chaos
def test_a_process_that_is_killed_leaves_no_half_file_under_a_hash(shelf):
    command = [sys.executable, "-c", SLOW, str(shelf.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as keeping:
        assert keeping.stdout.readline() == b"begun\n"
        keeping.kill()
    (part,) = names(shelf)
    assert part.startswith(".part-")
    os.utime(shelf.folder / part, (0, time.time() - 2 * 24 * 3600))
    shelf.keep([WORDS])
    assert names(shelf) == [HASH]


def test_a_file_is_read_in_pieces_and_looked_at_before(tmp_path):
    path = Path(tmp_path / "file")
    path.write_bytes(WORDS)
    head, pieces = beginning(pieces_of(path), 2)
    assert (head, b"".join(pieces)) == (b"wo", WORDS)
    assert beginning([], 5)[0] == b""
