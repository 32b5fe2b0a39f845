"""Giving the service's role what it needs and no more, after each migrate, as the owner.

Safe to repeat: what was granted before is taken back first, all in one transaction.
"""

import logging
from collections.abc import Iterator
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.db import connection, transaction
from pghistory.trigger import Event
from pgtrigger import registry
from psycopg import sql

from procurement.common.owning import service_role
from procurement.common.table_rights import Rights, append_only_tables, rights_by_table

log = logging.getLogger(__name__)

#: What the service may call; all of them run with the owner's rights (migration 0082).
FUNCTIONS = (
    "procurement_moment()",
    "procurement_make_anew()",
    "procurement_index_anew(text)",
    "procurement_put_anew_in_place()",
    "procurement_analyze(text)",
)
#: The sequences that hold the moment of a transaction: nobody but the owner draws from them.
MOMENT = ("procurement_moment_xact", "procurement_moment_at")
#: Tables that the service itself may VACUUM: every answer looks at the first, and the others are made anew.
MAINTAINED = ("procurement_stalemark", "procurement_line", "procurement_total")
#: So no table, type or function of a session's own is taken for what a trigger names.
SEARCH_PATH = "pg_catalog, public, pg_temp"
_OURS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
   AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'internal')
   AND (p.oid IN (SELECT tgfoid FROM pg_trigger WHERE NOT tgisinternal) OR p.proname = '_pgh_attach_context')
"""
#: How many rows of tables that are appended only the server has counted as changed or deleted; and how the owner notes,
#: as the table's comment, that it knows of so many: what migrations changed.
COUNTED = """
SELECT relname, n_tup_upd + n_tup_del,
       COALESCE(substring(obj_description(relid, 'pg_class') FROM '^changed by migrations: (\\d+)$')::bigint, 0)
  FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname = ANY (%s) ORDER BY 1
"""
KNOWN = "changed by migrations: {}"
_before: dict[str, int] = {}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_MAY_MAKE_ROLES = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
_MAY_SHOW_ACTIVITY = """
SELECT rolsuper OR pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER WITH ADMIN OPTION')
  FROM pg_roles WHERE rolname = current_user
"""


def count_before(**_: Any) -> None:
    """Before a migrate, note how many rows were changed by then: that was none of its migrations."""
    _before.clear()
    if _are_two():
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [append_only_tables()])
            _before.update((table, changed) for table, changed, _known in cursor.fetchall())


def _are_two() -> bool:
    """Whether the database is of the days of two roles: it may be new, or migrated back."""
    return bool(_ask("SELECT to_regproc('procurement_moment') IS NOT NULL"))


def grant_to_service(**_: Any) -> None:
    """Guard the triggers' functions, and give the service's role its rights, where it is a role of its own."""
    if not _are_two():
        return
    _ask("SELECT pg_stat_force_next_flush() IS NULL")
    with transaction.atomic():
        guard_functions()
        note_changes()
        found = service_role()
        if found is not None:
            make_role(*found)
            grant(found[0])


def guard_functions() -> None:
    """Fix what the triggers' functions name, and let history be written by its owner alone."""
    with connection.cursor() as cursor:
        cursor.execute(_OURS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SET search_path = {SEARCH_PATH}")
        for model, trigger in registry.registered():
            if isinstance(trigger, Event):
                cursor.execute(f"ALTER FUNCTION {trigger.get_pgid(model)}() SECURITY DEFINER")


def note_changes() -> None:
    """Note with each table that is appended only how many of its rows were changed by migrations, with this one's."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [append_only_tables()])
        for table, changed, known in cursor.fetchall():
            mine = changed - _before.get(table, known)
            if mine > 0:
                said = sql.Literal(KNOWN.format(known + mine))
                cursor.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(table), said))


def make_role(role: str, password: str) -> None:
    """Make the role if there is none. Raises CommandError with what to do where the owner may not."""
    if _ask("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", role):
        return
    if not _ask(_MAY_MAKE_ROLES):
        raise CommandError(
            f"there is no role {role}, and the owner may not make one. Let an administrator of the server run: "
            f"CREATE ROLE {role} LOGIN PASSWORD '...'; GRANT pg_read_all_stats TO {role}; then migrate again"
        )
    with connection.cursor() as cursor:
        session: psycopg.Connection[Any] = cursor.connection
        made = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
        if password:  # what the server logs is no password
            hashed = session.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            made += sql.SQL(" PASSWORD {}").format(sql.Literal(hashed))
        cursor.execute(made)
    log.info("made the service's role", extra={"role": role})


def grant(role: str) -> None:
    """Take back what the role and PUBLIC had, and give the role its rights to each table."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        version = connection.cursor().connection.info.server_version
        for statement in _statements(role, tables, version):
            cursor.execute(statement)
        cursor.execute(_MAY_SHOW_ACTIVITY)
        if cursor.fetchone()[0]:  # so that it sees who writes: sources/horizon.py
            cursor.execute(sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(role)))


def _statements(role: str, tables: list[str], version: int) -> Iterator[sql.Composable]:
    who, database = sql.Identifier(role), sql.Identifier(connection.settings_dict["NAME"])
    for whose in (sql.SQL("PUBLIC"), who):
        yield sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM {}").format(database, whose)
        yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(whose)
        yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(whose)
        yield sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}").format(whose)
        for function in FUNCTIONS:
            yield sql.SQL("REVOKE ALL ON FUNCTION {} FROM {}").format(sql.SQL(function), whose)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, who)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(who)
    for sequence in MOMENT:
        yield sql.SQL("REVOKE ALL ON SEQUENCE {} FROM {}").format(sql.Identifier(sequence), who)
    for function in FUNCTIONS:
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), who)
    known = rights_by_table()
    for table in tables:
        yield _granted(table, known.get(table), who)
    for table in MAINTAINED if version >= 170000 else ():
        yield sql.SQL("GRANT MAINTAIN ON {} TO {}").format(sql.Identifier(table), who)


def _granted(table: str, rights: Rights | None, who: sql.Identifier) -> sql.Composed:
    given: list[sql.Composable] = [sql.SQL("SELECT")]
    if rights is not None:
        may = {"INSERT": rights.insert, "UPDATE": rights.update, "DELETE": rights.delete}
        given += [sql.SQL(name) for name, is_given in may.items() if is_given]
        if rights.columns:
            columns = sql.SQL(", ").join(map(sql.Identifier, rights.columns))
            given += [sql.SQL("UPDATE ({})").format(columns)]
    return sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(", ").join(given), sql.Identifier(table), who)


def _ask(statement: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
