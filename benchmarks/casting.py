"""What rows of several tables must agree on, drawn once: a few bytes for each contract."""

import datetime as dt
import random
from array import array
from dataclasses import dataclass
from functools import cached_property

from benchmarks.drawing import drawn, split
from benchmarks.size import DAYS, FIRST_DAY, Size

COUNTRIES = ("JP", "US", "FR", "DE")
CURRENCIES = {"JP": "JPY", "US": "USD", "FR": "EUR", "DE": "EUR"}
#: Ministries and agencies, each in one of the countries in turn.
BUYERS = 40
#: One dollar in units of a currency, roughly: amounts are drawn in dollars.
UNITS = {"JPY": 150.0, "USD": 1.0, "EUR": 0.9}
#: Methods of contracts in the share in which they occur, out of ten.
METHODS = (*("domestic",) * 5, *("direct_commercial",) * 2, "foreign_military_sale", "framework", "other")
#: No contract is signed in the last days, so that each has some to move on.
LATEST_SIGNATURE = DAYS - 30
#: Every day that any row may name -> its text; due dates lie years ahead.
TEXTS = tuple((FIRST_DAY + dt.timedelta(days=number)).isoformat() for number in range(DAYS + 4_000))
#: Every moment at which rows are recorded -> its text: MOMENTS_A_DAY on each day.
MOMENTS_A_DAY = 8
MOMENTS = tuple(f"{day} {9 + part:02}:30:00+00" for day in TEXTS[: DAYS + 1] for part in range(MOMENTS_A_DAY))


@dataclass(frozen=True)
class Cast:
    """The contracts of a portfolio, by number from 0; ids are one more."""

    size: Size

    @cached_property
    def program(self) -> "array[int]":
        """The number of the program that each is signed for."""
        return drawn(self.chance("programs"), self.size.programs, self.size.contracts)

    @cached_property
    def supplier(self) -> "array[int]":
        """The number of its lead supplier."""
        return drawn(self.chance("suppliers"), self.size.suppliers, self.size.contracts)

    @cached_property
    def entries(self) -> "array[int]":
        """How many ledger entries it has."""
        return split(self.chance("entries"), self.size.entries, self.size.contracts)

    @cached_property
    def signed(self) -> "array[int]":
        """The day of its signature; contracts are numbered roughly in that order."""
        chance, step = self.chance("signatures"), LATEST_SIGNATURE / self.size.contracts
        return array(
            "I",
            (
                min(max(int(number * step + chance.uniform(-200, 200)), 0), LATEST_SIGNATURE)
                for number in range(self.size.contracts)
            ),
        )

    @cached_property
    def lasts(self) -> "array[int]":
        """For how many days it runs."""
        chance = self.chance("lengths")
        return array("I", (400 + int(chance.random() * 2_600) for _ in range(self.size.contracts)))

    @cached_property
    def method(self) -> "array[int]":
        """The place of its method in METHODS."""
        return array("B", self.chance("methods").choices(range(len(METHODS)), k=self.size.contracts))

    @cached_property
    def worth(self) -> "array[float]":
        """What it is worth, in its own currency: a few million dollars, or now and then billions."""
        chance = self.chance("worth")
        return array(
            "d",
            (
                min(chance.lognormvariate(15, 1.8), 2e10) * UNITS[self.currency(number)]
                for number in range(self.size.contracts)
            ),
        )

    def chance(self, what: str) -> random.Random:
        """Randomness of its own for each use, so that one more draw here changes nothing there."""
        return random.Random(f"{self.size.seed} {what}")  # noqa: S311  (a portfolio, not a secret)

    def currency(self, number: int) -> str:
        """Its currency: a foreign military sale is in dollars."""
        if METHODS[self.method[number]] == "foreign_military_sale":
            return "USD"
        return CURRENCIES[country(buyer_of(self.program[number]))]

    def moves(self, number: int) -> int:
        """For how many days after its signature things happen: until it or history ends."""
        return min(self.lasts[number], DAYS - self.signed[number])


def buyer_of(program: int) -> int:
    """The number of the buyer of a program and of its contracts."""
    return program % BUYERS


def country(organization: int) -> str:
    """The country of an organization."""
    return COUNTRIES[organization % len(COUNTRIES)]


def published(chance: random.Random, day: int) -> int:
    """The day on which something became public: mostly at once, one in ten up to 16 months late."""
    luck = chance.random()
    late = int(luck * 4) if luck < 0.7 else int((luck - 0.7) * 300) if luck < 0.9 else int((luck - 0.9) * 5_000)
    return min(day + late, DAYS)


def known(chance: random.Random, day: int) -> str:
    """The columns KNOWN of a fact that was recorded on the day it was published."""
    public = published(chance, day)
    return f"{TEXTS[day]}\t{TEXTS[public]}\t{MOMENTS[public * MOMENTS_A_DAY]}\t{public + 1}"


KNOWN = ("effective_on", "published_on", "recorded_at", "source_id")
