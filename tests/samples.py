"""The sample portfolio as loading it leaves the database: loaded once in a run, and copied from then on."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from procurement.imports.account import Account
from procurement.imports.loading import load_folder
from tests import emptying
from tests.service_role import as_owner
from tests.settings import MADE_HOME
from tracker.file_locks import Lock

FIXTURES = Path(__file__).parents[1] / "fixtures"
#: One file for each table that the sample fills, for all processes of the run; beside it what became of the rows.
COPY = Path(os.environ[MADE_HOME]) / "sample"
ACCOUNT = COPY.with_suffix(".account")

#: The sequence goes on behind the copied rows, and never back.
ADVANCE = (
    "SELECT setval(s, GREATEST(nextval(s), (SELECT max({1}) FROM {0}))) FROM pg_get_serial_sequence('{0}', '{1}') s"
)


def load_whole_sample() -> Account:
    """Every program of the sample, in the transaction of whoever calls; gives what became of the rows at loading."""
    with Lock(COPY.with_suffix(".lock")):
        if not COPY.exists():
            save()
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        columns = emptying.tables(cursor)
        cursor.execute("SET LOCAL session_replication_role = replica")  # what triggers did is in the copy
        for file in COPY.iterdir():
            with cursor.copy(f"COPY {file.name} ({columns[file.name]}) FROM STDIN") as rows:
                rows.write(file.read_bytes())
            key = "pgh_id" if "pgh_id" in columns[file.name].split(", ") else "id"  # of a history, or of a table
            cursor.execute(ADVANCE.format(file.name, key))
        cursor.execute("SET LOCAL session_replication_role = origin")
    account: Account = pickle.loads(ACCOUNT.read_bytes())
    return account


def save() -> None:
    """Load the sample as the service does, write down what it left, and take it back."""
    draft = COPY.with_suffix(".draft")
    draft.mkdir()
    with another_connection(), transaction.atomic(), connection.cursor() as cursor:
        ACCOUNT.write_bytes(pickle.dumps(load_folder(FIXTURES)))
        columns = emptying.tables(cursor)
        for table in sorted(columns.keys() - emptying.kept(cursor)):
            write_down(cursor, table, columns[table], draft)
        transaction.set_rollback(True)
    draft.rename(COPY)


def write_down(cursor: CursorWrapper, table: str, columns: str, folder: Path) -> None:
    """A file with the rows of a table, unless it has none."""
    with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as rows:
        content = b"".join(rows)
    if content:
        (folder / table).write_bytes(content)


@contextmanager
def another_connection() -> Iterator[None]:
    """A connection that sees nothing of the transaction in which a test or a module runs."""
    mine = connections["default"]
    connections["default"] = other = mine.copy()
    try:
        yield
    finally:
        other.close()
        connections["default"] = mine
