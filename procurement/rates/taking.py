"""Taking newer reference rates from a file or an address that an administrator set."""

import datetime as dt
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from procurement.common.downloading import address_fault, download
from procurement.common.errors import BadSource
from procurement.rates.age import newest_reference_day
from procurement.rates.ecb import Loaded, store_quotes
from procurement.rates.referencefile import quotes_in
from procurement.rates.referencequotes import BadCell, Quote

log = logging.getLogger(__name__)

#: The most bytes that are read or downloaded: the ECB's largest file has some 8 MB.
MOST_BYTES = 32_000_000


@dataclass(frozen=True)
class RateFile:
    """A file of rates, whole and in memory."""

    name: str
    content: bytes

    def quotes(self, today: dt.date) -> Iterator[Quote | BadCell]:
        """Its rates, and the cells that cannot be read. Raises BadSource."""
        return quotes_in(io.BufferedReader(io.BytesIO(self.content)), self.name, today)


@dataclass(frozen=True)
class Taken:
    """What became of a file, and up to which day rates were stored before."""

    file: RateFile
    loaded: Loaded
    before: dt.date | None

    @property
    def is_older(self) -> bool:
        """Whether the file ends before what was stored already."""
        return None not in (self.loaded.newest, self.before) and self.loaded.newest < self.before  # type: ignore[operator]

    def __str__(self) -> str:
        found = self.loaded
        said = f"{self.file.name}: {found.added} added, {found.corrected} corrected, {found.read} read"
        if self.is_older:
            return f"{said}; its newest rate is of {found.newest}, and {self.before} is stored already"
        return f"{said}; newest {found.newest or 'none'}"


def take_rates(place: str, *, today: dt.date, correcting: bool = False) -> Taken:
    """Append the rates of the ECB's file at a path or an address that are not stored yet.

    The file is read to its end before anything is stored, so that half a file leaves nothing. A rate that differs from
    the one in force is told and not stored, as a person may have corrected it; with `correcting`, it becomes a newer
    row. Safe to repeat, to kill and to race: see store_quotes. Raises BadSource.
    """
    file, before = fetched(place), newest_reference_day()
    for _ in file.quotes(today):
        pass  # it raises where the file is none, or not whole
    taken = Taken(file, store_quotes(file.quotes(today), correcting=correcting), before)
    _tell(taken)
    return taken


def _tell(taken: Taken) -> None:
    found = taken.loaded
    log.info("rates were taken", extra={"file": taken.file.name, "added": found.added, "newest": str(found.newest)})
    if found.differing:
        told = "; ".join(map(str, found.differing[:5]))
        log.warning("rates differ from the stored ones", extra={"number": len(found.differing), "first": told})
    if found.bad:
        told = "; ".join(map(str, found.bad[:5]))
        log.warning("rates could not be read", extra={"number": len(found.bad), "first": told})


def fetched(place: str) -> RateFile:
    """The file at a path, or at an address. Raises BadSource."""
    if "://" not in place:
        return _read(Path(place))
    if fault := address_fault(place):
        raise BadSource(f"{place[:80]} {fault}")
    name = PurePosixPath(urlsplit(place).path).name or "rates"
    return RateFile(name, download(place, most_bytes=MOST_BYTES))


def _read(path: Path) -> RateFile:
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise BadSource(f"{path} has more than {MOST_BYTES} bytes; it is no file of the ECB")
    return RateFile(path.name, content)
