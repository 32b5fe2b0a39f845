"""Warnings about amounts that look wrong beside what is known of their contract. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.common.money import in_full

#: An amount this many times the largest so far is most often a typing error.
TIMES = 100
#: A payment this many times the largest one before it is one too, even where the contract is worth as much.
PAYMENT_TIMES = 1000
#: Above this no contract and no budget is known; in currencies whose unit is worth little the numbers are larger.
FAR = Decimal("1e13")
_TENS = "JPY", "KRW", "HUF", "CLP", "COP", "INR", "RUB", "PKR", "TWD", "ISK", "KZT", "NGN", "IQD", "LKR"
_THOUSANDS = "IDR", "VND", "IRR", "LBP", "LAK", "UZS", "GNF", "PYG"
FAR_IN: Mapping[str, Decimal] = dict.fromkeys(_TENS, FAR * 10) | dict.fromkeys(_THOUSANDS, FAR * 100)
#: Measures of what a contract is worth, the better known one first; amounts of other kinds are compared with them too.
WORTH = {"commitment": "what is committed", "ceiling": "its ceiling"}


@dataclass(frozen=True)
class Sums:
    """The standing entries of one measure of a contract: their sum, their summed rounding, their two largest sizes."""

    net: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)
    largest: Sequence[Decimal] = ()


NOTHING = Sums()


@dataclass(frozen=True)
class Ledger:
    """What the ledger of one contract holds, by measure."""

    sums: Mapping[str, Sums] = field(default_factory=dict)
    #: Whether a statement says that no commitment is missing, so that none means zero.
    commitment_complete: bool = False

    def of(self, measure: str) -> Sums:
        """The sums of one measure."""
        return self.sums.get(measure, NOTHING)

    def knows(self, measure: str) -> bool:
        """Whether anything is known about a measure."""
        return measure in self.sums or (measure == "commitment" and self.commitment_complete)

    def sizes(self, *, but: str = "") -> list[Decimal]:
        """Single amounts and sums that say what the contract is worth, without one measure."""
        known = [self.of(measure) for measure in WORTH if measure != but]
        return [size for sums in known for size in (sums.net, *sums.largest)]


def overpaid(ledger: Ledger, amount: Decimal, currency: str) -> list[str]:
    """The warning about a payment that brings the total paid above the known worth of the contract, beyond rounding.

    The worth is its commitment if known, else its ceiling; without either there is no warning.
    """
    measure = next((measure for measure in WORTH if ledger.knows(measure)), None)
    if measure is None:
        return []
    worth, paid, refunded = ledger.of(measure), ledger.of("payment"), ledger.of("refund")
    net = paid.net - refunded.net
    if net - worth.net <= worth.rounding + paid.rounding + refunded.rounding:
        return []
    said = f"amount: with this payment of {in_full(amount, currency)}, {in_full(net, currency)} are paid in all"
    return [f"{said}, more than {WORTH[measure]}, {in_full(worth.net, currency)}: accepted as given"]


def thousandfold(ledger: Ledger, amount: Decimal, currency: str) -> list[str]:
    """The warning about a payment already in the ledger beside which every earlier one is a thousandth at most."""
    rest = [*ledger.of("payment").largest]
    if amount in rest:
        rest.remove(amount)
    if not rest or amount < PAYMENT_TIMES * rest[0]:
        return []
    said = (
        f"amount: this payment of {in_full(amount, currency)} is at least {PAYMENT_TIMES} times the largest other one"
    )
    return [f"{said}, {in_full(rest[0], currency)}: accepted as given; check whether there are zeros too many"]


def far_off(name: str, amount: Decimal | None, currency: str) -> list[str]:
    """The warning about an amount that is larger than any that is known of a contract or a budget."""
    limit = FAR_IN.get(currency, FAR)
    if amount is None or abs(amount) < limit:
        return []
    said = f"{name}: {in_full(amount, currency)} is at least {in_full(limit, currency)}, more than any known contract"
    return [f"{said}: accepted as given; check the unit"]


def before_signature(name: str, day: dt.date | None, signed_on: dt.date | None) -> list[str]:
    """The warning about a day before the contract was signed."""
    if day is None or signed_on is None or day >= signed_on:
        return []
    said = f"{name}: {day.isoformat()} is before the contract was signed on {signed_on.isoformat()}"
    return [f"{said}: accepted as given"]


def entry_sizes(ledger: Ledger, measure: str, amount: Decimal) -> list[Decimal]:
    """What an entry already in the ledger is compared with: others of its measure, and the contract's worth."""
    sums = ledger.of(measure)
    rest = [*sums.largest]
    if abs(amount) in rest:
        rest.remove(abs(amount))
    own = [sums.net - amount] if measure in WORTH else []
    return [*rest, *own, *ledger.sizes(but=measure)]


def hundredfold(name: str, amount: Decimal | None, sizes: Iterable[Decimal], currency: str) -> list[str]:
    """The warning about an amount at least a hundred times the contract's largest so far."""
    largest = max(map(abs, sizes), default=NOTHING.net)
    if amount is None or not largest or abs(amount) < TIMES * largest:
        return []
    said = f"{name}: {in_full(amount, currency)} is at least {TIMES} times the contract's largest amount so far"
    return [f"{said}, {in_full(largest, currency)}: accepted as given; check whether there is a zero too many"]
