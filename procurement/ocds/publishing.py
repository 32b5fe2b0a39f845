"""Packages of releases or records as JSON: a page of them, or all processes in a stream.

The same facts make the same bytes, whenever they are written: no package tells the time at which it was made.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q

from procurement.common.dates import Asked
from procurement.common.json_text import as_numeric_json
from procurement.ocds.choosing import EVERY, View, ocids_after
from procurement.ocds.gathering import gather
from procurement.ocds.mapping import Json, moment
from procurement.ocds.ocids import Ocids
from procurement.ocds.process import Process
from procurement.ocds.records import last_date, record_of
from procurement.ocds.releases import releases_of
from procurement.sources.horizon import horizon

#: How ocids of ours begin until a prefix is registered: nobody else's, and recognisable.
PLACEHOLDER = "ocds-xxxxxx"
NOTICE = (
    f"ocids that begin with {PLACEHOLDER} are not registered: this service has no prefix of its own yet "
    "(setting OCDS_PREFIX)"
)
#: Where the API has the packages, below the service's address.
RELEASES, RECORDS = "/api/v1/ocds/releases/", "/api/v1/ocds/records/"
#: How many processes are gathered at a time.
CHUNK = 200


def ocids() -> Ocids:
    """How ocids of this service begin."""
    return Ocids(settings.OCDS_PREFIX or PLACEHOLDER)


def view_of(asked: Asked, *, is_past: bool = False, narrowing: Q = EVERY) -> View:
    """What is asked for, with the prefix of this service."""
    return View(asked, ocids(), is_past, narrowing)


# packages


def release_package(processes: Sequence[Process], asked: Asked, uri: str) -> Json:
    """The releases of some processes."""
    releases = [each for process in processes for each in releases_of(process)]
    return head(uri) | {"publishedDate": _published(last_date(releases), asked), "releases": releases}


def record_package(processes: Sequence[Process], asked: Asked, uri: str) -> Json:
    """The records of some processes; these are to be gathered with ages."""
    records = [record_of(each) for each in processes]
    last = max((last_date(each["releases"]) for each in records), default="")
    return head(uri) | {"publishedDate": _published(last, asked), "records": records}


def head(uri: str) -> Json:
    """What a package says of itself."""
    publisher = {"name": settings.OCDS_PUBLISHER, "uri": settings.OCDS_PUBLISHER_URL or settings.PUBLIC_URL}
    found: Json = {"uri": uri, "version": "1.1"}
    found |= {"extensions": [settings.OCDS_EXTENSION_URL]} if settings.OCDS_EXTENSION_URL else {}
    found |= {"publisher": publisher}
    found |= {"license": settings.OCDS_LICENSE} if settings.OCDS_LICENSE else {}
    found |= {"publicationPolicy": settings.OCDS_POLICY} if settings.OCDS_POLICY else {}
    return found | ({} if settings.OCDS_PREFIX else {"prefixNotice": NOTICE})


def _published(last: str, asked: Asked) -> str:
    """The date of the newest release; of a package without any, the day that was asked for."""
    return last or moment(min(asked.as_of, dt.date(9999, 12, 31)))


def address(path: str, ocid: str = "") -> str:
    """The address of all packages of a kind at this service, or of the one of a process."""
    return f"{settings.PUBLIC_URL}{path}" + (f"?ocid={quote(ocid, safe='')}" if ocid else "")


# everything, in a stream


def write_jsonl(stream: BinaryIO, view: View) -> int:
    """Write JSON Lines, each line a release package of one process; returns the number of lines.

    Everything is as it was at one moment, the horizon unless another one is asked for. Memory holds one portion.
    """
    written = 0
    for line in jsonl(of_one_moment(view)):
        stream.write(line)
        written += 1
    return written


def write_package(stream: BinaryIO, view: View, *, records: bool = False) -> int:
    """Write one package of all releases, or of all records; returns the number of processes. See write_jsonl."""
    view = of_one_moment(view)
    opening = as_numeric_json(head(address(RECORDS if records else RELEASES)))[:-1]
    stream.write(opening + (b',"records":[' if records else b',"releases":['))
    last, written = "", 0
    for process in all_processes(view, with_ages=records):
        found: list[Json] = [record_of(process)] if records else releases_of(process)
        stream.write((b"," if written else b"") + b",".join(map(as_numeric_json, found)))
        last = max(last, *(last_date(each.get("releases", [each])) for each in found))
        written += 1
    stream.write(b'],"publishedDate":' + as_numeric_json(_published(last, view.asked)) + b"}\n")
    return written


def of_one_moment(view: View) -> View:
    """The view as it is at the horizon, so that what is recorded while it is read is left out."""
    return replace(view, asked=replace(view.asked, recorded_by=view.asked.recorded_by or horizon()))


def jsonl(view: View) -> Iterator[bytes]:
    """The lines, one after another."""
    for process in all_processes(view):
        yield as_numeric_json(release_package([process], view.asked, address(RELEASES, process.ocid))) + b"\n"


def all_processes(view: View, *, with_ages: bool = False) -> Iterator[Process]:
    """Every process in view, gathered in portions."""
    found = ocids_after(view)
    while chunk := list(islice(found, CHUNK)):
        yield from gather(view, chunk, with_ages=with_ages)
