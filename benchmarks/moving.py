"""The ledger's rows: the loop that runs ten million times, so it makes text and no objects.

Entries of some thousand contracts are mixed in the order of their recording, so that those of one contract lie as far
apart on disk as they do where facts are posted as they come.
"""

import random
from collections.abc import Iterator

from benchmarks.casting import MOMENTS, MOMENTS_A_DAY, TEXTS, Cast, published
from benchmarks.copying import NULL, Rows
from benchmarks.happening import first_milestone
from benchmarks.size import DAYS
from procurement.ledger.models import LedgerEntry

COLUMNS = (
    "id", "source_key", "reverses_id", "contract_id", "measure", "amount", "rounding", "reason", "milestone_id",
    "effective_on", "published_on", "recorded_at", "source_id",
)  # fmt: skip

#: What an entry after the first may be, in the share in which it occurs, out of a hundred: measure, reason, and its
#: amount in the contract's worth divided by its entries. Payments come to nine tenths of what is committed.
KINDS = (
    *(("payment", "other", 2.2),) * 40,
    *(("payment", "settlement", 0.5),) * 1,
    *(("delivery", "other", 5.0),) * 18,
    *(("delivery", "correction", -1.0),) * 1,
    *(("commitment", "modification", 0.6),) * 8,
    *(("commitment", "option", 1.5),) * 4,
    *(("commitment", "de_obligation", -0.8),) * 3,
    *(("commitment", "termination", -1.0),) * 1,
    *(("funding", "other", 8.0),) * 12,
    *(("ceiling", "modification", 9.0),) * 7,
    *(("refund", "other", 0.4),) * 3,
    *(("compensation", "settlement", 0.7),) * 1,
    *(("compensation", "other", -0.3),) * 1,
)
assert len(KINDS) == 100
#: The entries of so many contracts are mixed.
MIXED = 4_000
#: One entry in so many is taken back.
REVERSED_EACH = 100

#: When it is recorded, its number, the number that it takes back, and its line from the contract on.
Entry = tuple[int, int, int, str]
NOTHING = -1
#: Measure, amount as text, reason, milestone and day of a movement.
Move = tuple[str, str, str, str, int]


def entries(cast: Cast) -> Rows:
    """Every entry and every reversal."""
    return Rows(LedgerEntry, COLUMNS, lines(cast), cast.size.entries + cast.size.reversals)


def lines(cast: Cast) -> Iterator[str]:
    """The rows with their ids, in the order of their recording within each lot."""
    row = 0
    for lot in lots(cast):
        ids: dict[int, int] = {}
        for _, number, taken_back, text in lot:
            row += 1
            if taken_back != NOTHING:
                yield f"{row}\t\t{ids.pop(taken_back)}\t{text}"
                continue
            if is_taken_back(number):
                ids[number] = row
            yield f"{row}\te{number}\t{NULL}\t{text}"


def lots(cast: Cast) -> Iterator[list[Entry]]:
    """The entries of MIXED contracts each, in the order of their recording."""
    chance, number = cast.chance("movements"), 0
    for start in range(0, cast.size.contracts, MIXED):
        lot: list[Entry] = []
        for contract in range(start, min(start + MIXED, cast.size.contracts)):
            number = add_entries(lot, cast, contract, number, chance)
        lot.sort()
        yield lot


def add_entries(lot: list[Entry], cast: Cast, contract: int, number: int, chance: random.Random) -> int:
    """Add the entries of one contract and their reversals to a lot; returns the number after the last one's."""
    for measure, amount, reason, milestone, day in moves(cast, contract, chance):
        public = published(chance, day)
        moment = recorded(chance, public, number)
        about = f"{contract + 1}\t{measure}"
        # the source was coarse in one of 50
        coarse = "0" if number % 50 else "1000"
        dated = f"{TEXTS[day]}\t{TEXTS[public]}\t{MOMENTS[moment]}\t{public + 1}"
        lot.append((moment, number, NOTHING, f"{about}\t{amount}\t{coarse}\t{reason}\t{milestone}\t{dated}"))
        if is_taken_back(number):
            public = published(chance, public)
            later = max(moment, recorded(chance, public, number))
            opposite = amount[1:] if amount[0] == "-" else f"-{amount}"
            dated = f"{TEXTS[day]}\t{TEXTS[public]}\t{MOMENTS[later]}\t{public + 1}"
            lot.append((later, number, number, f"{about}\t{opposite}\t{coarse}\tcorrection\t{milestone}\t{dated}"))
        number += 1
    return number


def moves(cast: Cast, contract: int, chance: random.Random) -> Iterator[Move]:
    """What moves under one contract: an award, then whatever comes, until it or history ends."""
    count, worth, signed, days = (
        cast.entries[contract],
        cast.worth[contract],
        cast.signed[contract],
        cast.moves(contract),
    )
    written = "%.0f" if cast.currency(contract) == "JPY" else "%.2f"
    first = first_milestone(contract)
    unmet = {} if first is None else {"payment": str(first), "delivery": str(first + 1)}
    # one in 50 has no commitment on record: its first entry is money made available
    yield "funding" if contract % 50 == 9 else "commitment", written % max(worth, 1.0), "award", NULL, signed
    draw, part = chance.random, worth / count
    # what is committed and not paid: who has no more of it delivers, but for one contract in 200
    left = worth if contract % 200 != 100 else worth * 1_000
    for _ in range(count - 1):
        measure, reason, size = KINDS[int(draw() * 100)]
        amount = part * size * (0.2 + 1.6 * draw())
        if measure == "commitment":
            if left + amount < 0:
                amount = -amount
            left += amount
        elif measure == "payment":
            if amount > left:
                measure, reason = "delivery", "other"
            else:
                left -= amount
        milestone = unmet.pop(measure, NULL) if unmet else NULL
        yield measure, written % (amount if abs(amount) > 1 else 1), reason, milestone, signed + int(draw() * days)


def recorded(chance: random.Random, public: int, number: int) -> int:
    """The moment at which an entry is recorded: on the day it is public, of one in 20 up to a month later."""
    luck = chance.random()
    day = public if luck > 0.05 else min(public + int(luck * 600), DAYS)
    return day * MOMENTS_A_DAY + number % MOMENTS_A_DAY


def is_taken_back(number: int) -> bool:
    """Whether an entry is reversed later."""
    return number % REVERSED_EACH == REVERSED_EACH - 1
