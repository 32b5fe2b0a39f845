"""Update flags to today's facts."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.common.clock import database_now
from procurement.flags.evaluation.scope import of_programs
from procurement.flags.screening.screen import screen_all
from procurement.flags.screening.sweep import sweep_everything
from procurement.management.arguments import PROGRAMS, counted, program_ids
from procurement.tasks import nudge

SHOWN = ("opened", "refreshed", "escalated", "resolved", "reopened")


class Command(BaseCommand):
    """`manage.py sweep`: does at once what the schedule does; may run beside it (docs/running.md)."""

    help = (
        "Update flags to today's facts: all flags, those of some programs, or those that queued facts are about. "
        "Prints what happened to them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--program", **PROGRAMS, help="only this program and its contracts; may be repeated")
        which.add_argument("--changed", action="store_true", help="only what the queued facts are about")

    def handle(self, *args: Any, **options: Any) -> None:
        programs = program_ids(options["programs"])
        self._tell("what had changed", drained())  # first, because the queue knows which facts are history
        if programs is not None:
            found = screen_all(timezone.localdate(database_now()), within=of_programs(programs))
            self._tell(", ".join(sorted(set(options["programs"]))), found.kinds)
        elif not options["changed"]:
            found = sweep_everything(timezone.localdate(database_now()))
            self._tell("everything", found.kinds)
            if missed := len(found.unexplained):
                self.stderr.write(f"the regular sweep had missed {missed} flags; the log names them")
        nudge()

    def _tell(self, what: str, happened: Counter[str]) -> None:
        self.stdout.write(f"{what}: {counted((kind, happened[kind]) for kind in SHOWN)}")


def drained() -> Counter[str]:
    """Drain the queue of facts until it is empty; returns the number of flag events by kind."""
    happened, more = Counter[str](), True
    while more:
        batch = drain(now=database_now())
        happened, more = happened + batch.flags, batch.more
    return happened
