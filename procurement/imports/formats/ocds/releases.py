"""The releases in a file: packages, records, bare releases, lists and lines of them, brought together by process.

What is not needed is dropped before anything is kept, contact points and street addresses first of all. Pure.
"""

import datetime as dt
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from procurement.common.ocds_extension import PROGRAMS
from procurement.imports.files.gathering import Gathered, Gathering, TooDeep
from procurement.imports.files.json_text import JsonText
from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds import extension
from procurement.imports.reading import Reading
from procurement.imports.rows import BadFile, Ref

#: The members of a release, a record or a package that are read.
KEPT = frozenset(
    {"ocid", "id", "date", "buyer", "parties", "awards", "contracts", "tender", "planning", "packageInfo"}
    | {"compiledRelease", "versionedRelease", "releases", "records", "publisher", "uri", PROGRAMS}
)
PARTY = frozenset({"id", "name", "identifier", "additionalIdentifiers", "roles"})
#: Large members of awards and contracts that are not read.
BULKY = frozenset({"documents", "items", "requirementResponses"})

NO_RELEASES = "holds only links to releases; a compiledRelease or the releases themselves would be accepted"
#: The longest ocid that is stored.
OCID = 120
LONG_OCID = f"has an ocid of more than {OCID} characters"
TOO_DEEP = "is nested too deeply to be read"
NO_OCID = "names no ocid; ocds-213czf-000-00001 would be accepted"


@dataclass(frozen=True)
class Publication:
    """Who published releases, and the address of their data; empty where the file does not say."""

    publisher: str = ""
    url: str = ""


@dataclass
class Releases:
    """The releases of a file as they are read; problems become issues of `reading`."""

    reading: Reading
    gathering: Gathering
    publications: list[Publication] = field(default_factory=list)
    packages: int = 0
    records: int = 0
    links: int = 0

    def read(self, text: JsonText) -> None:
        """Read all texts of a file; behind a broken one begin again at the next. Raises BadFile if it holds none."""
        broken = False
        try:
            while self._next(text, broken):
                try:
                    self._read_text(text)
                except BadFile as error:
                    self._complain(error)
                    broken = True
                    if not text.skip_to_next_text():
                        break
        except BadFile as error:  # the file itself ends
            self._complain(error)
            broken = True
        if not (broken or self.records or self.packages):
            raise BadFile(1, "holds no release or record of OCDS")

    def _next(self, text: JsonText, broken: bool) -> bool:  # noqa: FBT001
        if broken:  # these may close what is broken
            text.skip(",]}")
        return bool(text.peek())

    def _complain(self, error: BadFile) -> None:
        self.reading.complain(error.line, "file", "", "", str(error))

    def _read_text(self, text: JsonText) -> None:
        first = text.peek()
        if first == "{":
            self._read_object(text)
        elif first == "[":
            mark = self._package({})
            for _ in text.elements():
                self._take_next(text, mark)
        else:
            raise BadFile(text.line, "is not a JSON object or list")

    def _read_object(self, text: JsonText) -> None:
        """A package, whose releases or records are taken one by one, or else a bare release or record."""
        line, head, links, records = text.line, dict[str, Any](), self.links, self.records
        mark = self._package(head)
        is_package = False
        try:
            for name in text.members():
                if name in {"releases", "records"} and text.peek() == "[":
                    is_package = True
                    for _ in text.elements():
                        self._take_next(text, mark)
                elif name in KEPT:
                    head[name] = text.value()
                else:
                    text.value()
        finally:
            self.publications[mark] = publication(head)
        self.packages += is_package
        only_links = self.links > links and self.records == records
        if not is_package or only_links or head.keys() & {"compiledRelease", "versionedRelease"}:
            self._take(head | ({"releases": []} if is_package else {}), line, mark)

    def _package(self, head: Json) -> int:
        """A number for a package, which its releases are marked by; who published it may stand behind them."""
        self.publications.append(publication(head))
        return len(self.publications) - 1

    def _take_next(self, text: JsonText, mark: int) -> None:
        text.peek()
        line = text.line
        self._take(text.value(), line, mark)

    def _take(self, value: Any, line: int, mark: int) -> None:
        if isinstance(value, dict) and is_link(value):
            self.links += 1
            return
        self.records += 1
        try:
            self._take_releases(value, line, mark)
        except (TooDeep, RecursionError):
            self.reading.complain(line, "file", "", "", TOO_DEEP)

    def _take_releases(self, value: Any, line: int, mark: int) -> None:
        if not isinstance(value, dict):
            self.reading.complain(line, "file", "", "", "is not a release or record, which are JSON objects")
            return
        found = list(releases_of(value))
        if not found:
            key = text_of(value.get("ocid"))[:OCID]
            self.reading.refuse(Ref("contracts", key or f"line {line}"), line, NO_RELEASES, record=key)
        for release, is_compiled in found:
            self._keep(release, is_compiled, line, mark)

    def _keep(self, release: Json, is_compiled: bool, line: int, mark: int) -> None:  # noqa: FBT001
        ocid = text_of(release.get("ocid"))
        if not ocid or len(ocid) > OCID:
            self.reading.refuse(Ref("contracts", ocid[:OCID] or f"line {line}"), line, LONG_OCID if ocid else NO_OCID)
            return
        place = f"{'~' if is_compiled else ''}{order(release)}"  # the compiled one says last what the others said
        self.gathering.add(ocid, place, Gathered(line, mark, slim(release)))


def releases_of(value: Json) -> Iterator[tuple[dict[str, Any], bool]]:
    """The releases in a release, record or package; true beside those that were compiled from others."""
    for record in objects(value.get("records")):
        yield from releases_of(record)
    if not value.keys() & {"compiledRelease", "versionedRelease", "releases", "records"}:
        yield dict(value), False
        return
    named = {"ocid": value["ocid"]} if "ocid" in value else {}  # a record names it for its releases
    embedded = [named | each for each in objects(value.get("releases")) if not is_link(each)]
    yield from ((each, False) for each in embedded)
    if isinstance(compiled := value.get("compiledRelease"), dict):
        yield named | compiled, True
    elif not embedded and isinstance(versions := value.get("versionedRelease"), dict):
        yield named | latest(versions), True


def is_link(release: Json) -> bool:
    """Whether a release of a record is only its address."""
    return "url" in release and not release.keys() & {"ocid", "contracts", "awards"}


def latest(versions: Any) -> Any:
    """What the last versions in a versioned release say."""
    if isinstance(versions, list):
        if versions and all(isinstance(each, dict) and "releaseID" in each for each in versions):
            return versions[-1].get("value")
        return [latest(each) for each in versions]
    if isinstance(versions, dict):
        return {name: latest(each) for name, each in versions.items()}
    return versions


def order(release: Json) -> str:
    """A text by which releases sort in the order of their dates."""
    date = text_of(release.get("date"))
    try:
        moment = dt.datetime.fromisoformat(date)
        return (moment if moment.tzinfo is None else moment.astimezone(dt.UTC)).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError):
        return date


def slim(release: Json) -> dict[str, Any]:
    """The parts of a release that are read."""
    kept = _only(release, KEPT) | {
        "parties": _parties(release.get("parties")),
        "buyer": _parties(release.get("buyer")),
        "tender": _only(release.get("tender"), {"title", "description", "value"})
        | {"procuringEntity": _parties(member(release, "tender", "procuringEntity"))},
        "planning": _only(release.get("planning"), {"budget"}),
    }
    for name in (each for each in ("awards", "contracts") if kept.get(each) is not None):
        kept[name] = [_agreement(each) for each in objects(release[name])]
    return kept


def _agreement(agreement: Json) -> dict[str, Any]:
    """An award or contract; its documents only if it tells by our extension what they are cited for."""
    bulky = BULKY - {"documents"} if extension.is_told(agreement) else BULKY
    kept = _only(agreement, agreement.keys() - bulky)
    return kept | {name: _parties(kept[name]) for name in kept.keys() & {"suppliers", "buyers"}}


def _parties(parties: Any) -> list[dict[str, Any]]:
    return [_party(each) for each in objects(parties)]


def _only(value: Any, names: Set[str]) -> dict[str, Any]:
    return {name: value[name] for name in value if name in names} if isinstance(value, dict) else {}


def _party(party: Json) -> dict[str, Any]:
    kept = _only(party, PARTY)
    names = (n for n in party if n.startswith(("name_", "legalName")))  # name_en
    country = member(party, "address", "country") or member(party, "address", "countryName")
    address = {"address": {"countryName": country}} if country else {}
    return kept | _only(party, set(names)) | address | extension.details(party)


def publication(head: Json) -> Publication:
    """Who published a package or release, and where: the site of the package, or else the publisher's own address."""
    publisher = head.get("publisher")
    name = text_of(publisher) or text_of(member(publisher, "name"))
    address = text_of(member(publisher, "uri"))
    return Publication(name, site(text_of(head.get("uri"))) or (address if site(address) else ""))


def site(address: str) -> str:
    """The site of a web address, which stays when the address of the next package is another one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and parts.netloc and not any(each.isspace() for each in parts.netloc)
    return f"{parts.scheme}://{parts.netloc}/" if is_web else ""
