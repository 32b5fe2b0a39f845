"""Contracts, with their state, suppliers and programs at the asked dates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api import filtering
from procurement.api.access import user_of
from procurement.api.contract_bodies import ContractBody, parts_of
from procurement.api.contract_shapes import ContractDetailShape, ContractShape
from procurement.api.descriptive import Descriptive
from procurement.api.filtering import Filter
from procurement.api.pagination import DatedPagination, undated_part
from procurement.cases.undated import undated_facts_of_contracts
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.entering import create_contract, refuse_bad_contract
from procurement.contracts.models import (
    Contract,
    ContractFact,
    ContractParty,
    ContractStatusChange,
    ProgramAllocation,
)
from procurement.contracts.referring import refer
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import PUBLISHED, Fact

#: Facts that bring their contract into view, whenever its own source was published.
TELLING: tuple[type[ContractFact], ...] = (LedgerEntry, ContractStatusChange, ContractParty, ProgramAllocation)


class SupplierFilter(filtering.Id):
    """Organizations that are or were party to the contract, in any role."""

    def among(self, values: Any) -> Q:
        return Q(pk__in=ContractParty.objects.filter(organization__in=values).values("contract"))


def in_past_view(asked: Asked) -> Q:
    """Contracts that a past view knows: from their source's date, or from the first fact about them in view."""
    known = Q(first_known__lte=min(asked.as_of, asked.published_by or asked.as_of))
    for model in TELLING:
        known |= Q(Exists(model._default_manager.in_view(asked).filter(contract=OuterRef("pk"))))
    return known if asked.recorded_by is None else known & Q(created_at__lte=asked.recorded_by)


class Contracts(Descriptive):
    """Contracts."""

    model = Contract
    shape = ContractShape
    body = ContractBody
    fixed = frozenset({"buyer"})
    dated = True
    pagination_class = DatedPagination
    answers: ClassVar[Mapping[str, type[Any]]] = {"retrieve": ContractDetailShape}
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "signed_on": "signed_on"}
    search = ("reference", "title", "local_title", "ocid")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "program": filtering.ProgramOfContract("pk"),
        "reference": filtering.Text("reference"),
        "ocid": filtering.Text("ocid"),
        "buyer": filtering.Id("buyer"),
        "supplier": SupplierFilter("pk"),
        "method": filtering.Word("method", choices=Contract.Method),
        "currency": filtering.Text("currency"),
        "status": filtering.Word("standing_status", nullable=True, choices=ContractStatusChange.Status),
        "signed_on": filtering.Day("signed_on", nullable=True),
        "signed_precision": filtering.Word("signed_precision", choices=Fact.Precision),
        "starts_on": filtering.Day("starts_on", nullable=True),
        "ends_on": filtering.Day("ends_on", nullable=True),
        "ends_precision": filtering.Word("ends_precision", choices=Fact.Precision),
        "is_remainder": filtering.YesNo("is_remainder"),
        "source": filtering.Id("source"),
    }

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.get_queryset().annotate(standing_status=standing_status(self.asked))
        if self.request.method not in {"GET", "HEAD"} or not self.asks_for_the_past():
            return rows
        public = Coalesce(F("source__published_on"), TruncDate("created_at"))
        found: QuerySet[Any] = rows.annotate(first_known=public).filter(in_past_view(self.asked))
        return found

    def created(self, given: dict[str, Any]) -> Contract:
        parts = {name: given.pop(name, None) for name in ("suppliers", "status", "allocations")}
        row = Contract(**given, entered_by=user_of(self.request))
        return create_contract(row, parts_of(row, parts))

    def changed(self, row: Contract, given: dict[str, Any]) -> list[str]:
        for name in ("suppliers", "status", "allocations"):
            if name in given:
                raise Refused(
                    {name: "is kept as facts: post to contract-parties, contract-status-changes or allocations"}
                )
        currency = given.get("currency", row.currency)
        if currency != row.currency and LedgerEntry.objects.filter(contract=row.pk).exists():
            raise Refused({"currency": f"contract {row.pk} has entries in {row.currency}; its currency cannot change"})
        columns = super().changed(row, given)
        return [*columns, "reference_key"] if "reference" in columns else columns

    def check(self, row: Contract) -> None:
        refuse_bad_contract(row)
        refer(row)

    # what a view by publication leaves out

    def retrieve(self, request: Request, **by: Any) -> Response:
        """One contract."""
        row = self.one(**by)
        return Response(row | undated_part(undated_facts_of_contracts(self.asked, [row["id"]])))

    def count_undated(self) -> int | None:
        """Count the facts about all contracts that the filters leave when such facts are taken in."""
        taken_in = standing_status(replace(self.asked, undated=True))
        found = self.narrowed(self.get_queryset().annotate(standing_status=taken_in))
        return undated_facts_of_contracts(self.asked, found.values("pk"))


def standing_status(asked: Asked) -> Subquery:
    """The state of a contract at the asked dates."""
    rows = ContractStatusChange.objects.standing(asked).filter(contract=OuterRef("pk"), act="state")
    return Subquery(rows.order_by("-effective_on", PUBLISHED.desc(), "-id").values("status")[:1])
