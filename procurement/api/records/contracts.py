"""Contracts, with their state, suppliers and programs at the asked dates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import orjson
from django.db.models import OuterRef, Q, QuerySet, Subquery
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.filtering import Filter
from procurement.api.http.pagination import DatedPagination, undated_part
from procurement.api.records.contract_bodies import ContractBody, parts_of
from procurement.api.records.contract_shapes import ContractDetailShape, ContractShape, quick_rows
from procurement.cases.undated import undated_facts_of_contracts
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange
from procurement.contracts.recording import change_contract, enter_contract
from procurement.sources.facts import PUBLISHED, Fact


class SupplierFilter(filtering.Organization):
    """Organizations that are or were party to the contract, in any role."""

    def among(self, values: Any) -> Q:
        return Q(pk__in=ContractParty.objects.filter(organization__in=values).values("contract"))


class Contracts(EditableResource):
    """Contracts."""

    model = Contract
    shape = ContractShape
    body = ContractBody
    fixed = frozenset({"buyer"})
    dated = True
    is_quick = True
    pagination_class = DatedPagination
    answers: ClassVar[Mapping[str, type[Any]]] = {"retrieve": ContractDetailShape}
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "signed_on": "signed_on"}
    search = ("reference", "title", "local_title", "ocid")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "program": filtering.ProgramOfContract("pk"),
        "reference": filtering.Text("reference"),
        "ocid": filtering.Text("ocid"),
        "buyer": filtering.Organization("buyer"),
        "supplier": SupplierFilter("pk"),
        "method": filtering.Word("method", choices=Contract.Method),
        "currency": filtering.Currency("currency"),
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
        """The rows with their states, unless only ids are read and no filter asks for a state."""
        is_plain = self.only_ids and not any(name.startswith("status") for name in self.params)
        return super().rows() if is_plain else self.prepared(super().rows())

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.annotate(standing_status=standing_status(self.asked))
        return found

    def created(self, given: dict[str, Any]) -> Contract:
        parts = {name: given.pop(name, None) for name in ("suppliers", "status", "allocations")}
        row = Contract(**given, entered_by=user_of(self.request))
        found = enter_contract(row, parts_of(row, parts))
        self.said = found.warnings
        return found.row

    def changed(self, row: Contract, given: dict[str, Any]) -> list[str]:
        for name in ("suppliers", "status", "allocations"):
            if name in given:
                raise Refused(
                    {name: "is recorded as facts: post to contract-parties, contract-status-changes or allocations"}
                )
        return super().changed(row, given)

    def keep(self, row: Contract, columns: Sequence[str]) -> None:
        self.said = change_contract(row, columns)

    def quick(self, ids: Sequence[int]) -> list[Any] | None:
        found = quick_rows(ids, self.asked)
        if found is None:
            return None
        if self.reproducing is not None:
            self.reproducing.version_after = found.version
        return [orjson.Fragment(text) for text in found.texts]

    # what a view by publication leaves out

    def retrieve(self, request: Request, **by: Any) -> Response:
        """One contract."""
        row = self.one(**by)
        return Response(row | undated_part(undated_facts_of_contracts(self.asked, [row["id"]])))

    def count_undated(self) -> int | None:
        """Count the undated facts about all contracts that match the filters when such facts are included."""
        if self.asked.published_by is None:
            return None
        taken_in = standing_status(replace(self.asked, undated=True))
        found = self.narrowed(self.get_queryset().annotate(standing_status=taken_in))
        return undated_facts_of_contracts(self.asked, found.values("pk"))


def standing_status(asked: Asked) -> Subquery:
    """The state of a contract at the asked dates."""
    rows = ContractStatusChange.objects.standing(asked).filter(contract=OuterRef("pk"), act="state")
    return Subquery(rows.order_by("-effective_on", PUBLISHED.desc(), "-id").values("status")[:1])
