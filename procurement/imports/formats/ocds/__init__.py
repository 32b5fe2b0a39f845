"""Open Contracting Data Standard 1.0 and 1.1: releases, records and packages, in whatever shape they are published.

docs/formats/ocds.md says how each part is read. The releases of a file are brought together by process, so that a
later one changes what an earlier one said. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from procurement.common.options import NotAccepted, Option, as_text
from procurement.imports.files.gathering import Gathering
from procurement.imports.files.json_chunks import start_of
from procurement.imports.files.json_text import JsonText
from procurement.imports.format import File, Format
from procurement.imports.formats.ocds import contracts, extension, money
from procurement.imports.formats.ocds.agreements import agreements
from procurement.imports.formats.ocds.parties import Parties
from procurement.imports.formats.ocds.processes import Process
from procurement.imports.formats.ocds.releases import TOO_DEEP, Releases
from procurement.imports.formats.ocds.rows import Rows
from procurement.imports.reading import Reading
from procurement.imports.rows import Parsed, Ref


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The contracts of a file in portions, each with all that is said of it. Raises BadFile."""
    reading, text = Reading(file.name), JsonText(file)
    with Gathering() as gathering:
        releases = Releases(reading, gathering)
        releases.read(text)
        if text.stray_line:
            said = "is not UTF-8 text from here on: it is read as Windows 1252, which contains ISO 8859-1"
            reading.remark("not UTF-8", text.stray_line, "file", said)
        yield from reading.portions(added(reading, processes(gathering, releases, zone_of(options)), options))


def processes(gathering: Gathering, releases: Releases, zone: ZoneInfo | None) -> Iterator[Process]:
    """The processes of a file, each with all its releases. Raises BadFile."""
    for ocid, group in gathering.groups():
        process = Process(ocid)
        try:
            for line, mark, release in group:
                process.take(release, line, releases.publications[mark], zone)
        except RecursionError:
            releases.reading.refuse(Ref("contracts", ocid), process.line, TOO_DEEP, record=ocid)
            process = Process(ocid, process.line)
        yield process


def added(reading: Reading, found: Iterator[Process], options: Mapping[str, Any]) -> Iterator[Process]:
    """The same processes, with the rows of each added. Raises BadFile."""
    for process in found:
        add(reading, process, options)
        yield process


def add(reading: Reading, process: Process, options: Mapping[str, Any]) -> None:
    """Add the rows of one process."""
    rows = Rows(reading, process, options, zone_of(options))
    parties = Parties(reading, process, options["country"])
    found, met = list(agreements(process)), set[str]()
    if not found:
        reading.remark("no contract", process.line, f"process “{process.ocid}”", "has no contract or award")
    for agreement in found:
        if contracts.is_left_out(rows, agreement):
            continue
        if agreement.ref.key in met:
            reading.refuse(
                agreement.ref, process.line, "its id is used before in the same process", record=process.ocid
            )
            continue
        met.add(agreement.ref.key)
        if extension.is_told(agreement.said):
            extension.add(reading, process.whole, agreement.said, agreement.place)
        elif taken := contracts.contract(rows, parties, agreement):
            money.value(rows, taken)
            money.payments(rows, taken)


def zone_of(options: Mapping[str, Any]) -> ZoneInfo | None:
    """The time zone that was chosen."""
    return ZoneInfo(options["time_zone"]) if options["time_zone"] else None


def as_zone(value: object) -> str:
    """The name of a time zone."""
    name = as_text(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError) as error:  # no such zone, or the name of a folder of them
        raise NotAccepted("is no time zone; Australia/Sydney would be accepted") from error
    return name


#: One of these stands near the start of every file.
NAMES = ("ocid", "releases", "records", "compiledRelease", "versionedRelease")


def recognises(head: bytes) -> bool:
    """Whether a file may hold OCDS: its JSON names what is in a release or record. An empty file is for the reader.

    A record may begin with the history of all its values, which is longer than what is looked at.
    """
    start = start_of(head)
    return not head or any(f'"{name}"'.encode() in start for name in NAMES)


FORMAT = Format(
    "ocds",
    "Open Contracting Data Standard 1.0 and 1.1 (JSON, JSON Lines, gzip)",
    (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz"),
    read,
    options=(
        Option("publisher", "who published the file, if it does not say"),
        Option("source_url", "the address of the publisher's data, if the file does not say"),
        Option("grade", "how good a source it is", choices=("primary", "secondary", "weak"), default="primary"),
        Option("country", "of buyers without one, ISO 3166-1 alpha-2"),
        Option("currency", "of contracts that name none, ISO 4217"),
        Option("time_zone", "in which dates with a time are read; empty: the day as written", read=as_zone),
        Option("awards", "awards without contracts", choices=("contracts", "ignore"), default="contracts"),
        Option("programs", "projects of budgets", choices=("ignore", "create"), default="ignore"),
    ),
    recognises=recognises,
    self_contained=True,
)
