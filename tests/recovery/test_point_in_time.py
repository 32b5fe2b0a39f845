"""Going back to a moment with the lines of docs/recovery.md, on a PostgreSQL of its own."""

import re
import subprocess
import time

import psycopg
import pytest

from tests.house.shape import ROOT
from tests.running.service import within
from tracker.local.embedded import BINARIES, SUPERUSER, Server, open_way, own_folder

pytestmark = [pytest.mark.run, pytest.mark.proof]

PAGE = (ROOT / "docs" / "recovery.md").read_text()


def lines_of(first: str) -> str:
    """The block of the page that begins with a line."""
    (block,) = [each for each in re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL) if each.lstrip().startswith(first)]
    return re.sub(r"^ +", "", block, flags=re.MULTILINE)


def ask(server, statement):
    with psycopg.connect(host=server.host(), user=SUPERUSER, dbname="postgres", autocommit=True) as session:
        found = session.execute(statement)
        return found.fetchall() if found.description else []


@pytest.fixture
def place(tmp_path):
    """Where the archive and base backups are; the page calls it /srv."""
    first = Server(tmp_path / "first", durable=False)
    first.prepare()
    open_way(tmp_path)
    for name in ("wal", "base"):
        own_folder(tmp_path / name, first.account)
    with (first.data / "postgresql.conf").open("a") as conf:
        conf.write(lines_of("archive_mode").replace("/srv/", f"{tmp_path}/"))
    first.start()
    yield first
    first.stop()


def base_backup(server, folder):
    (command,) = re.findall(r"\$ (pg_basebackup .*)", PAGE)
    words = command.replace("/srv/base/new", str(folder)).split()
    words = [str(BINARIES / words[0]), *words[1:], "-h", server.host(), "-U", SUPERUSER]
    subprocess.run(words, **server.account.popen(), check=True)


def archived(server, name):
    deadline = time.monotonic() + 60
    while not (server.home.parent / "wal" / name).exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def test_a_mistake_is_undone_by_going_back_to_the_moment_before_it(place, tmp_path):
    ask(place, "CREATE TABLE facts (said text)")
    base = tmp_path / "base" / "new"
    base_backup(place, base)
    ask(place, "INSERT INTO facts VALUES ('after the base backup')")
    time.sleep(0.1)
    ((moment,),) = ask(place, "SELECT clock_timestamp()::text")
    ask(place, "DELETE FROM facts")
    ((segment,),) = ask(place, "SELECT pg_walfile_name(pg_switch_wal())")
    archived(place, segment)
    place.stop()

    second = Server(tmp_path / "second", durable=False)
    second.home.mkdir()
    base.rename(second.data)
    (second.data / "recovery.signal").touch()
    text = lines_of("restore_command").replace("/srv/", f"{tmp_path}/")
    with (second.data / "postgresql.auto.conf").open("a") as conf:
        conf.write(re.sub(r"(recovery_target_time = )'.*'", rf"\1'{moment}'", text))
    second.start()
    try:
        assert within(
            30, lambda: ask(second, "SELECT pg_is_in_recovery()") == [(False,)]
        )  # it reads before it is there
        assert ask(second, "SELECT said FROM facts") == [("after the base backup",)]
    finally:
        second.stop()
