"""What a story says, in plain values."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.contracts.models import Contract
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.documents import DocumentInput
from procurement.sources.models import Document

#: A body that is on record, one to be found or made, or none.
Body = Organization | OrganizationInput | None
#: What the amount of a contract is.
COMMITMENT, CEILING, PAYMENT, FIGURE, NO_AMOUNT = "commitment", "ceiling", "payment", "figure", ""


@dataclass(frozen=True)
class ProgramSaid:
    """A program that is not on record yet."""

    name: str
    country: str = ""
    buyer: Body = None
    domain: str = ""


@dataclass(frozen=True)
class StatusSaid:
    """A decision or statement about the program."""

    kind: str
    status: str
    scope: str
    effective_on: dt.date
    effective_precision: str = "day"
    speaker: str = ""
    role: str = ""
    organization: Body = None
    term: str = ""
    quotation: str = ""
    casts_doubt: bool = False


@dataclass(frozen=True)
class ContractSaid:
    """A contract on record, or one that is not yet; what was supplied by whom, and an amount."""

    row: Contract | None = None

    # a new one
    reference: str = ""
    title: str = ""
    buyer: Body = None
    supplier: Body = None
    method: str = ""
    status: str = ""
    currency: str = ""
    signed_on: dt.date | None = None
    signed_precision: str = "day"

    # the amount that the story gives
    what: str = NO_AMOUNT
    amount: Decimal | None = None
    rounding: Decimal = Decimal(0)
    on: dt.date | None = None


@dataclass(frozen=True)
class FigureSaid:
    """A sum that the story gives for the program, whatever its contracts are."""

    measure: str
    amount: Decimal
    currency: str
    on: dt.date
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True)
class Story:
    """Everything that one story says."""

    source: Document | DocumentInput
    program: Program | ProgramSaid
    status: StatusSaid | None = None
    contracts: Sequence[ContractSaid] = field(default_factory=tuple)
    figure: FigureSaid | None = None
