"""Print how much of the portfolio's stopped programs is on record."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procurement.cases.cells import CELLS, counted, filled
from procurement.cases.portfolio import Case, portfolio
from procurement.common.dates import Asked
from procurement.management.arguments import day

#: The programs that were stopped in the sample of 26 November 2026, before more were entered.
FIRST_STOPPED = (
    "aegis-ashore", "ah-64d-japan", "airborne-laser", "airborne-laser-second-aircraft", "attack-class", "aw101-india",
    "caracal-poland", "comanche", "constellation-last-four", "crusader", "efv", "eh101-canada", "euro-hawk",
    "f35-turkey", "fara", "future-combat-systems", "future-combat-systems-vehicles", "m10-booker", "mi-17-philippines",
    "mistral-bpc", "mrh90-taipan", "nh90-norway", "nimrod-mra4", "saudi-patrol-boats", "uh-x-japan", "vh-71",
    "warrior-csp",
)  # fmt: skip


class Command(BaseCommand):
    """`manage.py portfolio_cells`."""

    help = (
        "Print for each stopped program which cells are filled or said to be withheld (committed, paid, estimated, "
        "paid for leaving, first doubt, contract act), and the share, for the first 27 of the sample and for all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=day, default=None, metavar="DAY", help="default today")

    def handle(self, *args: Any, as_of: dt.date | None, **options: Any) -> None:
        cases = [case for case in portfolio(Asked(as_of or timezone.localdate())) if case.standing.is_stopped]
        for case in cases:
            self.stdout.write(f"{case.program.code:<32} {', '.join(filled(case))}")
        first = [case for case in cases if case.program.code in FIRST_STOPPED]
        self.stdout.write(share(f"first {len(FIRST_STOPPED)} of the sample", first, of=len(FIRST_STOPPED)))
        self.stdout.write(share("all stopped programs", cases, of=len(cases)))


def share(what: str, cases: list[Case], *, of: int) -> str:
    """How many cells of some programs are filled, each kind and in all."""
    found = counted(cases)
    cells, known = of * len(CELLS), sum(found.values())
    each = ", ".join(f"{name} {number}" for name, number in found.items())
    percent = f"{100 * known / cells:.0f} %" if cells else "none"
    return f"{what}: {known} of {cells} cells ({percent}): {each}"
