"""Triggers of tables: they stamp rows, and note what stored totals and flags no longer include."""

from typing import Any

import pgtrigger

#: The timestamp is taken once per transaction, after the transaction has got its id. So no row can have a timestamp
#: earlier than a horizon that did not see its transaction (see sources/horizon.py).
STAMP = """
PERFORM pg_current_xact_id();
IF COALESCE(current_setting('procurement.stamp', true), '') = '' THEN
    PERFORM set_config('procurement.stamp', clock_timestamp()::text, true);
END IF;
NEW.{column} = current_setting('procurement.stamp')::timestamptz;
RETURN NEW;
"""


def stamp_trigger(column: str) -> pgtrigger.Trigger:
    """The trigger that sets a row's time of recording, overriding any value the client sent."""
    return pgtrigger.Trigger(
        name=f"stamp_{column}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=STAMP.replace("{column}", column),
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
