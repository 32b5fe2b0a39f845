"""The mirror of this host: say what it holds, make it anew, top it up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.exposure.mirror.making import InUse, keep_up, make, top_up
from procurement.exposure.mirror.newer import counts
from procurement.exposure.mirror.state import State, kept, place

ACTS = {"make": make, "top_up": top_up, "keep_up": keep_up}


class Command(BaseCommand):
    """`manage.py mirror`: the service answers meanwhile, and is exact (docs/running.md)."""

    help = (
        "Say what the columnar copy on this host holds (state), make it anew (make), add what was recorded since "
        "(top_up), or whichever of both is worth it (keep_up). May be killed and repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", nargs="?", default="state", choices=("state", *ACTS))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] != "state":
            try:
                ACTS[options["act"]](self._told)
            except InUse as error:
                raise CommandError(str(error)) from None
        self._told(said(kept()))

    def _told(self, text: str) -> None:
        self.stdout.write(text)


def said(state: State | None) -> str:
    """What a mirror holds, in words."""
    if state is None:
        return f"there is no mirror at {place()}; PostgreSQL answers every question"
    if not state.fits:
        return f"{place()} is of another database, of one restored since, or of other code, and is not read"
    size, newer = place().stat().st_size / 1e6, sum(counts(state).values())
    return (
        f"{place()}: {size:,.0f} MB, made {state.made:%Y-%m-%d %H:%M:%S%z} with {state.rows:,} rows, {state.added:,} "
        f"added since; it holds what was recorded up to {state.horizon:%Y-%m-%d %H:%M:%S%z}, and {newer:,} newer rows "
        "are read from PostgreSQL with each question"
    )
