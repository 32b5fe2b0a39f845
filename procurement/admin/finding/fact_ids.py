"""Facts by their number, by how their source key begins, by what was said, and by their contract: one query."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from django.db import connection
from psycopg import sql

from procurement.admin.finding.conditions import LARGEST_ID, finding
from procurement.admin.paging import COUNTED
from procurement.programs.models import StatusChange
from procurement.recorders import FACT_TABLES, FactTable
from procurement.sources.facts import is_about

#: Each way has an index of its own; that of keys leaves out rows without one.
_BY_KEY = sql.SQL(
    "(SELECT {name}, id FROM {table} WHERE NOT (source_key = '') AND source_key LIKE %(key)s LIMIT %(most)s)"
)
_BY_NUMBER = sql.SQL("(SELECT {name}, id FROM {table} WHERE id = %(number)s)")
_OF_CONTRACT = sql.SQL("(SELECT {name}, id FROM {table} WHERE contract_id = ANY (%(contracts)s) LIMIT %(most)s)")
#: What was said, in the columns of status changes.
SAID, WORDS = "status_changes", ("quotation", "speaker", "term")


def fact_ids(text: str, contracts: Sequence[int]) -> Mapping[str, set[int]]:
    """The ids of the facts that a text finds, by the name of their table; of each way so many as are counted."""
    given = {
        "key": f"{connection.ops.prep_for_like_query(text)}%",
        "number": int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID else None,
        "contracts": list(contracts),
        "most": COUNTED + 1,
    }
    found: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_statement(), given)
        for name, pk in cursor.fetchall():
            found[name].add(pk)
    said = StatusChange.objects.filter(finding(StatusChange, WORDS, text))
    found[SAID].update(said.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    return found


@cache
def _statement() -> str:
    return sql.SQL(" UNION ALL ").join(part for table in FACT_TABLES for part in _parts(table)).as_string(None)


def _parts(table: FactTable) -> Iterator[sql.Composed]:
    ways = [_BY_KEY, _BY_NUMBER, *([_OF_CONTRACT] if is_about(table.model, "contract") else [])]
    for way in ways:
        yield way.format(name=sql.Literal(table.name), table=sql.Identifier(table.model._meta.db_table))
