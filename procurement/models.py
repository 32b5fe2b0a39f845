"""The list of tables."""

from procurement.access.models import AccessToken, RepeatableRequest
from procurement.alerts.models import Alert, Channel, Delivery, Notice, Subscription
from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    Presumption,
    ProgramAllocation,
)
from procurement.delivery.models import Attempt
from procurement.exposure.kept.models import KeptDay, Line, Total
from procurement.figures.models import ReportedFigure
from procurement.fiscal.models import FiscalCalendar
from procurement.flags.models import Flag, FlagEvent, ThresholdChange
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program, ProgramLink, StatusChange
from procurement.rates.models import ExchangeRate
from procurement.sources.models import DefaultedDate, Document, Recheck, StaleMark

__all__ = [
    "AccessToken",
    "Alert",
    "Attempt",
    "Channel",
    "Completeness",
    "Contract",
    "ContractParty",
    "ContractStatusChange",
    "DefaultedDate",
    "Delivery",
    "Document",
    "ExchangeRate",
    "FiscalCalendar",
    "Flag",
    "FlagEvent",
    "Guarantee",
    "KeptDay",
    "LedgerEntry",
    "LiabilityEstimate",
    "Line",
    "Milestone",
    "Notice",
    "Organization",
    "OrganizationIdentifier",
    "Presumption",
    "Program",
    "ProgramAllocation",
    "ProgramLink",
    "Recheck",
    "RepeatableRequest",
    "ReportedFigure",
    "StaleMark",
    "StatusChange",
    "Subscription",
    "ThresholdChange",
    "Total",
]
