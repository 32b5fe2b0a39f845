"""Buyers and suppliers of a process as rows of organizations. Nothing of a contact point is read. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pycountry

from procurement.common.money import is_country
from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds.processes import Process
from procurement.imports.formats.ocds.shapes import CACHED, Place, digest, shortened, text_in
from procurement.imports.reading import Reading
from procurement.imports.rows import Ref
from procurement.parties.identifying import Identifier, oddity

#: Schemes of org-id.guide begin with a country, or with XM or XI where they are international.
GLOBAL_SCHEME = re.compile("[A-Z]{2}-[A-Z0-9].*", re.ASCII)
PREFIX = re.compile("ocds-[a-z0-9]{6}", re.ASCII)
#: Identifiers of natural persons, which are not read: identity cards, passports and the like.
PERSONAL = re.compile("c.{1,2}dula|pasaporte|passport|curp|dni|persona natural", re.IGNORECASE)
#: The length of a name, a scheme and a value in our tables.
NAME, SCHEME, VALUE = 300, 60, 120


@dataclass(frozen=True)
class Parties:
    """The organizations that a process names, and where their rows go."""

    reading: Reading
    process: Process
    country: str

    def buyer(self, contract: Json) -> Ref | None:
        """The buyer of a contract; None where nobody is named.

        That is the contract's own (an extension), the release's, or whoever has the role of buyer or procuring entity.
        """
        whole = self.process.whole
        for path, found in (
            ("contracts.buyers", contract.get("buyers")),
            ("buyer", whole.get("buyer")),
            ("parties", self._in_role("buyer")),
            ("tender.procuringEntity", member(whole, "tender", "procuringEntity")),
            ("parties", self._in_role("procuringEntity")),
        ):
            for each in objects(found):
                if ref := self.row(path, each, self.country):
                    return ref
        return None

    def suppliers(self, path: str, named: Any) -> dict[Ref, str]:
        """The suppliers in a list, each once, with the name or id that the publisher knows it by."""
        found: dict[Ref, str] = {}
        for each in objects(named):
            if ref := self.row(path, each, ""):
                found.setdefault(ref, text_of(each.get("id")) or text_in(each, "name") or ref.key)
        return found

    def row(self, path: str, organization: Json, country: str) -> Ref | None:
        """The row of an organization, with what the list of parties says of it; None where it has no name."""
        party = self._by_id.get(text_of(organization.get("id")))
        both = [each for each in (organization, party) if each]
        names = (text_in(e, "name") or text_in(member(e, "identifier"), "legalName") for e in both)
        name = shortened(next((each for each in names if each), ""), NAME)
        if not name:
            return None
        pairs = list(dict.fromkeys(pair for each in both for pair in self._identifiers(each)))
        countries = (*(_country_of_scheme(scheme) for scheme, _ in pairs), *(_country(each) for each in both), country)
        country = next((each for each in countries if each), "")
        place = Place(path, self.process.line)
        identifiers = "; ".join(f"{scheme}:{value}" for scheme, value in pairs)
        cells = {"name": place.cell("name", name), "country": place.cell("address.countryName", country)}
        cells["identifiers"] = place.cell("identifier", identifiers)
        key = digest(f"{name}\n{country}\n{identifiers}")
        return self.reading.row(
            Ref("organizations", f"{name[:60]} {key}"),
            cells,
            line=self.process.line,
            label=f"organizations “{name}”",
            record=self.process.ocid,
        )

    @cached_property
    def _by_id(self) -> Mapping[str, Json]:
        """The parties by their ids; of several with one id the first."""
        parties = objects(self.process.whole.get("parties"))
        return {key: each for each in reversed(parties) if (key := text_of(each.get("id")))}

    def _in_role(self, role: str) -> list[Json]:
        parties = objects(self.process.whole.get("parties"))
        return [each for each in parties if isinstance(each.get("roles"), list) and role in each["roles"]]

    def _identifiers(self, organization: Json) -> Iterator[tuple[str, str]]:
        """Scheme and value; a scheme that only its publisher knows is named with the publisher's prefix."""
        for each in (*objects(organization.get("identifier")), *objects(organization.get("additionalIdentifiers"))):
            scheme, value = text_of(each.get("scheme")), text_of(each.get("id"))
            if not (scheme and value) or PERSONAL.search(scheme) or ";" in value:
                continue
            if _is_odd(scheme, value):  # AusTender gives who has no AU-ABN a new EXEMPTUUID each time
                said = "cannot be of its scheme; it is left out"
                cell = Place("identifier", self.process.line).cell("id", f"{scheme} {value}")
                self.reading.remark("identifier left out", self.process.line, "organizations", said, cell=cell)
                continue
            if not GLOBAL_SCHEME.fullmatch(scheme):
                prefix = PREFIX.match(self.process.ocid.lower())
                scheme = f"{prefix[0] if prefix else 'ocds'} {scheme}"
            yield shortened(re.sub("[:;]", " ", scheme), SCHEME), shortened(value, VALUE)


@lru_cache(maxsize=CACHED)
def _is_odd(scheme: str, value: str) -> bool:
    """Whether a value cannot be one of its scheme."""
    return oddity(Identifier(scheme, value)) is not None


@lru_cache(maxsize=CACHED)
def _country_of_scheme(scheme: str) -> str:
    """GB of GB-COH."""
    return scheme[:2] if GLOBAL_SCHEME.fullmatch(scheme) and is_country(scheme[:2]) else ""


def _country(organization: Json) -> str:
    return _country_named(text_in(member(organization, "address"), "countryName"))


@lru_cache(maxsize=CACHED)
def _country_named(name: str) -> str:
    """The code of a country that is named by its code or its English name."""
    if is_country(name.upper()):
        return name.upper()
    try:
        return str(pycountry.countries.lookup(name).alpha_2) if name else ""
    except LookupError:
        return ""
