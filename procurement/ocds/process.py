"""A contracting process as it was gathered: its contracts, each with the facts in view. Pure."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Party:
    """An organization; its id stays as long as its first identifier or, without one, its name and country."""

    id: str
    name: str
    columns: Mapping[str, str]
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Source:
    """A document that facts rest on."""

    id: str
    published_on: dt.date | None
    url: str
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class Program:
    """A program to which a share of a contract belongs."""

    code: str
    name: str
    columns: Mapping[str, Any]
    source: Source | None = None


@dataclass(frozen=True)
class Contract:
    """A contract: the row itself, with its buyer among the columns. `id` tells it from the others of its process."""

    ocid: str
    id: str
    columns: Mapping[str, Any]
    source: Source
    recorded_on: dt.date

    @property
    def buyer(self) -> Party:
        """Its buyer."""
        buyer: Party = self.columns["buyer"]
        return buyer

    @property
    def currency(self) -> str:
        """That of its amounts."""
        return str(self.columns["currency"])


@dataclass(frozen=True)
class Fact:
    """A fact in view. Columns that refer to other rows hold those; a milestone is its id.

    `order` is its place among the facts of its table with the same days, from 1 on; 0 if it is the only one.
    """

    table: str
    id: str
    columns: Mapping[str, Any]
    source: Source
    order: int = 0

    @property
    def day(self) -> dt.date:
        """The day on which it was true."""
        day: dt.date = self.columns["effective_on"]
        return day

    @property
    def public_on(self) -> dt.date:
        """The day on which it was published; where that is unknown, the day on which it was true."""
        return self.columns["published_on"] or self.day

    @property
    def rank(self) -> tuple[dt.date, dt.date, int]:
        """The order in which facts of one table count."""
        return self.day, self.public_on, self.order


@dataclass(frozen=True)
class Agreement:
    """A contract with its facts.

    `confirmed_on` is the day of the newest fact that shows it alive; `presumed`: that is so long ago that it is only
    presumed to run. Both only where they were asked for.
    """

    contract: Contract
    facts: tuple[Fact, ...]
    confirmed_on: dt.date | None = None
    presumed: bool = False


@dataclass(frozen=True)
class Process:
    """All contracts of one ocid."""

    ocid: str
    agreements: tuple[Agreement, ...]


def digest(text: str) -> str:
    """16 digits that only this text has."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
