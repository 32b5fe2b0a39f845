"""The extension of OCDS that the service writes and reads: where each column stands in it. Pure.

docs/ocds-extension describes it for those who use the data; procurement/ocds writes it, imports/formats/ocds reads it.
"""

from dataclasses import dataclass
from enum import IntEnum, auto

#: How an ocid begins: with the prefix of its publisher. PostgreSQL reads it too.
OCID = "^ocds-[a-z0-9]{6}"
OCID_OR_NOTHING = f"{OCID}|^$"
#: The member of a release that says that its facts are given exactly, and the version of the extension.
MARK, VERSION = "sourcedFacts", "1.0"
#: The member of a contract that holds its own columns; a contract without it is not told in the extension.
TERMS = "recordedTerms"
#: The member that names a document, among the documents of the contract.
SOURCE = "sourceDocument"
#: The place among facts of one table that have the same days; the last one counts.
ORDER = "sameDayOrder"
#: The programs of a release, and the member of a party that tells more of it.
PROGRAMS, DETAILS = "programs", "details"


class Kind(IntEnum):
    """How a column is written. Numbers, because they are looked up for every column of every fact."""

    TEXT = auto()
    #: left out if it is `day`
    PRECISION = auto()
    DAY = auto()
    MOMENT = auto()
    #: left out if it is false
    FLAG = auto()
    NUMBER = auto()
    #: a number that is left out if it is 0
    UNIT = auto()
    #: amount and currency
    MONEY = auto()
    #: the id and name of a party
    PARTY = auto()
    #: the code and name of a program
    PROGRAM = auto()
    #: the id of a milestone of the same contract
    MILESTONE = auto()
    #: another contract, with its process
    CONTRACT = auto()


@dataclass(frozen=True)
class Member:
    """A member of an object, and the column that it holds."""

    name: str
    column: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class FactList:
    """The member of a contract, or of its implementation, that lists the facts of one table.

    `ordered` says that of two facts of the same days the later one counts, where they are about the same of `among`.
    """

    table: str
    name: str
    members: tuple[Member, ...]
    in_implementation: bool = False
    ordered: bool = False
    among: str = ""


#: What every fact has, beside its id and its source.
OF_FACTS = (
    Member("effectiveOn", "effective_on", Kind.DAY),
    Member("effectivePrecision", "effective_precision", Kind.PRECISION),
    Member("publishedOn", "published_on", Kind.DAY),
)
NOTE = Member("note", "note")

OF_ENTRIES = (
    Member("measure", "measure"),
    Member("value", "amount", Kind.MONEY),
    Member("rounding", "rounding", Kind.UNIT),
    Member("inKind", "in_kind", Kind.FLAG),
    Member("reason", "reason"),
    Member("milestone", "milestone", Kind.MILESTONE),
    Member("counterpart", "counterpart", Kind.CONTRACT),
)
#: The measures whose entries are transactions of OCDS.
PAID = frozenset({"payment", "refund"})
TRANSACTIONS = FactList("ledger_entries", "transactions", OF_ENTRIES, in_implementation=True)

FACT_LISTS = (
    FactList(
        "contract_parties",
        "partyHistory",
        (Member("organization", "organization", Kind.PARTY), Member("role", "role")),
        ordered=True,
    ),
    FactList(
        "contract_status_changes",
        "statusHistory",
        (
            Member("act", "act"),
            Member("status", "status"),
            Member("terminationGround", "termination_ground"),
            Member("suspends", "suspends"),
            Member("until", "until", Kind.DAY),
            Member("notifiedOn", "notified_on", Kind.DAY),
            Member("notifiedPrecision", "notified_precision", Kind.PRECISION),
            Member("decidedBy", "decided_by", Kind.PARTY),
        ),
        ordered=True,
    ),
    FactList(
        "allocations",
        "programHistory",
        (Member("program", "program", Kind.PROGRAM), Member("share", "share", Kind.NUMBER)),
        ordered=True,
        among="program",
    ),
    FactList(
        "milestones",
        "milestones",
        (
            Member("kind", "kind"),
            Member("dueOn", "due_on", Kind.DAY),
            Member("duePrecision", "due_precision", Kind.PRECISION),
            Member("value", "amount", Kind.MONEY),
            Member("description", "description"),
        ),
        in_implementation=True,
    ),
    FactList("ledger_entries", "valueHistory", OF_ENTRIES),
    TRANSACTIONS,
    FactList(
        "completeness",
        "completenessStatements",
        (Member("measure", "measure"), Member("through", "through", Kind.DAY), Member("basis", "basis")),
        ordered=True,
    ),
    FactList(
        "liability_estimates",
        "terminationLiability",
        (
            Member("low", "low", Kind.MONEY),
            Member("point", "point", Kind.MONEY),
            Member("high", "high", Kind.MONEY),
            Member("withheld", "withheld", Kind.FLAG),
            Member("method", "method"),
            Member("clause", "clause"),
        ),
        ordered=True,
    ),
    FactList(
        "guarantees",
        "guarantees",
        (
            Member("kind", "kind"),
            Member("event", "event"),
            Member("value", "amount", Kind.MONEY),
            Member("guarantor", "guarantor", Kind.PARTY),
            Member("validUntil", "valid_until", Kind.DAY),
        ),
        ordered=True,
    ),
    FactList(
        "reported_figures",
        "reportedFigures",
        (
            Member("measure", "measure"),
            Member("value", "amount", Kind.MONEY),
            Member("low", "low", Kind.MONEY),
            Member("high", "high", Kind.MONEY),
            Member("currency", "currency"),
            Member("rounding", "rounding", Kind.UNIT),
            Member("withheld", "withheld", Kind.FLAG),
            Member("share", "share", Kind.NUMBER),
            Member("shareOf", "share_of"),
            Member("scope", "scope"),
            Member("asOf", "as_of_date", Kind.DAY),
            Member("asOfPrecision", "as_of_precision", Kind.PRECISION),
            Member("speaker", "speaker"),
            Member("speakerOrganization", "speaker_organization", Kind.PARTY),
            Member("borneBy", "borne_by", Kind.PARTY),
        ),
        ordered=True,
    ),
)

#: The columns of a contract for which OCDS has no member, or none that is exact. Its title, description, dates and
#: ocid stand where OCDS has them.
OF_CONTRACTS = (
    Member("reference", "reference"),
    Member("referenceIsGenerated", "reference_generated", Kind.FLAG),
    Member("localTitle", "local_title"),
    Member("method", "method"),
    Member("currency", "currency"),
    Member("dateSignedPrecision", "signed_precision", Kind.PRECISION),
    Member("endDatePrecision", "ends_precision", Kind.PRECISION),
    Member("isRemainder", "is_remainder", Kind.FLAG),
    Member("buyer", "buyer", Kind.PARTY),
)
#: The columns of a document, in OCDS's own members and in those of the extension; `datePublished` is OCDS's.
OF_DOCUMENTS = (
    Member("title", "title"),
    Member("publisher", "publisher"),
    Member("language", "language"),
    Member("grade", "grade"),
    Member("retrievedAt", "retrieved_at", Kind.MOMENT),
    Member("sha256", "sha256"),
    Member("archivedCopy", "archived_copy"),
)
#: The address of a document as it was given, where it is not written as a URI is.
URL_AS_GIVEN = "urlAsGiven"
OF_PROGRAMS = (
    Member("name", "name"),
    Member("localName", "local_name"),
    Member("country", "country"),
    Member("domain", "domain"),
    Member("description", "description"),
    Member("buyer", "buyer", Kind.PARTY),
)
#: The members of a party's details.
OF_PARTIES = (Member("localName", "local_name"), Member("kind", "kind"), Member("country", "country"))
