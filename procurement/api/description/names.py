"""The names that clients generated from the description use: of types, of operations, and of what they are about."""

import re
from collections.abc import Sequence

#: Types whose class is named for its neighbours, and would not be understood far from them.
NAMES = {
    "AcceptAllBody": "FlagAcceptances",
    "AcceptBody": "FlagAcceptance",
    "AcknowledgeAllBody": "FlagAcknowledgements",
    "AcknowledgeBody": "FlagAcknowledgement",
    "AgeShape": "DayRange",
    "AllocationPart": "NewContractAllocation",
    "AttemptShape": "DeliveryAttempt",
    "BatchShape": "ImportBatch",
    "CaseShape": "PortfolioRow",
    "ChangesShape": "ChangePage",
    "ClauseShape": "RuleClause",
    "ContestedShape": "ContestedContracts",
    "CopyBody": "DocumentCopy",
    "CopyShape": "DocumentCopy",
    "DatedShape": "DatedDay",
    "DecideBody": "MatchDecision",
    "DecisionBody": "DraftDecision",
    "EventPageShape": "FlagEventPage",
    "EventShape": "FlagEvent",
    "ExportsShape": "ExportPage",
    "FeedShape": "SubscriptionFeed",
    "FigureShape": "PortfolioFigure",
    "HeldShareShape": "ContractShare",
    "IssueShape": "ImportIssue",
    "LagShape": "ProgramLag",
    "LinksShape": "OcdsLinks",
    "MappingBody": "ColumnMapping",
    "MappingShape": "ColumnMapping",
    "NamedShape": "MergedOrganization",
    "OutcomeShape": "FlagOutcome",
    "OutcomesShape": "FlagOutcomes",
    "PartyShape": "PartyOfContract",
    "PeriodShape": "SchedulePeriod",
    "PointShape": "SeriesPoint",
    "PositionShape": "StatusPosition",
    "PublisherShape": "OcdsPublisher",
    "RangeShape": "ThresholdRange",
    "RateShape": "UsedRate",
    "ReasonBody": "FlagReason",
    "RecordPackageShape": "OcdsRecordPackage",
    "ReleasePackageShape": "OcdsReleasePackage",
    "RefusalBody": "DraftRefusal",
    "ReplayBody": "DeliveryReplay",
    "ReplayedShape": "DeliveryReplayed",
    "RowShape": "ExposureRow",
    "ScheduleShape": "ExposureSchedule",
    "SeriesShape": "ExposureSeries",
    "StoredEndedAllocationShape": "StoredAllocationWithEnd",
    "StoredBatchShape": "StoredImportBatch",
    "StoredEndedAllocationShapeOutcome": "AllocationOutcome",
    "StoredEndedAllocationShapeOutcomes": "AllocationOutcomes",
    "StoredMappingShape": "StoredColumnMapping",
    "TestedShape": "ChannelTest",
    "ThresholdShape": "RuleThreshold",
    "TimelineShape": "TimelinePage",
    "ToldShape": "DeliveredAlert",
    "TotalShape": "ExposureTotal",
    "TrialShape": "AssignmentTrial",
    "UnconvertedShape": "UnconvertedCurrency",
    "UndoBody": "ImportUndo",
    "UploadBody": "ImportUpload",
}
#: Names that come out longer than people would say them.
SHORTER = {
    "ChannelChangePatch": "ChannelPatch",
    "TokenChangePatch": "TokenPatch",
    "StoredDocumentPatch": "DocumentPatch",
    "StoredDocumentRequest": "DocumentUpdate",
}
#: What one and several of a resource are called, where its address does not say it.
WORDS = {
    "completeness": ("statement of completeness", "statements of completeness"),
    "copies": ("copy", "copies"),
    "history": ("earlier version", "earlier versions"),
    "ocds": ("OCDS", "OCDS"),
}
#: Endings of several, and of one where it is not the same without its s.
ENDINGS = {"ies": "y", "ches": "ch", "ocds": "ocds"}
#: Actions that every resource names alike; others have names of their own.
STANDARD = frozenset({"list", "retrieve", "create", "update", "partial_update", "destroy"})


def type_name(class_name: str) -> str:
    """The name of a type: its class's without the word that says what the class is for."""
    name = NAMES.get(class_name) or re.sub(r"(?<=\w)(Shape|Body$)", "", class_name)
    return re.sub(r"^Stored(?=\w+Outcomes?$)", "", name)


def in_direction(name: str, *, corrects: bool) -> str:
    """A name as drf-spectacular makes it for requests, as people would: PatchedProgramRequest is ProgramPatch."""
    if name.startswith("Patched"):
        stem = name.removeprefix("Patched").removesuffix("Request")
        name = f"{stem}{'Correction' if corrects else 'Patch'}"
    return SHORTER.get(name, name)


def page_name(name: str) -> str:
    """The name of a page of rows of a type."""
    return f"{name}Page"


def singular(words: str) -> str:
    """One of several: programs, ledger entries, status-drafts."""
    for end, one in ENDINGS.items():
        if words.endswith(end):
            return words.removesuffix(end) + one
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else words


def one_and_many(parts: Sequence[str]) -> tuple[str, str]:
    """What one and several rows of an address are called; of a part of a row, with what it is part of."""
    name = parts[-1]
    one, many = WORDS.get(name, (singular(name).replace("-", " "), name.replace("-", " ")))
    above = [WORDS[each][0] if each in WORDS else singular(each).replace("-", " ") for each in parts[:-1]]
    return (" ".join([*above, one]), " ".join([*above, many]))


def operation_id(parts: Sequence[str], action: str, *, of_one: bool, pages: bool, reads: bool) -> str:
    """The name of an operation as a function would have it: ledger_entries_correct, exposure, program_timeline.

    `parts` are the words of its address; `of_one` says that the address names a row before its last word.
    """
    named = [re.sub(r"\W", "_", each.removesuffix(".jsonl")) for each in parts]
    if named[-1] == "query":  # a question that is asked in a body
        return "_".join(named)
    if reads and of_one:
        named = [singular(named[0]), *named[1:]]
    if reads and (action not in STANDARD or (action == "list" and (of_one or not pages))):
        return "_".join(named)
    if action not in STANDARD:
        return f"{named[0]}_{action}"
    return "_".join([*named, action])
