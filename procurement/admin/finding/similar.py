"""Rows whose names resemble a text, for what was misspelt: by runs of letters that both have.

Of three letters, and in writing without words of two characters (common/searching.py).
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from django.db import OperationalError, connection, models, transaction
from psycopg import sql

from procurement.access.limits.statements import is_stopped
from procurement.common.prepared_statements import plan_with
from procurement.common.searching import KEPT, has_runs

#: How much of a text's runs of letters must be found together in a row, of 1.
LIKENESS = 0.4
#: Shorter texts resemble too much.
SHORTEST = 3

_RESEMBLING = sql.SQL(
    """SELECT id FROM {table} WHERE withdrawn_at IS NULL AND searchable(%(text)s) <%% {searched}
        ORDER BY word_similarity(searchable(%(text)s), {searched}) DESC, id LIMIT %(most)s"""
)
_SHARING_RUNS = sql.SQL(
    """SELECT id FROM (
         SELECT id, cardinality(ARRAY(SELECT unnest(letter_runs({searched}))
                                      INTERSECT SELECT unnest(letter_runs(searchable(%(text)s))))) AS shared
           FROM {table}
          WHERE withdrawn_at IS NULL AND octet_length({searched}) <> char_length({searched})
                AND letter_runs({searched}) && letter_runs(searchable(%(text)s))) found
        WHERE shared >= %(likeness)s * cardinality(letter_runs(searchable(%(text)s)))
        ORDER BY shared DESC, id LIMIT %(most)s"""
)


class Patience:
    """How long looking for what resembles may take altogether: a word that much resembles is looked for in vain."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    @property
    def milliseconds(self) -> int:
        """What is left of it."""
        return int(self.seconds * 1000)

    @contextmanager
    def spent(self) -> Iterator[None]:
        """What is done inside takes of it."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds -= time.monotonic() - began


def resembling(
    model: type[models.Model], text: str, columns: Sequence[str], *, most: int, patience: Patience
) -> list[int] | None:
    """The ids of rows that resemble a text, the likest first; None where that takes too long."""
    if len(text.strip()) < SHORTEST:
        return []
    if patience.milliseconds < 1:
        return None
    try:
        with patience.spent(), transaction.atomic():
            statement = _statement(model._meta.db_table, tuple(columns), runs=has_runs(text))
            return _asked(statement, text.strip(), most, patience)
    except OperationalError as error:
        if is_stopped(error):
            return None
        raise


def _asked(statement: str, text: str, most: int, patience: Patience) -> list[int]:
    """The settings hold to the end of the transaction: the limit is put back, as that may be a longer one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        plan_with(
            **{
                "pg_trgm.word_similarity_threshold": str(LIKENESS),
                "statement_timeout": f"{max(patience.milliseconds, 1)}ms",
            }
        )
        cursor.execute(statement, {"text": text, "most": most, "likeness": LIKENESS})
        found = [pk for (pk,) in cursor.fetchall()]
    plan_with(statement_timeout=before)
    return found


@cache
def _statement(table: str, columns: tuple[str, ...], *, runs: bool) -> str:
    """Of a table that keeps what it is searched by that column, which an index serves; else its columns in lines."""
    lines = sql.SQL(" || E'\\n' || ").join(map(sql.Identifier, columns))
    searched = sql.Identifier("searched") if table in KEPT else sql.SQL("searchable({})").format(lines)
    form = _SHARING_RUNS if runs else _RESEMBLING
    return form.format(table=sql.Identifier(table), searched=searched).as_string(None)
