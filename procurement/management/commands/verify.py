"""Verify on live data what must always hold."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from random import SystemRandom
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.common.role_faults import one_role, role_faults
from procurement.exposure.checks.sampling import Sizes
from procurement.exposure.checks.verify import Check, verify
from procurement.rates.age import age_said
from procurement.signs.noting import note_work
from procurement.sources.archiving import unsound_copies

LARGEST_SEED = 2**31


def number(text: str) -> int:
    """Read how many, or a seed."""
    if not text.isdecimal() or not text.isascii() or int(text) > LARGEST_SEED:
        raise ArgumentTypeError(f"“{text}” is not a whole number up to {LARGEST_SEED}")
    return int(text)


class Command(BaseCommand):
    """`manage.py verify`: exit status 1 when something does not hold (docs/running.md says what to do then)."""

    help = "Check every invariant of exposure on live data, and the stored totals against the ledger. Only reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=number, help="repeats the random sample that this seed drew")
        for name, default in vars(Sizes()).items():
            parser.add_argument(f"--{name}", type=number, default=default, help=f"number of {name} ({default})")
        parser.add_argument("--whole", action="store_true", help="also read the whole ledger once")
        parser.add_argument("--copies", action="store_true", help="also read every archived copy of a document")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        seed = options["seed"] if options["seed"] is not None else SystemRandom().randrange(LARGEST_SEED)
        began = time.monotonic()
        progress = (lambda _check: None) if options["json"] else self._print
        sizes = Sizes(**{name: options[name] for name in vars(Sizes())})
        report = verify(seed=seed, sizes=sizes, whole=options["whole"], progress=progress)
        copies = list(unsound_copies()) if options["copies"] else []
        roles, warning = role_faults(), one_role()
        note_work("verify", is_well=report.is_good and not copies and not roles, seed=seed)
        if options["json"]:
            more = {"copies": copies, "database": roles, "one_role": warning}
            self.stdout.write(json.dumps(report.as_dict() | more, indent=2, ensure_ascii=False))
        else:
            self._print_faults([*copies, *roles])
            self.stdout.write(warning or "facts are kept by the rights of the service's role in the database")
            self.stdout.write(age_said(timezone.localdate()))
            self.stdout.write(f"seed {seed}, {time.monotonic() - began:.1f} s")
        if not report.is_good:
            raise CommandError(f"{len(report.failed)} of {len(report.checks)} checks failed; repeat with --seed {seed}")
        if copies:
            raise CommandError(f"{len(copies)} archived copies are missing or damaged")
        if roles:
            raise CommandError(f"the database does not keep facts as it should, in {len(roles)} ways")

    def _print_faults(self, faults: list[str]) -> None:
        for each in faults:
            self.stdout.write(f"failed  {each}")

    def _print(self, check: Check) -> None:
        self.stdout.write(f"{'failed' if check.differences else 'holds ':<6}  {check.cases:>8}  {check.name}")
        for each in check.differences:
            self.stdout.write(f"        {each.question}\n          ours   {each.ours}\n          theirs {each.theirs}")
