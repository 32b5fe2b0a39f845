"""Long tails: a few large and many small ones, as portfolios have them. Pure."""

import random
from array import array
from itertools import accumulate

#: With this exponent the largest of 500 has about a tenth of all.
STEEPNESS = 0.88


def long_tail(count: int) -> list[float]:
    """The cumulative weights of members by rank (Zipf)."""
    return list(accumulate(rank**-STEEPNESS for rank in range(1, count + 1)))


def drawn(chance: random.Random, count: int, times: int) -> "array[int]":
    """For each of many, which member of a long tail it falls to: 0 is the largest."""
    return array("I", chance.choices(range(count), cum_weights=long_tail(count), k=times))


def split(chance: random.Random, total: int, parts: int) -> "array[int]":
    """Split a total into so many parts of at least 1, exactly: most are small and a few are very large.

    The total must be at least the number of parts.
    """
    weights = array("d", (chance.lognormvariate(0, 1.2) for _ in range(parts)))
    whole, rest = sum(weights), total - parts
    found: array[int] = array("I")
    reached, given = 0.0, 0
    for weight in weights:
        reached += weight
        upto = min(round(rest * reached / whole), rest)
        found.append(1 + upto - given)
        given = upto
    found[-1] += rest - given
    return found
