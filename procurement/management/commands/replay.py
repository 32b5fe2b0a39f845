"""Build the past of flags."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.common.clock import database_now
from procurement.common.errors import Refused
from procurement.flags.history.store import Replayed, replay
from procurement.management.arguments import PROGRAMS, counted, day, program_ids
from procurement.programs.models import Program
from procurement.sources.models import Recheck
from procurement.tasks import nudge

#: Seconds to wait for facts that another process is draining.
WAIT = 0.2


class Command(BaseCommand):
    """`manage.py replay`: may be killed and repeated (docs/running.md)."""

    help = (
        "Store the past of flags: evaluate each day before today with the facts public on it, then screen today. "
        "Sends no alerts about the past. When repeated, skips flags that have a replayed past."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = "only this program; repeatable; default all, and contracts without a program"
        parser.add_argument("--program", **PROGRAMS, help=which)
        parser.add_argument("--from", type=day, dest="first", metavar="DAY", help="default: the first fact")

    def handle(self, *args: Any, **options: Any) -> None:
        programs = program_ids(options["programs"])
        drain_news()
        done = []
        try:
            for each in replay(
                programs, first=options["first"], today=timezone.localdate(database_now()), now=database_now()
            ):
                done.append(each)
                self.stdout.write(f"{_named(each)}: {_told([each])}")
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"in all: {_told(done)}")
        nudge()


def drain_news() -> None:
    """Process queued facts first, so that the flags they open send alerts as usual."""
    while Recheck.objects.due(database_now()).filter(historical=False).exists():
        if not drain(now=database_now()).facts:
            time.sleep(WAIT)  # somebody else has them


def _named(each: Replayed) -> str:
    code = Program.everything.filter(pk=each.program or 0).values_list("code", flat=True).first()
    return code or "contracts without a program"


def _told(done: Sequence[Replayed]) -> str:
    past = sum((each.past for each in done), Counter[str]())
    today = sum((each.today for each in done), Counter[str]())
    flags = [
        ("created", sum(each.made for each in done)),
        ("given a past", sum(each.added_to for each in done)),
        ("skipped that had one", sum(each.had_theirs for each in done)),
    ]
    events = f"{past.total()}" + (f" ({counted(sorted(past.items()))})" if past else "")
    return f"flags {counted(flags)}; past events {events}; today {counted(sorted(today.items())) or 'nothing'}"
