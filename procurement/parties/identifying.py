"""How identifiers are written, compared and checked, scheme by scheme. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from procurement.common.texts import plain
from procurement.parties.naming import match_key


class Holds(Enum):
    """How many identifiers of a scheme one organization may have."""

    #: Another value is that of another organization.
    ONE = auto()
    #: A later one replaces the one before. Without a better identifier, another value is that of another organization.
    ONE_AFTER_ANOTHER = auto()
    #: One for each of its places: another value says nothing.
    PLACES = auto()


class Identifier(NamedTuple):
    """A scheme and a value; two of equal `key` are the same."""

    scheme: str
    value: str

    @property
    def key(self) -> "Identifier":
        """The key it is compared by, also in the database."""
        return _key_of(self)

    @property
    def holds(self) -> "Holds":
        """How many identifiers of its scheme one organization may have."""
        name = KNOWN.get(scheme_key(self.scheme))
        return Holds.ONE if name is None else SCHEMES[name].holds


@dataclass(frozen=True)
class Scheme:
    """A scheme whose format is known: the pattern without blanks and hyphens, and the same in words."""

    shape: str
    says: str
    checks: Callable[[str], bool] = lambda _: True
    pads_to: int = 0
    #: How many values one organization may have.
    holds: Holds = Holds.ONE

    def written(self, value: str) -> str:
        """A value as the scheme writes it."""
        bare = re.sub(r"[\s.-]", "", plain(value)).upper()
        return bare.zfill(self.pads_to) if bare.isdecimal() else bare

    def is_met_by(self, value: str) -> bool:
        """Whether a written value can be one of the scheme's."""
        return bool(re.fullmatch(self.shape, value, re.ASCII)) and self.checks(value)


def _lei_checks(value: str) -> bool:
    """ISO 17442: letters as numbers from 10 on, the whole leaves 1 when divided by 97."""
    return int("".join(str(int(each, 36)) for each in value)) % 97 == 1


def _corporate_number_checks(value: str) -> bool:
    """The first digit of a 法人番号 is 9 less the weighted sum of the others modulo 9."""
    others = enumerate(reversed(value[1:]))
    return int(value[0]) == 9 - sum(int(digit) * (1 + place % 2) for place, digit in others) % 9


SCHEMES = {
    "AU-ABN": Scheme("[0-9]{11}", "11 digits"),
    "AU-ACN": Scheme("[0-9]{9}", "9 digits"),
    "CAGE": Scheme("[0-9A-Z]{5}", "5 letters and digits", holds=Holds.PLACES),
    "DUNS": Scheme("[0-9]{9}", "9 digits", holds=Holds.ONE_AFTER_ANOTHER),
    "FR-SIREN": Scheme("[0-9]{9}", "9 digits"),
    "FR-SIRET": Scheme("[0-9]{14}", "14 digits", holds=Holds.PLACES),
    "GB-COH": Scheme("[0-9A-Z]{2}[0-9]{5}[0-9A-Z]", "8 digits, or two letters and 6", pads_to=8),
    "JP-HOUJIN-BANGOU": Scheme("[0-9]{13}", "13 digits of which the first checks the rest", _corporate_number_checks),
    "KR-BRN": Scheme("[0-9]{10}", "10 digits"),
    "LEI": Scheme("[0-9A-Z]{18}[0-9]{2}", "20 letters and digits of which the last two check the rest", _lei_checks),
    "US-EIN": Scheme("[0-9]{9}", "9 digits"),
    "US-UEI": Scheme("[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}", "12 letters and digits, no O or I, not 0 first"),
}
#: Other names of the same schemes: that of NATO, and those of org-id.guide.
ALSO = {"NCAGE": "CAGE", "US-DUNS": "DUNS", "XI-LEI": "LEI"}


#: Files name the same organizations in line after line.
@lru_cache(maxsize=20_000)
def _key_of(given: Identifier) -> Identifier:
    written = as_written(given)
    return Identifier(scheme_key(written.scheme), match_key(written.value))


@lru_cache(maxsize=1_000)
def scheme_key(scheme: str) -> str:
    """The key that a scheme's name is compared by: us-uei, US_UEI and ＵＳ－ＵＥＩ are equal."""
    return re.sub(r"[\s_]+", "-", match_key(scheme))


KNOWN = {scheme_key(name): ALSO.get(name, name) for name in (*SCHEMES, *ALSO)}


def as_written(given: Identifier) -> Identifier:
    """An identifier as a known scheme writes it; one of any other scheme as it was given, without blanks around."""
    name = KNOWN.get(scheme_key(given.scheme))
    if name is None:
        return Identifier(given.scheme.strip(), given.value.strip())
    return Identifier(name, SCHEMES[name].written(given.value))


def oddity(given: Identifier) -> str | None:
    """Say what looks wrong about an identifier, or None: sources misprint them, so none is refused."""
    scheme, value = as_written(given)
    if scheme not in SCHEMES or SCHEMES[scheme].is_met_by(value):
        return None
    return f"{scheme} {value} is accepted as given, but a {scheme} has {SCHEMES[scheme].says}: check it"
