"""How long screening takes, beside counting the contracts and beside bare SQL that reads what rules must.

All rules together may take six times what the founding rule may.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from benchmarks.measuring import Measurement, side_by_side
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from procurement.common.dates import Asked
from procurement.flags.evaluation.scope import of_contracts
from procurement.flags.models import Flag
from procurement.flags.rule import Rule
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.screening.screen import screen, screen_all
from procurement.programs.reading import standings

FOUNDING = "suspended-program-active-contract"
#: How many yardsticks the founding rule may take, and how often that all rules.
FIRST, STEADY, CHANGED, ALL_RULES = 15, 4, 1, 6
#: How many contracts changed.
CONTRACTS_CHANGED = 1_000

COUNT = "SELECT count(*) FROM procurement_contract"
#: What the founding rule cannot do without: of contracts of stopped programs the lines of the day and the ledger.
READ_STOPPED = """
WITH theirs AS MATERIALIZED (
    SELECT DISTINCT contract_id FROM procurement_programallocation WHERE program_id = ANY (%(stopped)s)
)
SELECT (SELECT count(k.outstanding) + count(k.contract_status)
          FROM procurement_line k JOIN theirs USING (contract_id)
         WHERE k.is_stock),
       (SELECT count(e.amount) FROM procurement_ledgerentry e JOIN theirs USING (contract_id))
"""
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


@dataclass(frozen=True)
class Swept:
    """Some rules, what they are called in the table, what they may take, and the bare SQL that reads as much."""

    name: str
    rules: Sequence[Rule]
    may_take: int
    reads: str

    def measured(self, changed: Sequence[int], stopped: Sequence[int]) -> Iterator[Measurement]:
        """With no flag stored yet, again, after one contract changed, and after some did."""
        day = {"day": TODAY, "stopped": list(stopped)}
        yield from self._beside("first", self._all, FIRST, self.reads, day, before=forget_flags)
        flags = f"again, {Flag.objects.count():,} flags"
        yield from self._beside(flags, self._all, STEADY, self.reads, day)
        for some in (changed[:1], changed):
            name = f"{len(some):,} changed contract{'s' if len(some) > 1 else ''}"
            yield from self._beside(
                name,
                partial(self._some, some),
                CHANGED if len(some) > 1 else None,
                READ_SOME,
                {"contracts": list(some)},
                before=partial(forget_evidence, some),
            )

    def _all(self) -> None:
        screen_all(TODAY, rules=self.rules)

    def _some(self, contracts: Sequence[int]) -> None:
        """As a drain does after facts about these contracts."""
        screen(of_contracts(contracts), today=TODAY, rules=self.rules)

    def _beside(
        self,
        name: str,
        act: Callable[[], object],
        target: int | None,
        bare: str,
        values: dict[str, Any],
        before: Callable[[], None] = lambda: None,
    ) -> Iterator[Measurement]:
        acts = [act, lambda: run(COUNT), lambda: run(bare, values)]
        ours, counting, reading = (each * 1000 for each in side_by_side(acts, before))
        said = f"sweep, {self.name}: {name}"
        yield Measurement(said, ours, counting, "ms", None if target is None else target * self.may_take)
        yield Measurement(f"{said}, beside bare SQL", ours, reading, "ms")


def sweep(size: Size, progress: Progress) -> Iterator[Measurement]:
    """The founding rule alone, then all rules."""
    progress.say(f"sweeping {size.contracts:,} contracts")
    stopped = [program for program, now in standings(Asked(TODAY)).items() if now.is_stopped]
    for each in (
        Swept("founding rule", rules_named([FOUNDING]), 1, READ_STOPPED),
        Swept("all rules", all_rules(), ALL_RULES, READ_EVERY),
    ):
        yield from each.measured(some_contracts(size), stopped)


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
        cursor.execute("ALTER TABLE procurement_flagevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM procurement_flagevent")
        cursor.execute("ALTER TABLE procurement_flagevent ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM procurement_flag")
        cursor.execute("ANALYZE procurement_flag, procurement_flagevent")
