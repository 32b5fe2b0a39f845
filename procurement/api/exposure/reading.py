"""What a request asks of exposure: its parameters, read once into a question and how rows are to be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser

from procurement.api.exposure.files import Grouped
from procurement.api.exposure.ranking import RANKING, ranking_in
from procurement.api.exposure.rows import Display
from procurement.api.http import filtering
from procurement.api.http.filtering import Filter, narrowing, parameters, parse_yes_no, program_ids_in, values_in
from procurement.api.http.known import Reader, refuse_unstored
from procurement.api.http.pagination import Cursor, filters_hash, opened, sealed
from procurement.api.http.viewsets import Listing
from procurement.api.records.standing_filters import STANDING_FILTERS, standing_values
from procurement.common.codes import currency_code
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import LARGEST_PAGE, Answer, Question, checked_groups
from procurement.exposure.presentation import SHOWN, checked_figures
from procurement.exposure.sql.grouping import own_keys
from procurement.programs.models import Program, StatusChange
from procurement.rates.converting import USUAL, checked_types

#: Filters that exposure itself reads, each with how a value is parsed.
OWN_FILTERS: Mapping[str, Filter] = {
    "program": filtering.Text("program"),
    "program_status": filtering.Word("program_status", choices=StatusChange.Status),
    "domain": filtering.Stored("domain", of=Program),
    "contract": filtering.Id("contract", of=Contract),
    "supplier": filtering.Organization("supplier"),
    "supplier_group": filtering.Organization("supplier_group"),
    "supplier_country": filtering.Country("supplier_country"),
    "buyer": filtering.Organization("buyer"),
    "country": filtering.Country("country"),
    "contract_status": filtering.Word("contract_status", choices=ContractStatusChange.Status),
    "method": filtering.Word("method", choices=Contract.Method),
    "fiscal_year": filtering.Year("fiscal_year"),
    "presumed": filtering.YesNo("presumed"),
}
#: Filters by the standing of programs -> those of exposure.
BY_STANDING = {
    "stopped": "is_stopped",
    "disputed": "is_disputed",
    "stopped_on__gte": "stopped_from",
    "stopped_on__lte": "stopped_until",
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
FILTERING = CHOOSING | STANDING_FILTERS.keys() | {f"{name}{lookup}" for name in OWN_FILTERS for lookup in ("", "__in")}
#: A figure that needs a query of its own, over every open milestone: shown only on request.
DEFERRED = "deferred"
#: The one value of the parameter `unconverted`.
SHOW = "show"
#: Parameters of every question of exposure, beside the dates and filters.
ASKING = ("group_by", "currency", "rate_type", "rate_age", "unconverted", "figures", "explain")
#: The parameter, and its one value, by which a question of a named day takes old rates as one of today does.
RATE_AGE, ANY = "rate_age", "any"


def exposure_params(*, without: str = "") -> list[str]:
    """Every parameter of a question of exposure except the dates."""
    own = [f"{name}{lookup}" for name in OWN_FILTERS if name != without for lookup in ("", "__in")]
    chosen = [name for name, _, _ in parameters(CONTRACT_FILTERS)]
    return [*ASKING, "cursor", "page_size", *own, *BY_STANDING, *chosen]


EXPOSURE = exposure_params()


@dataclass(frozen=True)
class ExposureRequest:
    """A request as it was read: the question, how rows are shown, and what the address of the next page repeats."""

    question: Question
    display: Display
    with_deferred: bool
    path: str
    url: str
    #: the parameters that a body gave, which the address of the next page leaves out
    in_body: Collection[str]
    #: the parameters, with the day that stands in for `as_of`
    params: Mapping[str, str]

    def page_after(self, found: Answer) -> str | None:
        """The address of the page that follows, if there is one: by figures and by contract, after the last row."""
        if found.next_place is not None:
            return self._page((None, self.question.any_age, *found.next_place))
        if found.next_offset is None:
            return None
        if own_keys(self.question.group_by) == ["contract"] and not self.with_deferred:
            return self._page((None, self.question.any_age, found.rows[-1].keys["contract"]))
        return self.page_from(found.next_offset)

    def page_from(self, offset: int) -> str:
        """The address of the page that begins with a row."""
        return self._page((offset, self.question.any_age))

    def _page(self, place: tuple[Any, ...]) -> str:
        """The address of a page. It names the day, so its cursor says if that was today."""
        cursor = sealed(Cursor(place), filters_hash(self.path, self.params))
        kept = {name: value for name, value in self.params.items() if name not in self.in_body}
        return f"{self.url}?{urlencode(kept | {'cursor': cursor})}"


def read(view: Listing, params: Mapping[str, str], *, with_deferred: bool = False) -> ExposureRequest:
    """Read a request whose parameters are known to be accepted ones. What is deferred is left out unless asked for.

    Raises Refused naming each parameter that cannot be read.
    """
    request, asked = view.request, view.asked
    dated, place = {**params, "as_of": asked.as_of.isoformat()}, _place(view, params, asked)
    how, deferred = display(params), DEFERRED in _listed(params.get("figures", DEFERRED if with_deferred else ""))
    asking = question(params, asked, of_today=of_today(view, params, asked))
    if deferred and asking.ranking is not None:
        raise Refused({"figures": f"{DEFERRED} is not shown of rows that are chosen or ordered by their figures"})
    return ExposureRequest(
        _begun_at(asking, place),
        how,
        deferred,
        request.path,
        request.build_absolute_uri(request.path),
        view.in_body,
        dated,
    )


def _place(view: Listing, params: Mapping[str, str], asked: Asked) -> tuple[Any, ...]:
    """The place that a request's cursor names. Raises Refused."""
    if "cursor" not in params:
        return (0, False)
    return opened(
        params["cursor"], filters_hash(view.request.path, {**params, "as_of": asked.as_of.isoformat()})
    ).values


def _begun_at(asking: Question, place: tuple[Any, ...]) -> Question:
    """A question for the page that begins at a place: a number of rows, or after a row."""
    offset, _, *after = place
    if not after:
        return replace(asking, offset=int(offset))
    if asking.ranking is None:
        return replace(asking, beyond=int(after[0]))
    return replace(asking, ranking=replace(asking.ranking, after=tuple(after)))


def of_today(view: Listing, params: Mapping[str, str], asked: Asked) -> bool:
    """Whether a request asks for today, also by a cursor, or wants to be answered as if it did. Raises Refused."""
    named = "as_of" in view.given
    return not named or accepts_old_rates(params) or bool(_place(view, params, asked)[1])


def accepts_old_rates(params: Mapping[str, str]) -> bool:
    """Whether a request says that rates of any age will do. Raises Refused."""
    given = params.get(RATE_AGE, ANY)
    if given != ANY:
        raise Refused({RATE_AGE: f"“{given[:40]}” is unknown; accepted: {ANY}, or leave it out"})
    return RATE_AGE in params


def dated(view: Listing, params: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """What a permalink fills in: the day, and that rates of any age will do, where they do in a question of today."""
    old_rates = {RATE_AGE: ANY} if "currency" in params and of_today(view, params, asked) else {}
    return {"as_of": asked.as_of.isoformat()} | old_rates


def question(params: Mapping[str, str], asked: Asked, *, of_today: bool) -> Question:
    """The question in a request's parameters; of today, where these name no day. Raises Refused naming what is bad."""
    conversion, filters, limit = _conversion(params), _filters(params, asked), _limit(params)
    any_age = of_today and conversion["currency"] is not None
    found = Question(asked, groups(params), filters, **conversion, any_age=any_age, limit=limit)
    return found if RANKING.isdisjoint(params) else replace(found, ranking=ranking_in(params))


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
    currency, given = _currency(params), params.get("rate_type")
    accepts_old_rates(params)
    for name in ("rate_type", RATE_AGE, "unconverted"):
        if currency is None and name in params:
            raise Refused({name: "applies only to a conversion; give currency too, or leave it out"})
    if params.get("unconverted", SHOW) != SHOW:
        raise Refused({"unconverted": f"“{params['unconverted'][:40]}” is unknown; accepted: {SHOW}, or leave it out"})
    types = USUAL if given is None else checked_types(_listed(given))
    return {"currency": currency, "rate_types": types, "unconverted": "unconverted" in params}


def _currency(params: Mapping[str, str]) -> str | None:
    try:
        return currency_code(params["currency"]) if "currency" in params else None
    except ValueError as error:
        raise Refused({"currency": str(error)}) from error


def _limit(params: Mapping[str, str]) -> int:
    text = params.get("page_size", str(LARGEST_PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_PAGE:
        raise Refused({"page_size": f"a whole number from 1 to {LARGEST_PAGE} would be accepted; further rows: next"})
    return int(text)


def _filters(params: Mapping[str, str], asked: Asked) -> dict[str, Sequence[Any]]:
    if FILTERING.isdisjoint(params):
        return {}
    found: dict[str, Sequence[Any]] = {**values_in(OWN_FILTERS, params)}
    refuse_unstored(OWN_FILTERS, params, None, Reader(AnonymousUser(), of_the_past=asked.recorded_by is not None))
    if (programs := program_ids_in(params)) is not None:
        found["program"] = programs
    if not STANDING_FILTERS.keys().isdisjoint(params):
        found |= {BY_STANDING[name]: [value] for name, value in standing_values(params, STANDING_FILTERS).items()}
    return _with_contracts(found, params)


def _with_contracts(found: dict[str, Sequence[Any]], params: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    if CHOOSING.isdisjoint(params):
        return found
    chosen = Contract.objects.filter(narrowing(CONTRACT_FILTERS, params))
    if "contract" in found:
        chosen = chosen.filter(pk__in=found["contract"])
    return found | {"contract": list(chosen.values_list("pk", flat=True))}
