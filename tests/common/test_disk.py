"""Files on a disk: whole, and in which order they get there."""

import os
import time
from pathlib import Path

import pytest

from procurement.common import disk
from procurement.common.disk import ABANDONED, PART, forget_abandoned, give_name, make_folder, part_in


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def synced(monkeypatch):
    """What was on the disk, in order: of a file its content, of a folder its names."""
    done, fsync = [], os.fsync

    def noted(opened):
        fsync(opened)
        path = Path(f"/proc/self/fd/{opened}").resolve()
        done.append(names(path) if path.is_dir() else path.read_bytes())

    monkeypatch.setattr(disk.os, "fsync", noted)
    return done


def test_the_content_is_on_the_disk_before_the_name(tmp_path, synced):
    with part_in(tmp_path) as part:
        part.write(b"words")
        give_name(part, tmp_path / "file")
        assert synced == [b"words", sorted([Path(part.name).name, "file"])]
    assert names(tmp_path) == ["file"]


def test_so_are_the_names_of_new_folders_from_above(tmp_path, synced):
    make_folder(tmp_path / "a" / "b")
    assert synced == [["a"], ["b"]]
    make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def fails_in(folder):
    with part_in(folder) as part:
        part.write(b"half")
        raise ValueError("no")


def test_what_fails_has_no_name(tmp_path):
    with pytest.raises(ValueError, match="no"):
        fails_in(tmp_path)
    assert names(tmp_path) == []


def test_what_a_killed_process_left_goes_a_day_later(tmp_path):
    old, new = tmp_path / f"{PART}old", tmp_path / f"{PART}new"
    for path in (old, new, tmp_path / "file"):
        path.write_bytes(b"")
    os.utime(old, (0, time.time() - ABANDONED - 1))
    forget_abandoned(tmp_path)
    assert names(tmp_path) == [new.name, "file"]
