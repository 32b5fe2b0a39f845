"""No migration locks a large table for long. Those up to EXEMPT were written before this was held, and are released.

The SQL of each later one is given to squawk. What people enter by hand stays small, and may be written anew.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import pre_migrate

from procurement.common.lock_limits import LOCK_SECONDS, limit_locks, limit_locks_no_more
from procurement.sources.facts import fact_models

EXEMPT = "0081_passwords_guessed"
#: What would write a large table anew, read all of it, or stop its writers meanwhile.
RULES = {
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
    "adding-serial-primary-key-field",
    "ban-concurrent-index-creation-in-transaction",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
}
#: Tables that grow with the facts, besides those of facts.
GROWING = (
    "alert attempt auditentry contract delivery document flag flagevent importissue line notice organization"
    " recheck repeatablerequest stalemark total"
)


def large() -> set[str]:
    named = {f"procurement_{name}" for name in GROWING.split()}
    histories = {model._meta.db_table for model in apps.get_models() if model.__name__.endswith("Event")}
    return named | histories | {model._meta.db_table for model in fact_models()}


def faults(sql: str) -> list[str]:
    """What squawk finds in the statements about large tables."""
    squawk = Path(sys.executable).with_name("squawk")
    done = subprocess.run([str(squawk), "--reporter", "json"], input=sql, capture_output=True, text=True, check=False)
    lines, tables = sql.splitlines(), large()
    return [
        f"{each['rule_name']}: {statement}"
        for each in json.loads(done.stdout)
        if each["rule_name"] in RULES
        for statement in [statement_at(lines, each["line"])]
        if any(f'"{table}"' in statement or f" {table} " in statement for table in tables)
    ]


def statement_at(lines: list[str], line: int) -> str:
    """The statement that has a line, counted from 0."""
    start = end = min(line, len(lines) - 1)
    while start and not lines[start - 1].rstrip().endswith(";"):
        start -= 1
    while end < len(lines) - 1 and not lines[end].rstrip().endswith(";"):
        end += 1
    return " ".join(lines[start : end + 1])


def later() -> list[str]:
    loader = MigrationLoader(None)
    return sorted(name for app, name in loader.disk_migrations if app == "procurement" and name > EXEMPT)


@pytest.mark.django_db
def test_no_migration_locks_a_large_table_for_long(capsys):
    found = {}
    for name in later():
        call_command("sqlmigrate", "procurement", name)
        found[name] = faults(capsys.readouterr().out)
    assert not {name: bad for name, bad in found.items() if bad}


LEDGER = 'ALTER TABLE "procurement_ledgerentry"'
BAD = {
    "adding-required-field": f'{LEDGER} ADD COLUMN "x" integer NOT NULL;',
    "changing-column-type": f'{LEDGER} ALTER COLUMN "amount" TYPE numeric(30, 2);',
    "require-concurrent-index-creation": 'CREATE INDEX "i" ON "procurement_ledgerentry" ("amount");',
    "constraint-missing-not-valid": f'{LEDGER} ADD CONSTRAINT "c" CHECK ("amount" > 0);',
    "adding-not-nullable-field": f'{LEDGER} ALTER COLUMN "amount" SET NOT NULL;',
    "adding-foreign-key-constraint": f'{LEDGER} ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "auth_user" ("id");',
}


@pytest.mark.parametrize("rule", sorted(BAD))
def test_a_bad_one_is_found(rule):
    assert [fault.split(":")[0] for fault in faults(f"BEGIN;\n{BAD[rule]}\nCOMMIT;\n")].count(rule) == 1


GOOD = [
    f'BEGIN;\n{LEDGER} ADD COLUMN "x" integer NULL;\nCOMMIT;\n',
    f'BEGIN;\n{LEDGER} ADD COLUMN "x" integer DEFAULT 0 NOT NULL;\nCOMMIT;\n',
    'CREATE INDEX CONCURRENTLY "i" ON "procurement_ledgerentry" ("amount");\n',
    f'BEGIN;\n{LEDGER} ADD CONSTRAINT "c" CHECK ("amount" > 0) NOT VALID;\nCOMMIT;\n',
    'BEGIN;\nCREATE TABLE "new" ("id" bigint NOT NULL PRIMARY KEY);\nCREATE INDEX "i" ON "new" ("id");\nCOMMIT;\n',
    'BEGIN;\nCREATE INDEX "i" ON "procurement_channel" ("address");\nCOMMIT;\n',
]


@pytest.mark.parametrize("sql", GOOD)
def test_a_good_one_passes(sql):
    assert not faults(sql)


def test_every_large_table_is_one():
    assert large() <= {model._meta.db_table for model in apps.get_models()}


@pytest.mark.django_db
def test_a_migration_waits_for_a_lock_only_so_long():
    assert "limit_locks" in [each[0][0] for each in pre_migrate.receivers]
    with connection.cursor() as cursor:
        limit_locks(using="default")
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{LOCK_SECONDS}s",)
        limit_locks_no_more(using="default")
