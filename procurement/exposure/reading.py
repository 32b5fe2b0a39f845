"""Running plans: the one place where exposure is read.

What is kept of a day is read where it is of use, with the contracts that wait as the facts have them; else the facts,
in the mirror of this host or in PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection

from procurement.contracts.models import ProgramAllocation
from procurement.exposure.kept.answers import answer_of_totals
from procurement.exposure.kept.lines import kept_lines
from procurement.exposure.kept.waiting import read_kept
from procurement.exposure.mirror import answering as mirror
from procurement.exposure.plan import Plan
from procurement.exposure.rows import Found, Reader, in_order
from procurement.exposure.snapshot import one_moment
from procurement.exposure.sql.grouping import Lines, grouped
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import ASKED
from procurement.exposure.valuing import parameters
from procurement.programs.reading import standings
from procurement.programs.standing import Standing

#: So many contracts PostgreSQL values by their indexes sooner than the mirror of this host reads all.
FEW = 2_000
#: What was found, and the standings of programs that rows refer to.
Read = tuple[Found, Mapping[int, Standing]]


def run(plan: Plan) -> Read:
    """Read what a plan says: the rows from its first on, and the totals by currency."""
    return _from_kept(plan) or from_facts(plan)


def from_facts(plan: Plan) -> Read:
    """From the mirror of this host where many contracts are read and there is one, else from PostgreSQL's facts."""
    contracts = named_contracts(plan)
    few = contracts is not None and len(contracts) <= FEW
    return (None if few else from_mirror(plan, contracts)) or from_ledger(plan, contracts)


def from_mirror(plan: Plan, contracts: list[int] | None = None) -> Read | None:
    """From the mirror of this host; None where it cannot say."""
    if not mirror.available():
        return None
    known = standings(plan.asked, plan.filters.get("program"))
    values = parameters(plan.asked, known) | plan.values
    found = mirror.found(mirror.Wanted(plan.own, plan.filters, values, contracts or named_contracts(plan)))
    return None if found is None else (found, known)


def from_ledger(plan: Plan, contracts: list[int] | None = None) -> Read:
    """Value the contracts that filters can let through, where that is cheap to know, else all of them."""
    known, contracts = standings(plan.asked, plan.filters.get("program")), contracts or named_contracts(plan)
    lines = Lines(line_tables(ASKED, "" if contracts is None else "named"))
    values = parameters(plan.asked, known) | plan.values | {"contracts": contracts}
    found = _summed(plan, grouped(plan.own, plan.filters, lines), values)
    assert found is not None, "no fact waits"
    return found, known


def _from_kept(plan: Plan) -> Read | None:
    if plan.beside is None:
        wanted = partial(_of_lines, plan) if plan.totals is None else partial(answer_of_totals, plan.totals)
        return read_kept(plan.asked, plan.filters, wanted)
    with one_moment():
        rows = read_kept(plan.asked, plan.filters, partial(_of_lines, plan))
        totals = _from_kept(plan.beside) if rows else None
    return (Found(rows[0].rows, totals[0].totals), rows[1]) if rows and totals else None


def _of_lines(plan: Plan, contracts: Sequence[int] | None) -> Read | None:
    known = standings(plan.asked, plan.filters.get("program"))
    waiting = contracts is not None
    values = parameters(plan.asked, known, of_facts=waiting) | plan.values | {"contracts": contracts}
    text = grouped(plan.own, plan.filters, kept_lines(waiting=waiting), with_totals=plan.beside is None)
    found = _summed(plan, text, values)
    return None if found is None else (found, known)


def named_contracts(plan: Plan) -> list[int] | None:
    """The contracts that filters can let through, where that is cheap to know; None for all."""
    if "contract" in plan.filters:
        return list(plan.filters["contract"])
    if "program" in plan.filters:
        return ProgramAllocation.objects.contracts_of(plan.filters["program"])
    return None


def _summed(plan: Plan, text: str, values: Mapping[str, Any]) -> Found | None:
    """Run a statement over lines; the rows from the page's first on, or None where something waits."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        reader = Reader([column.name for column in cursor.description], plan.own)
        records = cursor.fetchall()
    at = reader.at
    if records[0][at["waits"]]:
        return None
    found = [record for record in records if record[at["contracts"]] is not None]
    rows = [reader.row(record) for record in found if not record[at["is_total"]]]
    totals = [reader.row(record, {}) for record in found if record[at["is_total"]]] if reader.keys else rows
    return Found(rows if reader.keys else rows[plan.offset :], in_order(totals))
