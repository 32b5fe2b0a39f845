"""What a request asks of exposure: its parameters, read once into a question and how rows are to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from rest_framework.request import Request

from procurement.api.exposure.files import Grouped
from procurement.api.exposure.rows import Display
from procurement.api.http import filtering
from procurement.api.http.filtering import Filter, narrowing, parameters, parse_yes_no, split
from procurement.api.http.pagination import Cursor, filters_hash, opened, sealed
from procurement.common.dates import Asked
from procurement.common.errors import Complaints, Refused
from procurement.common.money import is_currency
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import LARGEST_PAGE, Question, checked_groups
from procurement.exposure.presentation import SHOWN, checked_figures
from procurement.programs.models import StatusChange
from procurement.programs.reading import ids_by_code
from procurement.rates.converting import USUAL, checked_types

#: Filters that exposure itself reads, each with how a value is parsed.
OWN_FILTERS: Mapping[str, Filter] = {
    "program": filtering.Text("program"),
    "program_status": filtering.Word("program_status", choices=StatusChange.Status),
    "domain": filtering.Text("domain"),
    "contract": filtering.Id("contract"),
    "supplier": filtering.Id("supplier"),
    "supplier_group": filtering.Id("supplier_group"),
    "supplier_country": filtering.Text("supplier_country"),
    "buyer": filtering.Id("buyer"),
    "country": filtering.Text("country"),
    "contract_status": filtering.Word("contract_status", choices=ContractStatusChange.Status),
    "method": filtering.Word("method", choices=Contract.Method),
    "fiscal_year": filtering.Id("fiscal_year"),
    "presumed": filtering.YesNo("presumed"),
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
#: All of them, by the names of their parameters.
EXPOSURE_FILTERS: Mapping[str, Filter] = {**OWN_FILTERS, **CONTRACT_FILTERS}
CHOOSING = frozenset(name for name, _, _ in parameters(CONTRACT_FILTERS))
#: A figure that needs a query of its own, over every open milestone: shown only on request.
DEFERRED = "deferred"
#: The one value of the parameter `unconverted`.
SHOW = "show"
#: Parameters of every question of exposure, beside the dates and filters.
ASKING = ("group_by", "currency", "rate_type", "unconverted", "figures", "explain")


def exposure_params(*, without: str = "") -> list[str]:
    """Every parameter of a question of exposure except the dates."""
    own = [f"{name}{lookup}" for name in OWN_FILTERS if name != without for lookup in ("", "__in")]
    return [*ASKING, "cursor", "page_size", *own, *(name for name, _, _ in parameters(CONTRACT_FILTERS))]


EXPOSURE = exposure_params()


@dataclass(frozen=True)
class ExposureRequest:
    """A request as it was read: the question, how rows are shown, and what the address of the next page repeats."""

    question: Question
    display: Display
    with_deferred: bool
    path: str
    url: str
    #: the parameters, with the day that stands in for `as_of`
    params: Mapping[str, str]

    def page_from(self, offset: int) -> str:
        """The address of the page that begins with a row. It names the day, so its cursor says if that was today."""
        place = (offset, True) if self.question.any_age else (offset,)
        cursor = sealed(Cursor(place), filters_hash(self.path, self.params))
        return f"{self.url}?{urlencode({**self.params, 'cursor': cursor})}"


def read(request: Request, params: Mapping[str, str], asked: Asked, *, with_deferred: bool = False) -> ExposureRequest:
    """Read a request whose parameters are known to be accepted ones. What is deferred is left out unless asked for.

    Raises Refused naming each parameter that cannot be read.
    """
    dated = {**params, "as_of": asked.as_of.isoformat()}
    place = opened(params["cursor"], filters_hash(request.path, dated)).values if "cursor" in params else (0,)
    of_today = "as_of" not in request.query_params or len(place) > 1
    how, deferred = display(params), DEFERRED in _listed(params.get("figures", DEFERRED if with_deferred else ""))
    return ExposureRequest(
        replace(question(params, asked, of_today=of_today), offset=int(place[0])),
        how,
        deferred,
        request.path,
        request.build_absolute_uri(request.path),
        dated,
    )


def question(params: Mapping[str, str], asked: Asked, *, of_today: bool) -> Question:
    """The question in a request's parameters; of today, where these name no day. Raises Refused naming what is bad."""
    conversion, filters, limit = _conversion(params), _filters(params), _limit(params)
    any_age = of_today and conversion["currency"] is not None
    return Question(asked, groups(params), filters, **conversion, any_age=any_age, limit=limit)


def groups(params: Mapping[str, str]) -> tuple[str, ...]:
    """The groupings of a request. Raises Refused."""
    return checked_groups(_listed(params.get("group_by", "none")))


def grouped(params: Mapping[str, str]) -> Grouped:
    """What in a request decides about the columns of its file. Raises Refused."""
    return Grouped(groups(params), params.get("currency"), unconverted="unconverted" in params)


def display(params: Mapping[str, str]) -> Display:
    """How a request wants rows to be shown. Raises Refused."""
    figures = checked_figures(_listed(params["figures"]), beside=[DEFERRED]) if "figures" in params else SHOWN
    return Display(figures, _explained(params))


def _explained(params: Mapping[str, str]) -> bool:
    try:
        return "explain" in params and parse_yes_no(params["explain"])
    except ValueError as error:
        raise Refused({"explain": f"{error}; true adds why a figure is null"}) from error


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _conversion(params: Mapping[str, str]) -> dict[str, Any]:
    """What a question says of conversion. Raises Refused."""
    currency, given = params.get("currency"), params.get("rate_type")
    if currency is not None and not is_currency(currency):
        raise Refused({"currency": f"“{currency[:20]}” is not an ISO 4217 code in capitals; JPY would be accepted"})
    for name in ("rate_type", "unconverted"):
        if currency is None and name in params:
            raise Refused({name: "applies only to a conversion; give currency too, or leave it out"})
    if params.get("unconverted", SHOW) != SHOW:
        raise Refused({"unconverted": f"“{params['unconverted'][:40]}” is unknown; accepted: {SHOW}, or leave it out"})
    types = USUAL if given is None else checked_types(_listed(given))
    return {"currency": currency, "rate_types": types, "unconverted": "unconverted" in params}


def _limit(params: Mapping[str, str]) -> int:
    text = params.get("page_size", str(LARGEST_PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_PAGE:
        raise Refused({"page_size": f"a whole number from 1 to {LARGEST_PAGE} would be accepted; further rows: next"})
    return int(text)


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
    return ids_by_code(values) if name == "program" else values


def _with_contracts(found: dict[str, Sequence[Any]], params: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    if CHOOSING.isdisjoint(params):
        return found
    chosen = Contract.objects.filter(narrowing(CONTRACT_FILTERS, params))
    if "contract" in found:
        chosen = chosen.filter(pk__in=found["contract"])
    return found | {"contract": list(chosen.values_list("pk", flat=True))}
