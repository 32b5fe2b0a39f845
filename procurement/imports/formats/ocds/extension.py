"""Reading our own extension of OCDS, in which facts are told exactly (docs/ocds-extension). Pure.

Where a contract has it, nothing is concluded from OCDS's own members: what was exported is what is imported.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from procurement.common import ocds_extension as extension
from procurement.common.ocds_extension import FactList, Kind, Member
from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds.shapes import Place, day_of
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Ref
from procurement.imports.tables import TABLES

#: Columns that files know under another name.
ALSO = {"reported_figures": {"speaker_organization": "organization"}}


def is_told(contract: Any) -> bool:
    """Whether a contract is told in the extension."""
    return isinstance(member(contract, extension.TERMS), dict)


def details(party: Json) -> dict[str, Any]:
    """What the extension tells of a party; anything else among its details is left out."""
    known = [each.name for each in extension.OF_PARTIES]
    found = {name: text for name in known if (text := text_of(member(party, extension.DETAILS, name)))}
    return {extension.DETAILS: found} if found else {}


def add(reading: Reading, process: Json, contract: Json, place: Place) -> None:
    """Add the rows of a contract that is told in the extension; `process` is all that its releases say together."""
    parties, programs = _by_id(process.get("parties")), _by_id(process.get(extension.PROGRAMS))
    told = _Told(reading, text_of(process.get("ocid")), contract, place, parties, programs)
    told.contract()
    for listed in extension.FACT_LISTS:
        told.facts(listed)


def _by_id(value: Any) -> dict[str, Json]:
    """Objects by their ids; of several with one id the first."""
    return {key: each for each in reversed(objects(value)) if (key := text_of(each.get("id")))}


@dataclass(frozen=True)
class _Told:
    """A contract in a file, and what it refers to."""

    reading: Reading
    ocid: str
    said: Json
    place: Place
    parties: Mapping[str, Json]
    programs: Mapping[str, Json]

    @property
    def ref(self) -> Ref:
        """Its row: its id is unique within the process only."""
        return Ref("contracts", f"{self.ocid} {text_of(self.said.get('id'))}")

    @cached_property
    def documents(self) -> Mapping[str, Json]:
        """The documents that are cited, by their ids."""
        return _by_id(self.said.get("documents"))

    # descriptive rows

    def contract(self) -> Ref:
        """The contract itself."""
        terms = self.said[extension.TERMS]
        cells = self.cells("contracts", extension.OF_CONTRACTS, terms, extension.TERMS)
        cells |= {name: self.cell(name, text_of(self.said.get(name))) for name in ("title", "description")}
        cells["signed_on"] = self.day("dateSigned", self.said.get("dateSigned"))
        for name, given in (("starts_on", "startDate"), ("ends_on", "endDate")):
            cells[name] = self.day(f"period.{given}", member(self.said, "period", given))
        cells |= {"ocid": self.cell("ocid", self.ocid)} | self.source(terms)
        return self.row(self.ref, cells)

    def document(self, key: str) -> Ref:
        """A document that is cited."""
        ref, said = Ref("documents", key), self.documents.get(key)
        if said is None:
            return ref  # refused by name, as any row that no file has
        cells = self.cells("documents", extension.OF_DOCUMENTS, said, "documents")
        url = text_of(said.get(extension.URL_AS_GIVEN)) or text_of(said.get("url"))
        cells |= {"url": self.cell("documents.url", url)}
        cells |= {"published_on": self.day("documents.datePublished", said.get("datePublished"))}
        return self.row(ref, cells)

    def organization(self, key: str) -> Ref:
        """An organization that is named."""
        ref, said = Ref("organizations", key), self.parties.get(key)
        if said is None:
            return ref
        cells = self.cells("organizations", extension.OF_PARTIES, said.get(extension.DETAILS), "parties.details")
        cells["name"] = self.cell("parties.name", text_of(said.get("name")))
        cells["identifiers"] = self.cell("parties.identifier", "; ".join(self.identifiers(said)))
        return self.row(ref, cells)

    def identifiers(self, party: Json) -> Iterator[str]:
        """The identifiers of an organization; one that cannot be written in a list of them is left out."""
        for each in (*objects(party.get("identifier")), *objects(party.get("additionalIdentifiers"))):
            scheme, value = text_of(each.get("scheme")), text_of(each.get("id"))
            if not (scheme and value) or ";" in scheme + value or ":" in scheme:
                cell = self.cell("parties.identifier", f"{scheme} {value}")
                said = "is no scheme and value without semicolons; it is left out"
                self.reading.remark("identifier left out", self.place.line, "organizations", said, cell=cell)
                continue
            yield f"{scheme}:{value}"

    def program(self, code: str) -> Ref:
        """A program to which a share of the contract belongs."""
        ref, said = Ref("programs", code), self.programs.get(code)
        if said is None:
            return ref
        cells = self.cells("programs", extension.OF_PROGRAMS, said, extension.PROGRAMS)
        return self.row(ref, cells | self.source(said))

    def other_contract(self, said: Any) -> Ref:
        """The other contract of a transfer, which may stand in another portion of the file: it is told with it."""
        ocid, contract = text_of(member(said, "ocid")), member(said, "contract")
        if not is_told(contract):
            return Ref("contracts", f"{ocid} {text_of(member(contract, 'id'))}")
        place = self.place.within("counterpart.contract")
        return replace(self, ocid=ocid, said=contract, place=place).contract()

    # facts

    def facts(self, listed: FactList) -> None:
        """The facts of one list; of those of the same days, the one that counts comes last."""
        place = self.said.get("implementation") if listed.in_implementation else self.said
        for said in sorted(objects(member(place, listed.name)), key=_rank):
            self.fact(listed, said)

    def fact(self, listed: FactList, said: Json) -> None:
        """One fact, with what it refers to."""
        members = (*extension.OF_FACTS, *listed.members, extension.NOTE)
        cells = self.cells(listed.table, members, said, listed.name) | self.source(said)
        if listed.table == "reported_figures":
            cells["contract"] = self.ref
        self.row(Ref(listed.table, text_of(said.get("id")), self.ref.key), cells)

    # cells

    def cells(self, table: str, members: Iterable[Member], said: Any, path: str) -> dict[str, Cell]:
        """The members of an object as cells of a row, by the names of its fields."""
        fields = {each.column or name: name for name, each in TABLES[table].fields.items()} | ALSO.get(table, {})
        return {
            fields[each.column]: cell
            for each in members
            if (cell := self.read(each, member(said, each.name), path)) is not None
        }

    def read(self, of: Member, value: Any, path: str) -> Cell | None:
        """One member as a cell, or the row that it refers to; None where the file does not have it."""
        if of.kind is Kind.CONTRACT:
            return self.other_contract(value) if isinstance(value, dict) else None
        text = _text(of.kind, value)
        if not text:
            return None
        if of.kind is Kind.PARTY:
            return self.organization(text)
        if of.kind is Kind.PROGRAM:
            return self.program(text)
        if of.kind is Kind.MILESTONE:
            return Ref("milestones", text, self.ref.key)
        return self.cell(f"{path}.{of.name}", text)

    def source(self, said: Any) -> dict[str, Cell]:
        """The document that a row names as its source."""
        key = text_of(member(said, extension.SOURCE))
        return {"source": self.document(key)} if key else {}

    def cell(self, path: str, text: str) -> Given:
        """A text of the contract."""
        return self.place.cell(path, text)

    def day(self, path: str, value: Any) -> Given:
        """A date of OCDS, of which the day counts."""
        return self.place.cell(path, text_of(value), day_of(value, None))

    def row(self, ref: Ref, cells: Mapping[str, Cell]) -> Ref:
        """Add a row."""
        return self.reading.row(ref, cells, line=self.place.line, record=self.ocid)


def _rank(said: Json) -> tuple[str, str, int]:
    """The order in which facts count."""
    day, order = text_of(said.get("effectiveOn")), text_of(said.get(extension.ORDER))
    return day, text_of(said.get("publishedOn")) or day, int(order) if order.isdecimal() and len(order) < 9 else 0


def _text(kind: Kind, value: Any) -> str:
    """A member as text."""
    if kind is Kind.FLAG:
        return "true" if value is True else ""
    if kind is Kind.MONEY:
        return text_of(member(value, "amount"))
    if kind in {Kind.PARTY, Kind.PROGRAM}:
        return text_of(member(value, "id"))
    return text_of(value)
