"""The yardsticks of lists: contracts by stock DRF and by django-ninja, written as their documentation shows.

Both have the columns of the API's list, the parties, shares and states of a contract as they are stored, and the same
look-up of a token. DRF counts its pages; django-ninja is asked for the rows after an id.
"""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from ninja import Field, NinjaAPI, Schema
from rest_framework import generics, serializers

from procurement.api.http.access import TokenAuthentication
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation

PAGE = 100
COLUMNS = (
    "id", "reference", "reference_generated", "ocid", "title", "local_title", "buyer", "method", "currency",
    "signed_on", "signed_precision", "starts_on", "ends_on", "ends_precision", "is_remainder", "description",
    "source", "created_at",
)  # fmt: skip


def contracts() -> QuerySet[Contract]:
    """Contracts with what both show of them, in four queries."""
    parts = ("contractparty_set__organization", "programallocation_set__program", "contractstatuschange_set")
    return Contract.objects.select_related("buyer").prefetch_related(*parts).order_by("id")


# stock DRF


class PartySerializer(serializers.ModelSerializer[ContractParty]):
    """Who takes part."""

    name = serializers.CharField(source="organization.name")

    class Meta:
        model = ContractParty
        fields = ("organization", "name", "role", "effective_on")


class ShareSerializer(serializers.ModelSerializer[ProgramAllocation]):
    """Whose it is."""

    program = serializers.CharField(source="program.code")

    class Meta:
        model = ProgramAllocation
        fields = ("program", "share", "effective_on")


class StateSerializer(serializers.ModelSerializer[ContractStatusChange]):
    """What became of it."""

    class Meta:
        model = ContractStatusChange
        fields = ("status", "effective_on")


class ContractSerializer(serializers.ModelSerializer[Contract]):
    """A contract."""

    buyer_name = serializers.CharField(source="buyer.name")
    suppliers = PartySerializer(source="contractparty_set", many=True)
    allocations = ShareSerializer(source="programallocation_set", many=True)
    states = StateSerializer(source="contractstatuschange_set", many=True)

    class Meta:
        model = Contract
        fields = (*COLUMNS, "buyer_name", "suppliers", "allocations", "states")


class Contracts(generics.ListAPIView[Contract]):
    """A page of them, by number."""

    serializer_class = ContractSerializer

    def get_queryset(self) -> QuerySet[Contract]:
        """All."""
        return contracts()


# django-ninja


class Party(Schema):
    """Who takes part."""

    organization: int = Field(alias="organization_id")
    name: str = Field(alias="organization.name")
    role: str
    effective_on: dt.date


class Share(Schema):
    """Whose it is."""

    program: str = Field(alias="program.code")
    share: str
    effective_on: dt.date

    @staticmethod
    def resolve_share(row: Any) -> str:
        """As DRF writes it."""
        return str(row.share)


class State(Schema):
    """What became of it."""

    status: str
    effective_on: dt.date


class OneContract(Schema):
    """A contract."""

    id: int
    reference: str
    reference_generated: bool
    ocid: str
    title: str
    local_title: str
    buyer: int = Field(alias="buyer_id")
    buyer_name: str = Field(alias="buyer.name")
    method: str
    currency: str
    signed_on: dt.date | None
    signed_precision: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    ends_precision: str
    is_remainder: bool
    description: str
    source: int = Field(alias="source_id")
    created_at: dt.datetime
    suppliers: list[Party] = Field(alias="contractparty_set")
    allocations: list[Share] = Field(alias="programallocation_set")
    states: list[State] = Field(alias="contractstatuschange_set")


class SomeContracts(Schema):
    """A page of them."""

    next: int | None
    results: list[OneContract]


def user_of_token(request: HttpRequest) -> Any:
    """Who asks; None refuses."""
    found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]  # it reads nothing but a header
    return None if found is None else found[0]


ninja = NinjaAPI(auth=user_of_token, docs_url=None, openapi_url=None)


@ninja.get("/contracts/", response=SomeContracts)
def after(request: HttpRequest, after: int = 0) -> dict[str, Any]:  # noqa: ARG001  (its signature)
    """The contracts after an id."""
    rows = list(contracts().filter(id__gt=after)[: PAGE + 1])
    return {"next": rows[PAGE - 1].pk if len(rows) > PAGE else None, "results": rows[:PAGE]}


urlpatterns = [path("drf/contracts/", Contracts.as_view()), path("ninja/", ninja.urls)]
