"""How long flags take to follow: after days, after facts, and when all is looked at.

The limits are in milliseconds. Beside each figure stands counting the contracts and, in a second row, bare SQL that
reads what rules must.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from benchmarks.copying import without_triggers
from benchmarks.measuring import Measurement, side_by_side
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from procurement.common.dates import Asked
from procurement.flags.evaluation.scope import of_contracts
from procurement.flags.models import Flag, SweptRule
from procurement.flags.screening.screen import screen, screen_all
from procurement.flags.screening.sweep import sweep as sweep_flags
from procurement.programs.reading import standings

#: How many milliseconds a sweep may take that finds nothing new, and screening after facts about one contract or many.
STEADY, ONE_CHANGED, MANY_CHANGED = 2_000, 20, 300
#: How many contracts changed.
CONTRACTS_CHANGED = 1_000
ONE_DAY = dt.timedelta(days=1)

COUNT = "SELECT count(*) FROM procurement_contract"
#: What all rules cannot do without: of every contract also its line of the day, with its state, and its end.
READ_EVERY = """
SELECT (SELECT count(k.outstanding) + count(k.contract_status) + count(c.ends_on)
          FROM procurement_line k JOIN procurement_contract c ON c.id = k.contract_id
         WHERE k.is_stock),
       (SELECT count(e.amount) FROM procurement_ledgerentry e
         WHERE e.contract_id IN (SELECT contract_id FROM procurement_programallocation
                                  WHERE program_id = ANY (%(stopped)s)))
"""
#: Every fact about some contracts that a rule reads.
READ_SOME = " UNION ALL ".join(
    f"SELECT count({column}) FROM {table} WHERE contract_id = ANY (%(contracts)s)"  # noqa: S608  (names below)
    for table, column in {
        "procurement_ledgerentry": "amount",
        "procurement_contractstatuschange": "status",
        "procurement_programallocation": "share",
        "procurement_completeness": "through",
        "procurement_milestone": "due_on",
        "procurement_liabilityestimate": "withheld",
        "procurement_reportedfigure": "measure",
    }.items()
)


def sweep(size: Size, progress: Progress) -> Iterator[Measurement]:
    """With no flag stored yet; again on that day and on the next; at night; after facts about one contract and many."""
    progress.say(f"sweeping {size.contracts:,} contracts")
    stopped = [program for program, now in standings(Asked(TODAY)).items() if now.is_stopped]
    everything = Bare(READ_EVERY, {"day": TODAY, "stopped": stopped})
    yield from beside("first", partial(sweep_flags, TODAY), None, everything, before=forget_flags)
    yield from beside(f"again, {Flag.objects.count():,} flags", partial(sweep_flags, TODAY), STEADY, everything)
    yield from beside("on the next day", partial(sweep_flags, TODAY + ONE_DAY), STEADY, everything, before=a_day_ago)
    yield from beside("everything, as each night", partial(screen_all, TODAY + ONE_DAY), None, everything)
    changed = some_contracts(size)
    for some, limit in ((changed[:1], ONE_CHANGED), (changed, MANY_CHANGED)):
        name = f"{len(some):,} changed contract{'s' if len(some) > 1 else ''}"
        facts = Bare(READ_SOME, {"contracts": some})
        yield from beside(name, partial(after_facts, some), limit, facts, before=partial(forget_evidence, some))


@dataclass(frozen=True)
class Bare:
    """A statement that reads what rules must."""

    text: str
    values: dict[str, Any]

    def run(self) -> None:
        """Run it, and take its rows."""
        run(self.text, self.values)


def beside(
    name: str, act: Callable[[], object], limit: float | None, bare: Bare, before: Callable[[], None] = lambda: None
) -> Iterator[Measurement]:
    """An act of ours beside counting the contracts, and beside bare SQL."""
    ours, counting, reading = (each * 1000 for each in side_by_side([act, lambda: run(COUNT), bare.run], before))
    yield Measurement(f"sweep: {name}", ours, counting, "ms", limit=limit)
    yield Measurement(f"sweep: {name}, beside bare SQL", ours, reading, "ms")


def after_facts(contracts: Sequence[int]) -> None:
    """What a drain does with flags after facts about these contracts."""
    screen(of_contracts(contracts), today=TODAY + ONE_DAY)


def a_day_ago() -> None:
    """Let the last sweep have been that of the day before."""
    SweptRule.objects.update(through=TODAY)


def run(text: str, values: dict[str, Any] | None = None) -> None:
    """Run a statement, and take its rows."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        cursor.fetchall()


def some_contracts(size: Size) -> list[int]:
    """The contracts that have new facts."""
    chance = random.Random(size.seed)  # noqa: S311  (a sample, not a secret)
    return chance.sample(range(1, size.contracts + 1), min(size.contracts, CONTRACTS_CHANGED))


def forget_evidence(contracts: Sequence[int]) -> None:
    """Let the flags of these contracts show something else than what is found, as if a fact had changed it."""
    Flag.objects.filter(contract__in=contracts).update(evidence_digest="")


def forget_flags() -> None:
    """Empty the tables of flags, so that all are new again; events refuse that while their triggers are on."""
    with connection.cursor() as cursor:
        with without_triggers("procurement_flagevent"):
            cursor.execute("DELETE FROM procurement_flagevent")
        cursor.execute("DELETE FROM procurement_flag")
        cursor.execute("ANALYZE procurement_flag, procurement_flagevent")
    SweptRule.objects.all().delete()
