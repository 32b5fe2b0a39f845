"""What is under contract, paid and owed: questions to procurement.exposure, and its answers as they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api import filtering
from procurement.api.asking import DATES
from procurement.api.filtering import Filter, narrowing, parameters, parse_id, split
from procurement.api.pagination import Cursor, filters_hash, opened, sealed
from procurement.api.resources import Listing, Names
from procurement.common.dates import Asked
from procurement.common.errors import Complaints, Refused
from procurement.common.money import is_currency
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import GROUPINGS, LARGEST_PAGE, Answer, Question, Row, answer, checked_groups
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.standing import Standing

#: Filters that exposure itself reads, each with how a value is parsed.
OWN_FILTERS: Mapping[str, Filter] = {
    "program": filtering.Text("program"),
    "program_status": filtering.Word("program_status", choices=StatusChange.Status),
    "domain": filtering.Text("domain"),
    "contract": filtering.Id("contract"),
    "supplier": filtering.Id("supplier"),
    "supplier_country": filtering.Text("supplier_country"),
    "buyer": filtering.Id("buyer"),
    "country": filtering.Text("country"),
    "contract_status": filtering.Word("contract_status", choices=ContractStatusChange.Status),
    "method": filtering.Word("method", choices=Contract.Method),
    "fiscal_year": filtering.Id("fiscal_year"),
}
#: Filters of contracts that choose which contracts count.
CONTRACT_FILTERS: Mapping[str, Filter] = {
    "reference": filtering.Text("reference"),
    "ocid": filtering.Text("ocid"),
    "signed_on": filtering.Day("signed_on", nullable=True),
    "starts_on": filtering.Day("starts_on", nullable=True),
    "ends_on": filtering.Day("ends_on", nullable=True),
    "is_remainder": filtering.YesNo("is_remainder"),
}
#: Groupings whose key is a row's id -> the table and what is shown of it.
NAMED: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    "supplier": (Organization, ("id", "name", "country")),
    "buyer": (Organization, ("id", "name", "country")),
    "contract": (Contract, ("id", "reference", "title")),
}


def exposure_params(*, without: str = "") -> list[str]:
    """Every parameter that a question of exposure reads, but for the dates."""
    own = [f"{name}{lookup}" for name in OWN_FILTERS if name != without for lookup in ("", "__in")]
    return ["group_by", "currency", "cursor", "page_size", *own, *(name for name, _, _ in parameters(CONTRACT_FILTERS))]


def question(params: Mapping[str, str], asked: Asked) -> Question:
    """The question in a request's parameters. Raises Refused naming each that cannot be read."""
    groups = tuple(name.strip() for name in params.get("group_by", "none").split(",") if name.strip())
    currency = params.get("currency")
    if currency is not None and not is_currency(currency):
        raise Refused({"currency": f"“{currency[:20]}” is not an ISO 4217 code in capitals; JPY would be accepted"})
    return Question(asked, checked_groups(groups), _filters(params), currency, limit=_limit(params))


def _limit(params: Mapping[str, str]) -> int:
    try:
        return min(parse_id(params.get("page_size", str(LARGEST_PAGE))), LARGEST_PAGE)
    except ValueError as error:
        raise Refused({"page_size": f"a whole number from 1 to {LARGEST_PAGE} would be accepted"}) from error


def _filters(params: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    complaints, found = Complaints(), {}
    for name, each in OWN_FILTERS.items():
        for given in {name, f"{name}__in"} & set(params):
            try:
                found[name] = _values(name, each, params[given])
            except ValueError as error:
                complaints.add(given, str(error))
    complaints.refuse_if_any()
    return _with_contracts(found, params)


def _values(name: str, each: Filter, text: str) -> Sequence[Any]:
    values = [each.parse(value) for value in split(text)]
    return filtering.program_ids(values) if name == "program" else values


def _with_contracts(found: dict[str, Sequence[Any]], params: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    if not {name for name, _, _ in parameters(CONTRACT_FILTERS)} & set(params):
        return found
    chosen = Contract.objects.filter(narrowing(CONTRACT_FILTERS, params))
    if "contract" in found:
        chosen = chosen.filter(pk__in=found["contract"])
    return found | {"contract": list(chosen.values_list("pk", flat=True))}


# answers


def asked_answer(request: Request, params: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """Answer a request; `params` are checked already."""
    params = {**params, "as_of": asked.as_of.isoformat()}
    belongs_to = filters_hash(request.path, params)
    offset = opened(params["cursor"], belongs_to).values[0] if "cursor" in params else 0
    found = answer(replace(question(params, asked), offset=int(offset)))
    return shown(found) | {"next": _next(request, params, found, belongs_to)}


def _next(request: Request, params: Mapping[str, str], found: Answer, belongs_to: str) -> str | None:
    if found.next_offset is None:
        return None
    cursor = sealed(Cursor((found.next_offset,)), belongs_to)
    return f"{request.build_absolute_uri(request.path)}?{urlencode({**params, 'cursor': cursor})}"


def program_rows(asked: Asked, program_id: int) -> list[dict[str, Any]]:
    """The figures of one program, one row per currency."""
    found = answer(Question(asked, ("program",), {"program": [program_id]}))
    return [figures(row) for row in found.rows if row.keys["program"] == program_id]


def shown(found: Answer) -> dict[str, Any]:
    """An answer in the shape of DESIGN.md section 8."""
    asked, names = found.question.asked, _names(found)
    currencies = {row.currency for row in found.totals}
    only = next(iter(currencies)) if len(currencies) == 1 else None
    return {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "currency": found.question.currency or only,
        "rates": [],
        "group_by": list(found.question.group_by),
        "rows": [_keys(row, names) | figures(row) for row in found.rows],
        "totals": [figures(row) for row in found.totals],
    }


def figures(row: Row) -> dict[str, Any]:
    """A row without its keys."""
    return {
        "currency": row.currency,
        "contracts": row.contracts,
        "contracts_without_commitment": row.contracts_without_commitment,
        "disputes": row.disputes,
        **row.texts(),
        "coverage": row.coverage(),
    }


def _keys(row: Row, names: Mapping[str, Mapping[Any, Any]]) -> dict[str, Any]:
    return {name: names[name].get(value) if name in names else value for name, value in row.keys.items()}


def _names(found: Answer) -> dict[str, dict[Any, Any]]:
    """What is shown for the ids of programs, organizations and contracts: one query for each grouping by them."""
    names: dict[str, dict[Any, Any]] = {}
    for group in found.question.group_by:
        ids = {row.keys[group] for row in found.rows if group in row.keys} - {None}
        if group == "program":
            names[group] = programs_by_id(ids, found.standings)
        elif group in NAMED:
            table, columns = NAMED[group]
            names[group] = {row["id"]: row for row in table.objects.filter(pk__in=ids).values(*columns)}
    return names


def programs_by_id(ids: Iterable[int], standings: Mapping[int, Standing]) -> dict[int, dict[str, Any]]:
    """Programs with their standing, as rows name them."""
    rows = Program.objects.filter(pk__in=list(ids)).values_list("id", "code", "name")
    return {pk: {"code": code, "name": name} | _standing(standings.get(pk, Standing())) for pk, code, name in rows}


def _standing(standing: Standing) -> dict[str, Any]:
    found = {"status": standing.status, "status_since": standing.since, "disputed": standing.disputed}
    # the buyer's own stop is the rule; a stop by another side, such as an export authority, is named
    by_another = standing.stopped_by is not None and standing.stopped_by != StatusChange.Side.BUYER
    return found | ({"stopped_by": standing.stopped_by} if by_another else {})


class ExposureShape(serializers.Serializer[Any]):
    """An answer: one row per group and currency, and the totals by currency."""

    as_of = serializers.DateField()
    published_by = serializers.DateField(allow_null=True)
    recorded_by = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField(
        allow_null=True, help_text="the currency of all rows; null where they have several"
    )
    rates = serializers.ListField(child=serializers.DictField())
    group_by = serializers.ListField(child=serializers.ChoiceField(choices=GROUPINGS))
    rows = serializers.ListField(child=serializers.DictField())
    totals = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_null=True)


class Exposure(Listing):
    """Exposure of any group of contracts."""

    shape = ExposureShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ExposureShape}

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        return [*exposure_params(), *DATES, "format"]

    def list(self, request: Request) -> HttpResponseBase:
        """Exposure at any dates, grouped and filtered as asked, always also split by currency."""
        return Response(asked_answer(request, self.params, self.asked))

    def columns(self) -> Names:
        """Rows are flattened: which columns there are depends on the question."""
        return []
