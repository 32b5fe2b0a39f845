"""The tables that imports fill: their fields, by the names that formats use, and how each is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from procurement.imports.cells.values import (
    Reader,
    as_amount,
    as_day,
    as_flag,
    as_identifiers,
    as_moment,
    as_text,
    as_whole,
)


@dataclass(frozen=True)
class Field:
    """How one field is read: by `read`, or as the name of a row of table `to`; `column` where the name differs."""

    read: Reader = as_text
    to: str = ""
    column: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Table:
    """One table and its fields. If `of_contract`, each row belongs to a contract, and its key is unique there."""

    name: str
    fields: Mapping[str, Field]
    of_contract: bool = False


TEXT, DAY, MOMENT, AMOUNT, FLAG, WHOLE = (
    Field(read) for read in (as_text, as_day, as_moment, as_amount, as_flag, as_whole)
)
ORGANIZATION, SOURCE = Field(to="organizations"), Field(to="documents")
PROGRAM = Field(to="programs", needed=True)

NAMED = {"name": TEXT, "local_name": TEXT, "country": TEXT}
FACT = {
    "key": Field(column="source_key", needed=True),
    "source": Field(to="documents", needed=True),
    "effective_on": DAY,
    "effective_precision": TEXT,
    "published_on": DAY,
    "note": TEXT,
}

DESCRIBED = (
    Table("organizations", NAMED | {"kind": TEXT, "identifiers": Field(as_identifiers)}),
    Table(
        "documents",
        {"title": TEXT, "publisher": TEXT, "url": TEXT, "language": TEXT, "published_on": DAY}
        | {"retrieved_at": MOMENT, "sha256": TEXT, "archived_copy": TEXT, "grade": TEXT},
    ),
    Table("programs", NAMED | {"buyer": ORGANIZATION, "domain": TEXT, "description": TEXT, "source": SOURCE}),
    Table(
        "contracts",
        {
            "key": Field(needed=True),
            "reference": TEXT,
            "generated": Field(as_flag, column="reference_generated"),
            "ocid": TEXT,
            "title": TEXT,
            "local_title": TEXT,
            "buyer": Field(to="organizations", needed=True),
            "method": TEXT,
            "currency": TEXT,
            "signed_on": DAY,
            "signed_precision": TEXT,
            "starts_on": DAY,
            "ends_on": DAY,
            "ends_precision": TEXT,
            "said_on": DAY,
            "is_remainder": FLAG,
            "description": TEXT,
            "source": Field(to="documents", needed=True),
        },
    ),
)

CONTRACT_FACTS = (
    Table(
        "contract_parties",
        FACT | {"organization": Field(to="organizations", needed=True), "role": TEXT},
        of_contract=True,
    ),
    Table(
        "contract_status_changes",
        FACT
        | {"act": TEXT, "status": TEXT, "until": DAY, "decided_by": ORGANIZATION}
        | {"notified_on": DAY, "notified_precision": TEXT}
        | {"termination_kind": Field(column="termination_ground"), "suspended_scope": Field(column="suspends")},
        of_contract=True,
    ),
    Table(
        "allocations",
        {name: each for name, each in FACT.items() if name != "effective_on"}
        | {"from": Field(as_day, column="effective_on"), "to": DAY, "program": PROGRAM, "share": AMOUNT},
        of_contract=True,
    ),
    Table(
        "milestones",
        FACT | {"kind": TEXT, "due_on": DAY, "due_precision": TEXT, "amount": AMOUNT, "description": TEXT},
        of_contract=True,
    ),
    Table(
        "ledger_entries",
        FACT
        | {"measure": TEXT, "amount": AMOUNT, "rounding": AMOUNT, "in_kind": FLAG, "reason": TEXT}
        | {"milestone": Field(to="milestones"), "counterpart": Field(to="contracts")},
        of_contract=True,
    ),
    Table("completeness", FACT | {"measure": TEXT, "through": DAY, "basis": TEXT}, of_contract=True),
    Table(
        "liability_estimates",
        FACT | {"low": AMOUNT, "point": AMOUNT, "high": AMOUNT} | {"withheld": FLAG, "method": TEXT, "clause": TEXT},
        of_contract=True,
    ),
    Table(
        "guarantees",
        FACT | {"kind": TEXT, "event": TEXT, "amount": AMOUNT, "guarantor": ORGANIZATION, "valid_until": DAY},
        of_contract=True,
    ),
)

OTHER_FACTS = (
    Table("program_links", FACT | {"program": PROGRAM, "kind": TEXT, "other": PROGRAM}),
    Table(
        "organization_links",
        FACT
        | {"organization": Field(to="organizations", needed=True), "kind": TEXT}
        | {"other": Field(to="organizations", needed=True)},
    ),
    Table(
        "status_changes",
        FACT
        | {"program": PROGRAM, "kind": TEXT, "status": TEXT, "scope": TEXT, "revokes": Field(to="status_changes")}
        | {"speaker": TEXT, "role": TEXT, "organization": ORGANIZATION, "side": TEXT}
        | {"term": TEXT, "quotation": TEXT, "sequence": WHOLE, "casts_doubt": FLAG},
    ),
    Table(
        "reported_figures",
        FACT
        | {"program": Field(to="programs"), "contract": Field(to="contracts"), "organization": ORGANIZATION}
        | {"measure": TEXT, "amount": AMOUNT, "low": AMOUNT, "high": AMOUNT, "currency": TEXT, "rounding": AMOUNT}
        | {"scope": TEXT, "as_of": Field(as_day, column="as_of_date"), "as_of_precision": TEXT, "speaker": TEXT}
        | {"withheld": FLAG, "share": AMOUNT, "share_of": TEXT, "borne_by": ORGANIZATION},
    ),
)

#: Tables that describe; all others hold facts.
DESCRIPTIVE = frozenset(table.name for table in DESCRIBED)
TABLES: Mapping[str, Table] = {table.name: table for table in (*DESCRIBED, *CONTRACT_FACTS, *OTHER_FACTS)}
