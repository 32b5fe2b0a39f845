"""The units that axes count in, so that their numbers have few digits: bn JPY, 億円."""

from dataclasses import dataclass
from decimal import Decimal

from procurement.common.localized import in_japanese, in_short

#: Units by their zeros, from the largest.
ENGLISH, JAPANESE = (12, 9, 6, 3, 0), (12, 8, 4, 0)


@dataclass(frozen=True)
class Unit:
    """What the numbers of an axis count, and how that is written."""

    zeros: int
    name: str

    def of(self, amount: Decimal) -> float:
        """An amount as a number of the axis."""
        return float(amount.scaleb(-self.zeros))


def axis_unit(largest: Decimal, currency: str) -> Unit:
    """The largest unit of which the largest amount is at least one, named as amounts are."""
    known = JAPANESE if in_japanese() else ENGLISH
    zeros = next((each for each in known if abs(largest) >= Decimal(10) ** each), 0)
    if zeros == 3:  # thousands have no short form
        return Unit(3, f"1,000 {currency}".rstrip())
    return Unit(zeros, in_short(Decimal(10) ** zeros, currency).removeprefix("1").strip())


def number_format() -> str:
    """How Vega writes the numbers of an axis."""
    return ",.6~g"
