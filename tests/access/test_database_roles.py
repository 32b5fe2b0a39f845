"""Who holds the service's role in the database can add facts, and change none: by rights, whatever its session says."""

import datetime as dt
from decimal import Decimal

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from procurement.common import granting
from procurement.common.role_faults import one_role, role_faults
from procurement.common.table_rights import append_only_tables, rights_by_table
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.exposure.kept.refreshing import refresh
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import fact_models
from procurement.sources.models import Recheck
from tests import service_role
from tests.makers import make_contract, make_program, post
from tracker.local.embedded import SERVICE_ROLE

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
#: A copy of the last entry with another amount, and what it says of when it was recorded.
COPIED = [
    field.column
    for field in LedgerEntry._meta.concrete_fields
    if field.column and field.column not in {"id", "amount", "recorded_at", "source_key", "reverses_id"}
]
ADD = """
INSERT INTO public.procurement_ledgerentry ({columns}, amount, source_key, recorded_at)
SELECT {columns}, %s, '', %s FROM public.procurement_ledgerentry ORDER BY id DESC LIMIT 1 RETURNING id, recorded_at
""".format(columns=", ".join(COPIED))


@pytest.fixture(scope="module", autouse=True)
def role(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        service_role.make()


@pytest.fixture
def entry():
    return post(make_contract(make_program(), committed="100"), "7", "payment")


@pytest.fixture
def service():
    """A session that logged in as the service, and knows nothing of Django."""
    params = connection.get_connection_params() | {"user": SERVICE_ROLE}
    params.pop("password", None)
    with psycopg.connect(**{**params, "cursor_factory": psycopg.Cursor}, autocommit=True) as session:
        yield session


def add(session, recorded_at=LONG_AGO, amount="2"):
    """A fact, as a liar would add it; gives its id and when it was recorded."""
    return session.execute(ADD, [Decimal(amount), recorded_at], binary=True).fetchone()  # in no session's date style


def is_refused(session, statement):
    try:
        with session.transaction(force_rollback=True):
            session.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def is_new(moment):
    return dt.datetime.now(dt.UTC) - moment < dt.timedelta(minutes=10)


# rights


def test_every_fact_the_audit_log_and_all_history_are_appended_only():
    facts = {model._meta.db_table for model in fact_models()}
    history = {model._meta.db_table for model in apps.get_models() if model._meta.model_name.endswith("event")}
    history -= {"procurement_flagevent"}  # which notes when it was routed
    others = {"procurement_auditentry", "procurement_exchangerate", "procurement_documentcopy"}
    assert facts | history | others <= set(append_only_tables())


#: What is tried on each of them; a row lock needs the right to change rows, and any other lock too.
TRIED = """
UPDATE {table} SET {column} = {column}
DELETE FROM {table}
TRUNCATE {table}
TRUNCATE {table} CASCADE
SELECT FROM {table} FOR UPDATE
ALTER TABLE {table} DISABLE TRIGGER USER
ALTER TABLE {table} DISABLE TRIGGER ALL
ALTER TABLE {table} ADD COLUMN x int
CREATE INDEX ON {table} ({column})
CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING
DROP TABLE {table} CASCADE
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE
""".strip().splitlines()


def test_what_is_appended_only_is_not_changed_by_any_statement(service):
    columns = {model._meta.db_table: model._meta.concrete_fields[1].column for model in apps.get_models()}
    statements = [each.format(table=table, column=columns[table]) for table in append_only_tables() for each in TRIED]
    assert [each for each in statements if not is_refused(service, each)] == []


def test_history_is_written_by_triggers_alone(service):
    tables = [table for table, rights in rights_by_table().items() if not rights.insert]
    assert [each for each in tables if not is_refused(service, f"INSERT INTO {each} DEFAULT VALUES")] == []


def test_of_what_changes_in_part_the_rest_stays(service):
    for table, column in (("flagevent", "summary"), ("note", "text"), ("statusdraft", "program_id")):
        assert is_refused(service, f"UPDATE procurement_{table} SET {column} = {column}")
        assert is_refused(service, f"DELETE FROM procurement_{table}")


#: What is tried on everything else.
ALSO_TRIED = """
SET session_replication_role = replica
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
CREATE TABLE public.t ()
CREATE TEMP TABLE procurement_recheck (id int)
CREATE SCHEMA s
CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(name) RETURNS boolean LANGUAGE sql AS 'SELECT true'
CREATE EXTENSION pageinspect
ALTER FUNCTION public.procurement_moment() RESET ALL
SELECT setval('procurement_moment_at', 1)
SELECT nextval('procurement_moment_xact')
SELECT setval('procurement_ledgerentry_id_seq', 1)
SELECT pg_read_file('/etc/passwd')
COPY procurement_recheck TO PROGRAM 'true'
UPDATE pg_trigger SET tgenabled = 'D'
UPDATE django_migrations SET name = name
ALTER ROLE tracker_service SUPERUSER
ALTER DATABASE {database} SET session_replication_role = replica
""".strip().splitlines()


def test_nothing_is_made_or_switched_off(service):
    tried = [each.replace("{database}", service.info.dbname) for each in ALSO_TRIED]
    assert [each for each in tried if not is_refused(service, each)] == []


# what a session says


@pytest.mark.parametrize("said", [
    "SET pgtrigger.ignore = '{NAMES}'",
    "SET procurement.stamp = '2001-01-01'",
    "SET search_path = pg_temp, pg_catalog",
    "SET search_path = ''",
    "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German, DMY'; SET IntervalStyle = 'sql_standard'",
    "SET extra_float_digits = -15; SET standard_conforming_strings = off; SET transform_null_equals = on",
    "SET procurement.historical = 'off'; SET procurement.portion = ''; SET procurement.batch = ''",
    "SET check_function_bodies = off; SET plan_cache_mode = force_generic_plan; SET constraint_exclusion = on",
    "SET synchronous_commit = off; SET row_security = off",
])  # fmt: skip
def test_whatever_it_sets_a_fact_is_stamped_and_queued(service, entry, said):
    names = ",".join(name for (name,) in service.execute("SELECT tgname FROM pg_trigger").fetchall())
    for each in said.replace("NAMES", names).split("; "):
        service.execute(each)
    pk, _ = add(service)
    assert is_new(LedgerEntry.objects.get(pk=pk).recorded_at)
    assert Recheck.objects.filter(fact_table="procurement_ledgerentry", fact_id=pk).exists()


def test_a_transaction_has_one_moment_however_its_session_lies(service, entry):
    with service.transaction():
        moments = [add(service)[1]]
        for said in ("2001-01-01", "", "0"):
            service.execute("SELECT set_config('procurement.stamp', %s, true)", [said])
            moments.append(add(service)[1])
    assert moments == sorted(moments)
    assert all(map(is_new, moments))


def test_the_moment_of_an_earlier_transaction_is_not_taken_again(service, entry):
    with service.transaction():
        _, first = add(service)
    service.execute("SELECT pg_sleep(0.01)")
    with service.transaction():
        (xact,) = service.execute("SELECT pg_current_xact_id()::text").fetchone()
        service.execute("SELECT set_config('procurement.stamp', %s, true)", [xact])
        _, second = add(service)
    assert second > first


def test_facts_of_one_honest_transaction_have_one_moment(service, entry):
    with service.transaction():
        moments = {add(service)[1] for _ in range(3)}
        with service.transaction(force_rollback=True):
            moments.add(add(service)[1])
        moments.add(add(service)[1])
    assert len(moments) == 1


def test_a_moment_is_later_than_the_transactions_id(service, entry):
    """A horizon that saw no writer may be later than the transaction's beginning, and is never later than its stamp."""
    with service.transaction():
        service.execute("SELECT 1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (horizon,) = cursor.fetchone()
        assert add(service)[1] > horizon


def test_history_names_what_was_done_and_keeps_what_was_said_of_it(service, entry):
    events = apps.get_model("procurement", "ContractEvent")
    before = events.objects.count()
    service.execute("SET pghistory.context_id = '11111111-1111-1111-1111-111111111111'")
    for said in ('{"user": 1}', '{"user": 1, "url": "/x"}', '{"user": 2}'):
        service.execute("SELECT set_config('pghistory.context_metadata', %s, false)", [said])
        service.execute("UPDATE procurement_contract SET title = title || '.'")
    assert events.objects.count() == before + 3
    assert events.objects.latest("pk").pgh_context.metadata == {"user": 1, "url": "/x"}


def test_entries_of_the_audit_log_are_stamped(service):
    with service.transaction():
        (at,) = service.execute(
            "INSERT INTO procurement_auditentry (act, about, details, actor_name, address, request_id, at) "
            "VALUES ('login', '', '{}', 'x', '', '', %s) RETURNING at", [LONG_AGO]
        ).fetchone()  # fmt: skip
    assert is_new(at)


# what the service needs


def test_totals_are_made_anew_by_the_service_with_the_rights_they_had(entry):
    refresh()
    rights = "SELECT relacl FROM pg_class WHERE relname = 'procurement_line'"
    with connection.cursor() as cursor:
        cursor.execute(rights)
        before = cursor.fetchone()
        cursor.execute(service_role.TAKE)
        try:
            assert rebuild_totals(jobs=1) == 1
        finally:
            cursor.execute("RESET ROLE")
        cursor.execute(rights)
        assert cursor.fetchone() == before


# what is told


@pytest.fixture
def as_service():
    """The connection of the test with the role of the service."""
    with connection.cursor() as cursor:
        cursor.execute(service_role.TAKE)
        yield cursor
        cursor.execute("RESET ROLE")


def test_of_the_service_nothing_is_to_be_told(no_change_counted, as_service):
    assert (role_faults(), one_role()) == ([], "")


def test_the_owner_is_told_to_be_one():
    assert "is a superuser" in one_role()


@pytest.mark.parametrize(("done", "undone", "told"), [
    ("GRANT UPDATE ON procurement_ledgerentry TO {}", "REVOKE UPDATE ON procurement_ledgerentry FROM {}",
     "the service may UPDATE in procurement_ledgerentry"),
    ("GRANT UPDATE (amount) ON procurement_ledgerentry TO {}",
     "REVOKE UPDATE (amount) ON procurement_ledgerentry FROM {}",
     "the service may UPDATE amount of procurement_ledgerentry"),
    ("GRANT TRUNCATE ON procurement_auditentry TO PUBLIC", "REVOKE TRUNCATE ON procurement_auditentry FROM PUBLIC",
     "the service may TRUNCATE in procurement_auditentry"),
    ("GRANT CREATE ON SCHEMA public TO PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
     "the service may create in the schema public"),
    ("GRANT UPDATE ON SEQUENCE procurement_moment_at TO {}",
     "REVOKE UPDATE ON SEQUENCE procurement_moment_at FROM {}",
     "the service may set stamps"),
    ("ALTER TABLE procurement_ledgerentry DISABLE TRIGGER USER",
     "ALTER TABLE procurement_ledgerentry ENABLE TRIGGER USER",
     "the trigger stamp_recorded_at of procurement_ledgerentry is switched off"),
])  # fmt: skip
def test_what_lets_facts_be_changed_is_told(as_service, done, undone, told):
    role = sql.Identifier(SERVICE_ROLE).as_string(None)
    with service_role.as_owner():
        connection.cursor().execute(done.format(role))
    as_service.execute(service_role.TAKE)
    found = role_faults()
    with service_role.as_owner():
        connection.cursor().execute(undone.format(role))
    assert told in found


@pytest.mark.parametrize(("done", "told"), [
    ("DROP TRIGGER {trigger} ON procurement_ledgerentry", "is missing"),
    ("CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
     "is another one than the code's"),
    ("ALTER FUNCTION {trigger}() RESET search_path", "runs as whoever works, or looks names up as the session says"),
    (("DROP TRIGGER {trigger} ON procurement_ledgerentry; CREATE TRIGGER {trigger} BEFORE UPDATE ON "
     "procurement_ledgerentry FOR EACH ROW EXECUTE FUNCTION {trigger}()"), "is another one than the code's"),
])  # fmt: skip
def test_a_trigger_that_is_gone_or_another_is_told(done, told):
    (name,) = [
        each.get_pgid(model) for model, each in granting.registry.registered("procurement.LedgerEntry:append_only")
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(done.format(trigger=name))
        found = role_faults()
        transaction.set_rollback(True)
    assert [each for each in found if each.startswith("the trigger append_only of procurement_ledgerentry " + told)]


def by_hand(statement):
    """Do something that triggers do not see, as the owner of the server could, and let the server count it."""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {statement}; COMMIT")
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")


CHANGE = "UPDATE procurement_ledgerentry SET amount = amount + 1"


@pytest.mark.parametrize("statement", [CHANGE, "DELETE FROM procurement_ledgerentry"])
def test_rows_that_a_hand_changed_or_took_away_are_told(no_change_counted, entry, statement):
    by_hand(statement)
    assert "procurement_ledgerentry: 2 rows were changed or deleted, and no migration says so" in role_faults()


def test_a_migrate_says_of_what_it_changed_itself_and_of_nothing_before(no_change_counted, entry):
    by_hand(CHANGE)
    granting.count_before()
    by_hand(CHANGE)
    granting.note_changes()
    found = [each for each in role_faults() if each.startswith("procurement_ledgerentry: ")]
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE procurement_ledgerentry IS NULL")
    assert found == ["procurement_ledgerentry: 2 rows were changed or deleted, and no migration says so"]
