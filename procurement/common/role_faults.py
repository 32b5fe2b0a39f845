"""Whether facts are kept as they were written, by rights and by triggers: what `verify` tells of the database."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pgtrigger
from django.core import checks
from django.db import connection
from pghistory.trigger import Event
from pgtrigger import registry

from procurement.common.granting import COUNTED, MOMENT, SEARCH_PATH
from procurement.common.table_rights import append_only_tables, rights_by_table

_WHO = """
SELECT current_user, rolsuper, pg_has_role(current_user, (
           SELECT relowner FROM pg_class WHERE oid = 'public.procurement_recheck'::regclass), 'MEMBER')
  FROM pg_roles WHERE rolname = current_user
"""
_TABLE = """
SELECT c.relname, has_table_privilege(c.oid, 'INSERT'), has_table_privilege(c.oid, 'UPDATE'),
       has_table_privilege(c.oid, 'DELETE'), has_table_privilege(c.oid, 'TRUNCATE'),
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND has_column_privilege(c.oid, a.attnum, 'UPDATE') ORDER BY 1)
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s)
"""
_ELSE = """
SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE'),
       has_database_privilege(current_database(), 'TEMP'), has_parameter_privilege('session_replication_role', 'SET'),
       EXISTS (SELECT FROM unnest(%s::text[]) s (name)
                WHERE has_sequence_privilege('public.' || s.name, 'USAGE, UPDATE'))
"""
_MAY = (
    "create in the schema public",
    "create schemas",
    "make temporary tables",
    "switch all triggers off",
    "set stamps",
)
_SEES_WRITERS = "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')"
_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled, t.tgtype, t.tgqual IS NOT NULL, p.prosrc, p.prosecdef, p.proconfig
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
_FUNCTIONS = """
SELECT p.proname, btrim(p.prosrc), p.proconfig, p.prosecdef FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY (%s)
"""
_BITS = {pgtrigger.Before: 2, pgtrigger.After: 0}
_OPERATIONS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


class Installed(NamedTuple):
    """A trigger as the database has it, and its function."""

    enabled: str
    kind: int
    has_condition: bool
    body: str
    as_owner: bool
    settings: list[str] | None


def one_role() -> str:
    """Why facts are not kept by rights, where the service works as who may change them; else empty."""
    ((who, is_superuser, is_owner),) = _rows(_WHO)
    if not (is_superuser or is_owner):
        return ""
    which = "is a superuser" if is_superuser else "owns the tables"
    return (
        f"The service works as the database's role {who}, which {which}: triggers keep facts as they were written, and "
        "rights do not. Give it a role of its own (DATABASE_OWNER_URL, docs/running.md)"
    )


def role_faults() -> list[str]:
    """What lets facts be changed that should not, or says that they were. Reads only."""
    found = [*_of_triggers(), *_of_rows()]
    if not one_role():
        found += [*_of_rights(), *_of_else()]
    return found


def check_roles(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.Warning]:
    """What `manage.py check --deploy --database default` says of it."""
    if not databases or "default" not in databases:
        return []
    said = [*filter(None, [one_role()]), *role_faults()]
    return [checks.Warning(each, id="procurement.W001") for each in said]


def _of_rights() -> Iterator[str]:
    """Rights to tables that the role should not have."""
    wanted = {table: rights for table, rights in rights_by_table().items() if not (rights.update and rights.delete)}
    for table, *privileges, columns in _rows(_TABLE, [*wanted]):
        had = dict(zip(("INSERT", "UPDATE", "DELETE", "TRUNCATE"), privileges, strict=True))
        rights = wanted[table]
        should = {"INSERT": rights.insert, "UPDATE": rights.update, "DELETE": rights.delete, "TRUNCATE": False}
        extra = [name for name, is_had in had.items() if is_had and not should[name]]
        if extra:
            yield f"the service may {' and '.join(extra)} in {table}"
        elif not rights.update and set(columns) - set(rights.columns):
            yield f"the service may UPDATE {', '.join(sorted(set(columns) - set(rights.columns)))} of {table}"


def _of_else() -> Iterator[str]:
    (may,) = _rows(_ELSE, list(MOMENT))
    yield from (f"the service may {what}" for what, is_may in zip(_MAY, may, strict=True) if is_may)
    ((sees,),) = _rows(_SEES_WRITERS)
    if not sees:
        yield "the service does not see who writes as another role: GRANT pg_read_all_stats to it"


def _of_triggers() -> Iterator[str]:
    """Triggers that keep or stamp rows, queue facts or write history, and are missing, off or different."""
    installed = {(table, name): Installed(*rest) for table, name, *rest in _rows(_TRIGGERS)}
    for model, trigger in registry.registered():
        table, name = model._meta.db_table, trigger.get_pgid(model)
        found = installed.get((table, name))
        fault = _fault(model, trigger, found)
        if fault:
            yield f"the trigger {trigger.name} of {table} {fault}"
    asked = _rows(_FUNCTIONS, ["_pgtrigger_should_ignore", "procurement_moment"])
    functions = {name: rest for name, *rest in asked}
    if functions.get("_pgtrigger_should_ignore", [""])[0] != "SELECT false":
        yield "triggers can be ignored: migrate again"


def _fault(model: Any, trigger: Any, found: Installed | None) -> str:
    """What is wrong with a trigger; empty if nothing is."""
    if found is None:
        return "is missing"
    if found.enabled != "O":
        return "is switched off"
    compiled = trigger.compile(model)
    body = re.findall(r"RETURNS TRIGGER AS \$\$(.*?)\$\$ LANGUAGE", str(compiled.sql), re.DOTALL)[-1]
    kind = _kind(trigger)
    if found.body != body or found.kind != kind or found.has_condition != bool(trigger.get_condition(model)):
        return "is another one than the code's"
    if found.as_owner != isinstance(trigger, Event) or found.settings != [f"search_path={SEARCH_PATH}"]:
        return "runs as whoever works, or looks names up as the session says: migrate again"
    return ""


def _kind(trigger: Any) -> int:
    """What PostgreSQL notes about when a trigger fires."""
    operations = str(trigger.operation)
    kind = sum(bit for name, bit in _OPERATIONS.items() if re.search(rf"\b{name}\b", operations))
    return kind + _BITS[trigger.when] + (1 if trigger.level == pgtrigger.Row else 0)


def _of_rows() -> Iterator[str]:
    """Changes and deletions of rows that the server has counted, and no migration made."""
    for table, changed, known in _rows(COUNTED, append_only_tables()):
        if changed > known:
            yield f"{table}: {changed - known} rows were changed or deleted, and no migration says so"


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
