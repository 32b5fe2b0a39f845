"""Which stored rates convert one currency into another. Pure; exact until a rate is rounded, once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from procurement.common.money import trimmed
from procurement.fiscal.years import CALENDAR, FiscalYear, year_of

#: Reference rates are published per euro, so any two other currencies are converted through it.
EURO = "EUR"
#: The number of digits of a rate: few enough to check a multiplication by hand.
TEN_DIGITS = Context(prec=10, rounding=ROUND_HALF_EVEN)

Pair = tuple[str, str]
Quotes = Mapping[Pair, Mapping[dt.date, Fraction]]


@dataclass(frozen=True)
class Rate:
    """One unit of `base` is worth `rate` units of `quote`; at most 10 significant digits."""

    base: str
    quote: str
    rate: Decimal
    on: dt.date
    rate_type: str
    fiscal_year: int | None = None
    #: its age on the day that was asked about, in days; None unless it is older than rates may usually be
    age_days: int | None = None


@dataclass(frozen=True)
class Stored:
    """A stored rate that is in force."""

    base: str
    quote: str
    rate: Decimal
    on: dt.date
    fiscal_year: int | None = None
    country: str = ""


def shown(value: Fraction) -> Decimal:
    """A rate rounded half-even to 10 significant digits, without trailing zeros."""
    rounded = TEN_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(trimmed(rounded))


def quotes_of(rates: Iterable[Stored]) -> Quotes:
    """The rates by pair and day, in both directions; if both directions are stored, each is used as stored."""
    found: dict[Pair, dict[dt.date, Fraction]] = defaultdict(dict)
    known = list(rates)
    for each in known:
        found[each.base, each.quote][each.on] = Fraction(each.rate)
    for each in known:
        found[each.quote, each.base].setdefault(each.on, 1 / Fraction(each.rate))
    return found


def daily_rate(pair: Pair, quotes: Quotes, rate_type: str) -> Rate | None:
    """The latest rate of a pair: as quoted, else through the euro on the latest day that has both; None without one."""
    quoted = quotes.get(pair) or _through_the_euro(pair, quotes)
    if not quoted:
        return None
    on = max(quoted)
    return Rate(*pair, shown(quoted[on]), on, rate_type)


def _through_the_euro(pair: Pair, quotes: Quotes) -> dict[dt.date, Fraction]:
    native, wanted = quotes.get((pair[0], EURO), {}), quotes.get((EURO, pair[1]), {})
    return {day: native[day] * wanted[day] for day in native.keys() & wanted.keys()}


def of_its_year(rates: Iterable[Stored], as_of: dt.date, calendars: Mapping[str, FiscalYear]) -> list[Stored]:
    """The budget rates whose fiscal year, by the calendar of their country, contains the day."""
    return [each for each in rates if each.fiscal_year == year_of(as_of, calendars.get(each.country, CALENDAR))]


def budget_rates(pair: Pair, rates: Iterable[Stored]) -> dict[str, Rate]:
    """The budget rates of a pair by country, in whichever direction they are set; never combined from two rates."""
    both, found = (pair, pair[::-1]), dict[str, Rate]()
    for each in sorted((r for r in rates if (r.base, r.quote) in both), key=lambda r: (r.base, r.quote) != pair):
        value = Fraction(each.rate) if (each.base, each.quote) == pair else 1 / Fraction(each.rate)
        found.setdefault(each.country, Rate(*pair, shown(value), each.on, "budget", each.fiscal_year))
    return found
