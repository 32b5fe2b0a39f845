"""Homes that the code of earlier days made are upgraded by today's: nothing is lost or added, nobody is alerted.

Each dump was made by the code of its day (make_dump.py), so that no history of git is needed here.
"""

import lzma

import pytest
from django.conf import global_settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from procurement.alerts.models import Subscription
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.programs.models import Program
from procurement.recovery import clients
from tests.house.test_squashed import empty_database
from tests.upgrades.make_dump import DUMPS, SAMPLE

FOUND = sorted(DUMPS.glob("*.sql.xz"))


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def load(dump, folder):
    """By psql, as only that reads the rows in a dump."""
    unpacked = folder / "dump.sql"
    unpacked.write_bytes(lzma.decompress(dump.read_bytes()))
    with clients.connect() as session:
        psql = clients.program("psql", clients.server_major(session))
    clients.run(psql, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={unpacked}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dump", FOUND, ids=lambda path: path.name.partition(".")[0])
def test_a_home_of_that_day_is_upgraded(dump, tmp_path, settings, capsys):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    with empty_database("upgraded"):
        load(dump, tmp_path)
        tables = (
            "program",
            "contract",
            "ledgerentry",
            "statuschange",
            "document",
            "organization",
            "alert",
            "notice",
            "delivery",
        )
        before = {name: counted(f"procurement_{name}") for name in tables}
        assert before["program"] == 2

        call_command("migrate", interactive=False, verbosity=0)
        rebuild_totals(jobs=1)
        call_command("verify")

        assert {name: counted(f"procurement_{name}") for name in tables} == before
        assert set(Program.objects.values_list("code", flat=True)) == {f"own-{code}" for code in SAMPLE}
        assert User.objects.get(username="clerk").check_password("a password of the clerk")
        assert Subscription.objects.listening().get().name == "all of it"
        call_command("load_sample", "--unless-own")
        assert "there are data of your own" in capsys.readouterr().out
        assert counted("procurement_program") == 2


@pytest.mark.django_db
def test_there_are_some():
    assert FOUND
    assert all(path.stat().st_size < 300_000 for path in FOUND)
