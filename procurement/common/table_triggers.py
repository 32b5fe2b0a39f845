"""Triggers of tables: they stamp rows, and note what stored totals and flags no longer include."""

from typing import Any

import pgtrigger

#: What is said by NOTIFY: that a status was changed, and that there are new messages.
STATUSES, OUTBOX = "procurement_statuses", "procurement_outbox"

#: One moment for all rows of a transaction, later than its id, whatever the session says (migration 0082).
STAMP = """
NEW.{column} = procurement_moment();
RETURN NEW;
"""


class AppendOnly(pgtrigger.Trigger):
    """The trigger that refuses to change or delete a row. The service's role has no right to try (table_rights.py)."""

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete


def refusing_triggers(refusal: str) -> list[pgtrigger.Trigger]:
    """The triggers that keep the rows of a table as they were written; `refusal` is the statement that says so."""
    keep_all = pgtrigger.Trigger(
        name="keep_all", when=pgtrigger.Before, level=pgtrigger.Statement, operation=pgtrigger.Truncate, func=refusal
    )
    return [AppendOnly(name="append_only", func=refusal), keep_all]


def stamp_trigger(column: str) -> pgtrigger.Trigger:
    """The trigger that sets a row's time of recording, overriding any value the client sent."""
    return pgtrigger.Trigger(
        name=f"stamp_{column}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=STAMP.replace("{column}", column),
    )


def saying_trigger(what: str) -> pgtrigger.Trigger:
    """The trigger that says, when rows are committed, to whoever listens that there are some."""
    return pgtrigger.Trigger(
        name="say_so",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=f"PERFORM pg_notify('{what}', '');\nRETURN NULL;",
    )


def mark_stale(kind: str, key: str, when: str = "true", *, among: str = "") -> str:
    """The statement of a trigger that marks what the stored totals of exposure no longer include (sources: StaleMark).

    `key` and `when` are SQL expressions over NEW, or over the rows of the FROM clause `among`.
    """
    each = f"DISTINCT '{kind}', {key} {among}" if among else f"'{kind}', {key}"
    return f"INSERT INTO procurement_stalemark (kind, key) SELECT {each} WHERE {when};"


def stale_trigger(kind: str, key: str, *columns: str, insert: bool = False) -> pgtrigger.Trigger:
    """The trigger that does so when one of the columns of a descriptive row is written, or the row is new."""
    changed: Any = pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
    return pgtrigger.Trigger(
        name="mark_stale",
        when=pgtrigger.After,
        operation=changed | pgtrigger.Insert if insert else changed,
        func=f"{mark_stale(kind, key)}\nRETURN NULL;",
    )


def screening_trigger(kind: str, *fields: str) -> pgtrigger.Trigger:
    """The trigger that inserts a ScreeningMark when a field changes that the evidence of flags contains."""
    return pgtrigger.Trigger(
        name="mark_screening",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*fields),
        func=f"INSERT INTO procurement_screeningmark (kind, key) SELECT '{kind}', NEW.id;\nRETURN NULL;",
    )
