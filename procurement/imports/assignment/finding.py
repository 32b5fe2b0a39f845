"""Which contracts a rule fits, decided by the database.

Regular expressions are those of PostgreSQL, which are searched without backtracking as long as they hold no
back-reference; each statement has a time limit all the same.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DataError, OperationalError, connection, transaction

from procurement.common.errors import Refused
from procurement.imports.assignment.models import AssignmentRule

Field, Test = AssignmentRule.Field, AssignmentRule.Test
#: The texts of a contract `c` with the buyer `b` that a field stands for.
TEXTS = {
    Field.TITLE: ("c.title",),
    Field.LOCAL_TITLE: ("c.local_title",),
    Field.DESCRIPTION: ("c.description",),
    Field.REFERENCE: ("c.reference",),
    Field.WEAPON_SYSTEM: (r"substring(c.description from 'weapon system ([^ ;]+)')",),
    Field.BUYER: ("b.name", "b.local_name"),
}
#: How a text is compared.
TESTS = {
    Test.CONTAINS: "position(normalize(lower(%(text)s), NFKC) IN normalize(lower({text}), NFKC)) > 0",
    Test.EQUALS: "btrim(normalize(lower({text}), NFKC)) = btrim(normalize(lower(%(text)s), NFKC))",
    Test.REGEX: "normalize({text}, NFKC) ~* %(text)s",
}
_CONTRACTS = """
SELECT c.id FROM procurement_contract c JOIN procurement_organization b ON b.id = c.buyer_id
 WHERE c.withdrawn_at IS NULL AND NOT c.is_remainder AND ({meets})
   AND (%(among)s::bigint[] IS NULL OR c.id = ANY (%(among)s::bigint[]))
   AND NOT EXISTS (
       SELECT FROM procurement_programallocation a LEFT JOIN procurement_programallocation r ON r.reverses_id = a.id
        WHERE a.contract_id = c.id AND a.reverses_id IS NULL
          AND CASE WHEN a.source_key = %(key)s THEN {spent} ELSE r.id IS NULL END)
 ORDER BY c.id
"""
#: An allocation by the rule itself that a person has taken back: the contract is not given it again.
BY_A_PERSON = """
r.id IS NOT NULL AND NOT EXISTS (
    SELECT FROM procurement_batchrows n
     WHERE n.table_name = 'procurement_programallocation' AND n.span @> r.id AND r.id = ANY (n.ids))
"""
_BACK_REFERENCE = re.compile(r"\\[1-9]")


@dataclass(frozen=True)
class Looking:
    """Among which contracts to look: all, or some; and whether those that the rule has assigned are found again."""

    among: Collection[int] | None = None
    again: bool = False


def fitting(rule: AssignmentRule, looking: Looking = Looking()) -> list[int]:
    """The contracts without a program that a rule fits, by id. Raises Refused when looking takes too long."""
    meets = " OR ".join(TESTS[Test(rule.test)].format(text=text) for text in TEXTS[Field(rule.field)])
    spent = BY_A_PERSON if looking.again else f"r.id IS NULL OR ({BY_A_PERSON})"
    among = None if looking.among is None else sorted(looking.among)
    values = {"text": rule.text, "among": among, "key": rule.key}
    return [pk for (pk,) in _asked(_CONTRACTS.format(meets=meets, spent=spent), values)]


def rule_fault(rule: AssignmentRule) -> str:
    """What is wrong with the text of a rule; empty if nothing is."""
    if rule.test != Test.REGEX:
        return ""
    if _BACK_REFERENCE.search(rule.text):
        return "holds a back-reference, which may take for ever; an expression without \\1 to \\9 would be accepted"
    try:
        _asked("SELECT '' ~* %(text)s", {"text": rule.text})
    except DataError as error:
        return f"is no regular expression ({str(error).splitlines()[0]}); “SM-3 (block)? ?II” would be accepted"
    return ""


def _asked(statement: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    try:
        with transaction.atomic(), _limited(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        limit = settings.ASSIGNMENT_SECONDS
        raise Refused(
            {"text": f"takes longer than {limit} seconds to look for; a simpler one would be accepted"}
        ) from error


@contextmanager
def _limited() -> Iterator[None]:
    """A time limit for the statements of a block; what held before holds again after it, also in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{settings.ASSIGNMENT_SECONDS}s"])
        yield
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
