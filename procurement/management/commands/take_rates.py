"""Take newer reference rates."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.common.errors import BadSource
from procurement.rates.age import age_said
from procurement.rates.taking import take_rates

#: So many cells and differing rates are printed.
SHOWN = 50


class Command(BaseCommand):
    """`manage.py take_rates [PATH|URL]`: exit status 1 when a cell could not be read, or a rate differs."""

    help = "Take the reference rates of a file of the European Central Bank that are not stored yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "place",
            nargs="?",
            metavar="PATH|URL",
            help="eurofxref-hist.zip, eurofxref-daily.xml or any other form of them; default: the setting ECB_RATES",
        )
        parser.add_argument(
            "--correct", action="store_true", help="store rates that differ as newer rows, which then are in force"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        place = options["place"] or settings.ECB_RATES
        if not place:
            raise CommandError("name a path or an address, or set ECB_RATES")
        try:
            taken = take_rates(place, today=timezone.localdate(), correcting=options["correct"])
        except BadSource as error:
            raise CommandError(f"nothing was stored: {error}") from error
        self.stdout.write(str(taken))
        self.stdout.write(age_said(timezone.localdate()))
        for each in (*taken.loaded.bad[:SHOWN], *taken.loaded.differing[:SHOWN]):
            self.stderr.write(str(each))
        self._end(len(taken.loaded.bad), len(taken.loaded.differing))

    def _end(self, bad: int, differing: int) -> None:
        said = [f"{bad} cells could not be read"] if bad else []
        said += [f"{differing} rates differ from the stored ones, which stay; see --correct"] if differing else []
        if said:
            raise CommandError(f"{'; '.join(said)}; everything else is stored")
