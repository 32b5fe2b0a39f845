"""Publication dates that were only defaults: the stored facts that have one, in one statement for each fact table.

Before publication could be unknown, a fact whose source has no date counted as public from the day on which its source
was retrieved, else recorded; a reversal or correction never before the fact itself. The statement reads only columns
that are as old as the tables, so that it may be asked before the migrations are run.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from psycopg import sql

#: How a date was chosen -> in words.
WHY = {
    "retrieved": "the day on which its source, which has no date, was retrieved",
    "recorded": "the day on which it was recorded; its source has no date",
    "raised": "the day of the row that it takes back or corrects; no source gives it",
}
# Earlier versions took the day of retrieval as it was written or in UTC: both are looked at.
_DEFAULTED = sql.SQL(
    """
WITH RECURSIVE amended AS (
    -- what takes a row back, and what corrects it: the next revision, recorded at the same moment
    SELECT was.id AS was_id, was.published_on AS was_on, amending.*
      FROM {table} back
      JOIN {table} was ON was.id = back.reverses_id
     CROSS JOIN LATERAL (
           SELECT back.id, back.published_on, back.source_id
           UNION ALL
           SELECT fresh.id, fresh.published_on, fresh.source_id
             FROM {table} fresh
            WHERE fresh.recorded_at = back.recorded_at AND fresh.reverses_id IS NULL
              AND fresh.source_key = was.source_key AND fresh.revision = was.revision + 1) amending
     WHERE amending.published_on = was.published_on
), found AS (
    SELECT f.id, f.published_on, CASE WHEN d.retrieved_at IS NULL THEN 'recorded' ELSE 'retrieved' END AS why
      FROM {table} f
      JOIN procurement_document d ON d.id = f.source_id
     WHERE d.published_on IS NULL
       AND f.published_on IN ((COALESCE(d.retrieved_at, f.recorded_at) AT TIME ZONE {zone})::date,
                              (d.retrieved_at AT TIME ZONE 'UTC')::date)
    UNION
    SELECT amended.id, amended.published_on, 'raised'
      FROM amended JOIN procurement_document d ON d.id = amended.source_id
     WHERE d.published_on IS NULL
    UNION
    SELECT amended.id, amended.published_on, 'raised'
      FROM amended JOIN found ON found.id = amended.was_id
      JOIN procurement_document d ON d.id = amended.source_id
     WHERE d.published_on IS DISTINCT FROM amended.published_on
)
SELECT DISTINCT ON (id) id, published_on, why FROM found ORDER BY id, why DESC"""
)
_SUBJECTS = {
    "contract": "(SELECT 'contract ' || c.reference FROM procurement_contract c WHERE c.id = f.contract_id)",
    "program": "(SELECT 'program ' || p.code FROM procurement_program p WHERE p.id = f.program_id)",
    "organization": "(SELECT o.name FROM procurement_organization o WHERE o.id = f.organization_id)",
}


class Defaulted(NamedTuple):
    """A stored fact whose publication date was only a default."""

    fact_table: str
    id: int
    subject: str
    published_on: dt.date
    why: str


def defaulted_in(table: str) -> sql.Composed:
    """The statement that finds the rows of a fact table: id, published_on, and which of WHY."""
    return _DEFAULTED.format(table=sql.Identifier(table), zone=sql.Literal(settings.TIME_ZONE))


def defaulted_dates(model: Any) -> Iterator[Defaulted]:
    """The rows of a fact table whose publication date was only defaulted."""
    table = model._meta.db_table
    subject = sql.SQL("COALESCE({})").format(sql.SQL(", ").join(sql.SQL(_SUBJECTS[name]) for name in model.SUBJECT))
    found = sql.SQL("SELECT f.id, {}, d.published_on, d.why FROM ({}) d JOIN {} f USING (id) ORDER BY f.id").format(
        subject, defaulted_in(table), sql.Identifier(table)
    )
    with connection.cursor() as cursor:
        cursor.execute(found)
        for pk, about, published_on, why in cursor:
            yield Defaulted(table, pk, about, published_on, WHY[why])
