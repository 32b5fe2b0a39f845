"""A disk without room for one more byte: what was being written is gone, and comes whole when there is room again."""

import email
import os
from email.policy import default

import pytest
from django.core.mail import EmailMessage, get_connection

from procurement.charts.kept_drawings import Drawings
from procurement.common.dated_folders import all_in
from procurement.common.errors import NoRoom
from procurement.common.kept_files import Shelf
from procurement.delivery.mailfolder import UNFINISHED
from procurement.delivery.sending import send_due
from procurement.exports.folder import new_export
from procurement.exports.writing import CompressedFile
from tests.delivery.outbox import make_delivery
from tests.running.disks import Disk
from tracker.local.spool import Channel

LONG = b"x" * 1_000_000


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path / "disk", 4)
    if not disk.is_small:
        pytest.skip("nothing may be mounted here, so no disk was filled")
    yield disk
    disk.end()


def left_in(folder):
    """The files that are not whole, and the folders too."""
    return [path.name for path in folder.rglob(".*") if path.name not in (UNFINISHED, ".lock")]


@pytest.fixture
def mails(disk, settings):
    settings.EMAIL_BACKEND = "procurement.delivery.mailfolder.EmailBackend"
    settings.EMAIL_FILE_PATH = disk.folder / "mail"
    return settings.EMAIL_FILE_PATH


def test_half_a_mail_is_no_mail(disk, mails):
    get_connection().send_messages([EmailMessage("before", "x", to=["a@example.org"])])
    disk.fill()
    with pytest.raises(OSError, match="No space"):
        EmailMessage("after", LONG.decode(), to=["a@example.org"]).send()
    assert left_in(disk.folder) == []
    (file,) = mails.glob("*.eml")
    assert email.message_from_bytes(file.read_bytes(), policy=default)["Subject"] == "before"


@pytest.mark.django_db
def test_a_message_without_room_is_sent_when_there_is_room(disk, mails):
    delivery = make_delivery()
    disk.fill()
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, left_in(disk.folder)) == ("pending", [])
    disk.free()
    delivery.next_try_at = delivery.created_at
    delivery.save(update_fields=["next_try_at"])
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, len(list(mails.glob("*.eml")))) == ("sent", 1)


def test_half_a_kept_file_is_none(disk):
    shelf = Shelf(disk.folder / "kept", 10**9)
    shelf.keep([b"before"])
    disk.fill()
    with pytest.raises(NoRoom, match="No space"):
        shelf.keep([LONG])
    assert left_in(shelf.folder) == []
    disk.free()
    assert shelf.sound(shelf.keep([LONG]).sha256)


def exported(disk):
    with new_export(disk.folder, "20261201T000000Z") as making:
        disk.fill()
        with CompressedFile(making / "rows.csv.gz") as file:
            file.take([os.urandom(100_000)])


def test_half_an_export_is_none(disk):
    with pytest.raises(OSError, match="No space"):
        exported(disk)
    assert (all_in(disk.folder), left_in(disk.folder)) == ([], [])


def test_a_drawing_without_room_is_shown_and_not_kept(disk):
    drawings = Drawings(disk.folder)
    disk.fill()
    assert drawings.kept("chart.svg", lambda: LONG) == LONG
    assert left_in(disk.folder) == []
    disk.free()
    drawings.kept("chart.svg", lambda: LONG)
    assert (disk.folder / "chart.svg").read_bytes() == LONG


class Spool(Channel):
    """A channel of a folder, without a connection."""

    def __init__(self, folder):
        self.folder = folder

    @property
    def transport_options(self):
        return {"data_folder_in": str(self.folder)}


def test_half_a_celery_message_is_none(disk):
    spool = Spool(disk.folder)
    spool._put("default", {"body": "before"})
    disk.fill()
    with pytest.raises(OSError, match="No space"):
        spool._put("default", {"body": LONG.decode()})
    assert left_in(disk.folder) == []
    assert spool._get("default") == {"body": "before"}
