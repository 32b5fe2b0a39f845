"""How long screening takes, beside counting the contracts. All rules together may take six times the founding rule."""

import random
from collections.abc import Callable, Iterator

from django.db import connection

from benchmarks.measuring import Measurement, seconds
from benchmarks.progress import Progress
from benchmarks.size import TODAY, Size
from procurement.contracts.models import ProgramAllocation
from procurement.flags.models import Flag
from procurement.flags.screening import screen, screen_all

#: All rules together may take so many times what the founding rule may.
ALL_RULES = 6
FIRST, STEADY, CHANGED = 15 * ALL_RULES, 4 * ALL_RULES, 1 * ALL_RULES
#: How many contracts changed.
CONTRACTS_CHANGED = 1_000


def sweep(size: Size, progress: Progress) -> Iterator[Measurement]:
    """With no flag stored yet, again, and only the programs of some contracts."""
    progress.say(f"sweeping {size.contracts:,} contracts")
    changed = programs_of_some_contracts(size)
    yield _measurement("first", lambda: screen_all(TODAY), FIRST, before=forget_flags)
    flags = f"{Flag.objects.count():,} flags"
    yield _measurement(f"again, {flags}", lambda: screen_all(TODAY), STEADY)
    said = f"only the {len(changed)} programs of {min(size.contracts, CONTRACTS_CHANGED):,} changed contracts"
    yield _measurement(said, lambda: screen(changed, today=TODAY), CHANGED)


def _measurement(
    name: str, act: Callable[[], object], target: float, before: Callable[[], None] = lambda: None
) -> Measurement:
    ours, yardstick = seconds(act, count_contracts, before=before)
    return Measurement(f"sweep, all rules: {name}", ours * 1000, yardstick * 1000, "ms", target)


def count_contracts() -> None:
    """The yardstick."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procurement_contract")
        cursor.fetchall()


def programs_of_some_contracts(size: Size) -> list[int]:
    """The programs that screening looks at when so many contracts have new facts."""
    chance = random.Random(size.seed)  # noqa: S311  (a sample, not a secret)
    chosen = chance.sample(range(1, size.contracts + 1), min(size.contracts, CONTRACTS_CHANGED))
    return sorted(ProgramAllocation.objects.filter(contract__in=chosen).values_list("program", flat=True).distinct())


def forget_flags() -> None:
    """Empty the tables of flags, so that all are new again; events refuse that while their triggers are on."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procurement_flagevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM procurement_flagevent")
        cursor.execute("ALTER TABLE procurement_flagevent ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM procurement_flag")
        cursor.execute("ANALYZE procurement_flag, procurement_flagevent")
