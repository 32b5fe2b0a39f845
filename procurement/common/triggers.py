"""How triggers ask whether they are ignored: in plain SQL, without a subtransaction for each row.

Every trigger of django-pgtrigger first asks `_pgtrigger_should_ignore`. The library's own is ready to catch an error,
which opens a subtransaction for each trigger and row: a long transaction slows down with each row that it writes. It
comes with each trigger that is installed, and ours is put in its place each time.
"""

from typing import Any

from pgtrigger import compiler

IS_IGNORED = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT trigger_name = ANY (NULLIF(current_setting('pgtrigger.ignore', true), '')::text[])
$$;
"""


def ask_in_plain_sql() -> None:
    """Let whatever installs a trigger, migrations old and new among them, leave our function behind. Call it once."""
    library: Any = compiler.Trigger.install_sql

    def followed_by_ours(trigger: compiler.Trigger) -> str:
        return f"{library.fget(trigger)}\n{IS_IGNORED}"

    compiler.Trigger.install_sql = property(followed_by_ours)  # type: ignore[method-assign,assignment]
