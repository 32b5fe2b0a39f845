"""Our rows as objects of OCDS: parties, documents, programs, facts. Amounts stay decimals. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import quote

import pycountry

from procurement.common import ocds_extension as extension
from procurement.common.ocds_extension import FactList, Kind, Member
from procurement.ocds.process import Contract, Fact, Party, Program, Source

Json: TypeAlias = dict[str, Any]

#: Our states in the closed list of OCDS, in which the end of a contract has one word; `standing` has the exact one.
STATUSES = {
    "pending": "pending",
    "active": "active",
    "stop_work": "active",
    "suspended": "active",
    "partially_terminated": "active",
    "terminated": "terminated",
    "completed": "terminated",
    "cancelled_before_signature": "cancelled",
}
#: How OCDS calls the kinds of milestones.
MILESTONES = {"payment": "financing", "delivery": "delivery"}
#: The role of an organization by the column of a fact that names it.
ROLES = {
    "decided_by": "decidingBody",
    "guarantor": "guarantor",
    "speaker_organization": "speaker",
    "borne_by": "costBearer",
}
ROLES_OF_PARTIES = {
    "lead_supplier": "supplier",
    "supplier": "supplier",
    "agent": "agent",
    "payee": "payee",
    "guarantor": "guarantor",
}
#: Names that the publishers' register of schemes (org-id.guide) has for ours.
SCHEMES = {"LEI": "XI-LEI", "DUNS": "US-DUNS"}
#: What a URI consists of; `%` stands for what is encoded already.
OF_URIS = "-._~:/?#[]@!$&'()*+,;=%"


# values


def moment(day: dt.date) -> str:
    """A day as OCDS writes dates: its first moment, in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def value(amount: Decimal, currency: str) -> Json:
    """An amount with its currency."""
    return {"amount": amount, "currency": currency}


def reference(party: Party) -> Json:
    """How a party is referred to."""
    return {"id": party.id, "name": party.name}


def written(kind: Kind, given: Any, currency: str = "") -> Any:
    """A column as the extension writes it; None where it is left out."""
    if given is None or given == "" or given is False:
        return None
    return _WRITTEN[kind](given, currency)


_WRITTEN: Mapping[Kind, Callable[[Any, str], Any]] = {
    Kind.TEXT: lambda given, _: given,
    Kind.PRECISION: lambda given, _: None if given == "day" else given,
    Kind.DAY: lambda given, _: given.isoformat(),
    Kind.MOMENT: lambda given, _: given.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z",
    Kind.FLAG: lambda given, _: given,
    Kind.NUMBER: lambda given, _: given,
    Kind.UNIT: lambda given, _: given or None,
    Kind.MONEY: value,
    Kind.PARTY: lambda given, _: reference(given),
    Kind.PROGRAM: lambda given, _: {"id": given.code, "name": given.name},
    Kind.MILESTONE: lambda given, _: given,
    Kind.CONTRACT: lambda given, _: {"ocid": given.ocid, "contract": described(given) | documents([given.source])},
}


def members(of: Iterable[Member], columns: Mapping[str, Any], currency: str = "") -> Json:
    """Columns under their names in the extension; what is empty is left out."""
    found = {each.name: written(each.kind, columns[each.column], currency) for each in of}
    return {name: each for name, each in found.items() if each is not None}


# organizations, documents, programs


def party(row: Party, roles: Iterable[str]) -> Json:
    """An organization. Contact points are not known to the service."""
    found: Json = {"id": row.id, "name": row.name}
    identifiers = [{"scheme": SCHEMES.get(scheme, scheme), "id": each} for scheme, each in row.identifiers]
    found |= {"identifier": identifiers[0]} if identifiers else {}
    found |= {"additionalIdentifiers": identifiers[1:]} if identifiers[1:] else {}
    if country := row.columns["country"]:
        found["address"] = {"countryName": country_name(country)}
    return found | {"roles": sorted(roles), extension.DETAILS: members(extension.OF_PARTIES, row.columns)}


@cache
def country_name(code: str) -> str:
    """The English name of a country; its code if it has none."""
    known = pycountry.countries.get(alpha_2=code)
    return str(getattr(known, "common_name", known.name)) if known else code


def documents(sources: Iterable[Source]) -> Json:
    """The documents that are cited, each once, by their ids."""
    by_id = {each.id: each for each in sources}
    return {"documents": [document(each) for _, each in sorted(by_id.items())]}


def document(source: Source) -> Json:
    """A document; its address is written as a URI, and beside that as it was given, if that differs."""
    found: Json = {"id": source.id} | members(extension.OF_DOCUMENTS, source.columns)
    if source.published_on:
        found["datePublished"] = moment(source.published_on)
    if source.url:
        found["url"] = quote(source.url, safe=OF_URIS)
        found |= {extension.URL_AS_GIVEN: source.url} if found["url"] != source.url else {}
    return found


def program(row: Program) -> Json:
    """A program, as it is described."""
    found: Json = {"id": row.code} | members(extension.OF_PROGRAMS, row.columns)
    return found | ({extension.SOURCE: row.source.id} if row.source else {})


# contracts and facts


def described(contract: Contract) -> Json:
    """What the row of a contract says, in OCDS's members and in those of the extension."""
    columns = contract.columns
    days = {"startDate": columns["starts_on"], "endDate": columns["ends_on"]}
    period = {name: moment(day) for name, day in days.items() if day}
    found: Json = {"id": contract.id, "awardID": contract.id, "title": columns["title"]}
    found |= {"description": columns["description"]} if columns["description"] else {}
    found |= {"period": period} if period else {}
    found |= {"dateSigned": moment(columns["signed_on"])} if columns["signed_on"] else {}
    terms = members(extension.OF_CONTRACTS, columns) | {extension.SOURCE: contract.source.id}
    return found | {extension.TERMS: terms}


def fact(row: Fact, listed: FactList, currency: str) -> Json:
    """A fact, exactly as it is recorded."""
    columns = row.columns
    found: Json = {"id": row.id} | members(extension.OF_FACTS, columns)
    found |= members(listed.members, columns, columns.get("currency", currency))
    found |= {extension.ORDER: row.order} if row.order and listed.ordered else {}
    return found | {extension.SOURCE: row.source.id} | members([extension.NOTE], columns)


def list_of(row: Fact) -> FactList:
    """The list that a fact stands in."""
    if row.table == extension.TRANSACTIONS.table and row.columns["measure"] in extension.PAID:
        return extension.TRANSACTIONS
    return next(each for each in extension.FACT_LISTS if each.table == row.table)


def parties_in(row: Fact) -> Iterator[tuple[Party, str]]:
    """The organizations that a fact names, with their roles."""
    for column, each in row.columns.items():
        if isinstance(each, Party):
            yield each, ROLES.get(column) or ROLES_OF_PARTIES[row.columns["role"]]
        elif isinstance(each, Program) and (buyer := each.columns["buyer"]):
            yield buyer, "programBuyer"
        elif isinstance(each, Contract):
            yield each.buyer, "buyer"


def sources_in(row: Fact) -> Iterator[Source]:
    """The documents that a fact needs: its own, and those of the programs that it names."""
    yield row.source
    for each in row.columns.values():
        if isinstance(each, Program) and each.source:
            yield each.source
