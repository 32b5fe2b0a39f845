"""A backup is whole or not there, and what is restored from it is what was backed up."""

import shutil
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from procurement.access.session_models import LoginSession
from procurement.access.session_store import SessionStore
from procurement.common.dated_folders import MANIFEST, UNFINISHED, all_in
from procurement.common.errors import BadSource
from procurement.contracts.models import Contract
from procurement.imports.batches.kept_files import path_of
from procurement.imports.models import ImportBatch
from procurement.recovery import clients, making
from procurement.recovery.folder import keep_newest, lack_of, note_failed_trial
from procurement.recovery.manifest import DUMP, Manifest
from procurement.recovery.restoring import restore
from procurement.signs.models import LifeSign
from procurement.sources.archiving import unsound_copies
from tests.house.test_squashed import empty_database
from tests.makers import make_contract
from tests.recovery.conftest import PDF


@pytest.fixture
def backup(filled, tmp_path):
    return making.make_backup(tmp_path / "backups")


def forget_kept_files(settings):
    for folder in (settings.DOCUMENT_FOLDER, settings.IMPORT_FOLDER):
        shutil.rmtree(folder)


def later(*arguments, **options):
    """Call a command in another second than that of the last backup, which gave it its name."""
    time.sleep(1)
    call_command(*arguments, **options)


def query(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_what_is_restored_is_what_was_backed_up(backup, settings):
    before = list(Contract.objects.values())
    make_contract()  # after the backup
    forget_kept_files(settings)
    with empty_database("restored"):
        call_command("restore", backup, jobs=1)
        assert list(Contract.objects.values()) == before
        assert not list(unsound_copies())
        assert path_of(ImportBatch.objects.get().sha256).is_file()
        assert query("SELECT count(*) FROM procurement_keptday") == [(1,)]
        with pytest.raises(Exception, match="holds facts: UPDATE is refused"):
            query("UPDATE procurement_ledgerentry SET amount = 1 RETURNING id")


def test_only_its_owner_reads_a_backup(backup):
    inside = [backup, *backup.rglob("*")]
    assert {oct(each.stat().st_mode & 0o777) for each in inside if each.is_dir()} == {"0o700"}
    assert {oct(each.stat().st_mode & 0o777) for each in inside if each.is_file()} == {"0o600"}


def test_it_says_what_it_is(backup):
    manifest = Manifest.read(backup)
    assert manifest.rows["procurement_contract"] == 1
    assert "0085_old_sessions" in manifest.steps
    assert [each.name.split("/")[0] for each in manifest.files] == [DUMP, "documents", "imports"]
    assert not manifest.missing


def test_sessions_and_the_secret_key_are_not_in_it(backup, settings):
    assert SessionStore.get_model_class()._meta.db_table in Manifest.read(backup).left_out
    assert not [
        each for each in backup.rglob("*") if each.is_file() and settings.SECRET_KEY.encode() in each.read_bytes()
    ]


def test_the_next_backup_shares_its_kept_files(backup):
    time.sleep(1)
    copies = making.make_backup(backup.parent) / "documents", backup / "documents"
    first, second = (next(path for path in folder.rglob("*") if path.is_file()) for folder in copies)
    assert first.samefile(second)
    assert first.read_bytes() == PDF


def test_a_missing_copy_is_told_and_no_older_backup_is_removed(backup, settings):
    shutil.rmtree(backup / "documents")
    forget_kept_files(settings)
    with pytest.raises(CommandError, match=r"2 kept files are missing or damaged.* 1 of them are in this backup"):
        later("backup", backup.parent, keep=1)
    newest, older = all_in(backup.parent)
    assert (lack_of(newest), lack_of(older)) == ("1 kept files are missing", "")


def test_a_copy_that_was_damaged_since_is_told_and_is_whole_in_the_backup(backup, settings):
    (copy,) = (path for path in settings.DOCUMENT_FOLDER.rglob("*") if path.is_file())
    copy.write_bytes(b"something else")
    with pytest.raises(CommandError, match=r"1 kept files are missing or damaged.*copy them back from there"):
        later("backup", backup.parent)
    newest = all_in(backup.parent)[0]
    assert (Manifest.read(newest).rescued, lack_of(newest)) == ([f"documents/{copy.parent.name}/{copy.name}"], "")
    assert (newest / "documents" / copy.parent.name / copy.name).read_bytes() == PDF


def test_older_backups_are_removed_where_that_is_asked_for(backup, capsys):
    later("backup", backup.parent, keep=1)
    assert not backup.exists()
    call_command("backup", backup.parent, list=True)
    assert "rows" in capsys.readouterr().out.splitlines()[-1]


def test_those_that_are_not_whole_take_no_place_of_those_that_are_kept(backup, capsys):
    bad = [backup.with_name(f"2099010{day}T000000Z") for day in (1, 2)]
    for each in bad:
        shutil.copytree(backup, each)
    note_failed_trial(bad[0], "no")
    (bad[1] / MANIFEST).write_text("half")
    assert keep_newest(backup.parent, 1) == []
    call_command("backup", backup.parent, list=True)
    assert [line.partition("NOT WHOLE: ")[2][:12] for line in capsys.readouterr().out.splitlines()] == [
        f"{bad[1]}"[:12],
        "could not be",
        "",
    ]
    shutil.copytree(backup, backup.with_name("20990103T000000Z"))
    assert keep_newest(backup.parent, 1) == ["20990102T000000Z", "20990101T000000Z", backup.name]


def test_one_that_fails_its_trial_says_so(backup, monkeypatch):
    def failing(*_, **__):
        raise BadSource("it does not verify")

    monkeypatch.setattr("procurement.management.commands.backup.try_backup", failing)
    with pytest.raises(CommandError, match="it does not verify"):
        later("backup", backup.parent, verify=True)
    assert lack_of(all_in(backup.parent)[0]) == "could not be restored on trial"
    sign = LifeSign.objects.get(name="backup")
    assert (sign.is_well, sign.well_at) == (False, None)


def test_a_backup_that_failed_is_none(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_options", lambda *_: ["--snapshot=of-nobody"])
    with pytest.raises(CommandError, match="pg_dump failed"):
        call_command("backup", tmp_path / "backups")
    assert not [each for each in (tmp_path / "backups").iterdir() if each.is_dir()]


def test_what_a_killed_one_left_is_removed(backup):
    left = backup.parent / f"{UNFINISHED}20260101T000000Z"
    left.mkdir()
    later("backup", backup.parent)
    assert not left.exists()


# what a restore refuses


def test_a_database_with_tables_is_refused(backup):
    with pytest.raises(CommandError, match="give --replace"):
        call_command("restore", backup)


def test_it_is_replaced_where_that_is_asked_for(backup):
    with empty_database("replaced"):
        query("CREATE TABLE programs (id integer)")
        call_command("restore", backup, replace=True, jobs=1)
        assert query("SELECT to_regclass('programs')") == [(None,)]
        assert Contract.objects.count() == 1


def test_a_damaged_file_is_replaced_and_nobody_is_logged_in_afterwards(backup, settings):
    """Also from a backup that has sessions, as those of before they were left out."""
    (copy,) = (path for path in settings.DOCUMENT_FOLDER.rglob("*") if path.is_file())
    copy.write_bytes(b"something else")
    manifest = Manifest.read(backup)
    manifest.left_out.remove("procurement_loginsession")
    manifest.rows["procurement_loginsession"] = 0
    manifest.write(backup)
    with empty_database("mended"):
        call_command("restore", backup, jobs=1)
        assert not LoginSession.objects.exists()
    assert copy.read_bytes() == PDF


def test_nothing_is_dropped_while_somebody_works_in_it(backup):
    with empty_database("in_use"):
        query("CREATE TABLE programs (id integer)")
        with clients.connect() as _other, pytest.raises(CommandError, match="1 sessions use it; stop the service"):
            call_command("restore", backup, replace=True)


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"PGDMP"), lambda path: path.unlink()])
def test_a_damaged_backup_is_refused_before_anything_is_changed(backup, change):
    change(backup / DUMP)
    with empty_database("untouched"):
        with pytest.raises(CommandError, match=r"is damaged: database\.dump"):
            call_command("restore", backup)
        assert query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_backup_of_a_newer_version_is_refused(backup):
    manifest = Manifest.read(backup)
    manifest.migrations.append("procurement.9999_later")
    manifest.write(backup)
    with pytest.raises(CommandError, match=r"does not have \(9999_later\)"):
        call_command("restore", backup)


def test_what_is_no_backup_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", tmp_path, check=True)


def test_other_rows_than_were_dumped_are_told(backup):
    manifest = Manifest.read(backup)
    manifest.rows["procurement_contract"] = 2
    manifest.write(backup)
    with empty_database("fewer"), pytest.raises(Exception, match="procurement_contract has 1 rows, not 2"):
        restore(backup)


def test_a_client_that_is_too_old_is_refused():
    with pytest.raises(Exception, match="pg_dump of PostgreSQL 99 or newer is needed, and is here only of version"):
        clients.program("pg_dump", 99)


@pytest.mark.run
def test_it_is_tried_on_an_empty_machine(backup, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    later("backup", backup.parent, verify=True)
    assert "restored on trial and verified" in capsys.readouterr().out
    assert not list(tmp_path.glob("tracker-trial-*"))
