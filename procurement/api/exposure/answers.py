"""What is under contract, paid and owed: questions to procurement.exposure, and its answers as they are shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.deferred import with_deferred
from procurement.api.exposure.rows import (
    Manner,
    flat_columns,
    flattened,
    shown_rates,
    shown_row,
    shown_rows,
    shown_totals,
)
from procurement.api.exposure.series import SERIES, flat_points, series, steps
from procurement.api.exposure.shapes import ExposureShape, SeriesShape
from procurement.api.http import filtering
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import NO, Filter, narrowing, parameters, parse_yes_no, split
from procurement.api.http.pagination import (
    Cursor,
    filters_hash,
    link_header,
    opened,
    sealed,
    undated_header,
    undated_part,
)
from procurement.api.http.rendering import wants_rows
from procurement.api.http.viewsets import Listing, Names
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.common.errors import Complaints, Refused
from procurement.common.money import is_currency
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import LARGEST_PAGE, Answer, Question, answer, checked_groups
from procurement.exposure.presentation import SHOWN, checked_figures
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.snapshot import one_moment
from procurement.programs.models import StatusChange
from procurement.rates.converting import USUAL, checked_types

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
#: A figure that is read apart, from every open milestone: shown where it is asked for.
DEFERRED = "deferred"
#: Rows of a streamed answer that are read in one statement, and so are of one moment.
MOST_AT_ONCE = 20_000
#: Parameters of every question of exposure, beside the dates and filters.
ASKING = ("group_by", "currency", "rate_type", "figures", "explain")


def exposure_params(*, without: str = "") -> list[str]:
    """Every parameter that a question of exposure reads, but for the dates."""
    own = [f"{name}{lookup}" for name in OWN_FILTERS if name != without for lookup in ("", "__in")]
    return [*ASKING, "cursor", "page_size", *own, *(name for name, _, _ in parameters(CONTRACT_FILTERS))]


def question(params: Mapping[str, str], asked: Asked) -> Question:
    """The question in a request's parameters. Raises Refused naming each that cannot be read."""
    currency, rate_types = _conversion(params)
    return Question(asked, groups(params), _filters(params), currency, rate_types, limit=_limit(params))


def groups(params: Mapping[str, str]) -> tuple[str, ...]:
    """The groupings of a request. Raises Refused."""
    return checked_groups(_listed(params.get("group_by", "none")))


def manner(params: Mapping[str, str]) -> Manner:
    """How a request wants rows to be shown. Raises Refused."""
    figures = checked_figures(_listed(params["figures"]), beside=[DEFERRED]) if "figures" in params else SHOWN
    try:
        return Manner(figures, parse_yes_no(params.get("explain", NO)))
    except ValueError as error:
        raise Refused({"explain": f"{error}; true adds why a figure is null"}) from error


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _conversion(params: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The currency to convert to, and the types of rate in the order in which they are tried. Raises Refused."""
    currency, given = params.get("currency"), params.get("rate_type")
    if currency is not None and not is_currency(currency):
        raise Refused({"currency": f"“{currency[:20]}” is not an ISO 4217 code in capitals; JPY would be accepted"})
    if currency is None and given is not None:
        raise Refused({"rate_type": "says how to convert; give currency too, or leave it out"})
    return currency, USUAL if given is None else checked_types(_listed(given))


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
    return filtering.program_ids(values) if name == "program" else values


def _with_contracts(found: dict[str, Sequence[Any]], params: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    if not {name for name, _, _ in parameters(CONTRACT_FILTERS)} & set(params):
        return found
    chosen = Contract.objects.filter(narrowing(CONTRACT_FILTERS, params))
    if "contract" in found:
        chosen = chosen.filter(pk__in=found["contract"])
    return found | {"contract": list(chosen.values_list("pk", flat=True))}


# answers


def dated(params: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """The parameters with the day that stands in for `as_of`, as cursors know them."""
    return {**params, "as_of": asked.as_of.isoformat()}


def asked_question(request: Request, params: Mapping[str, str], asked: Asked) -> Question:
    """The question for the page that a request asks for. Raises Refused."""
    belongs_to = filters_hash(request.path, dated(params, asked))
    offset = opened(params["cursor"], belongs_to).values[0] if "cursor" in params else 0
    return replace(question(params, asked), offset=int(offset))


def asked_answer(
    request: Request, params: Mapping[str, str], asked: Asked, *, with_schedule: bool = False
) -> dict[str, Any]:
    """Answer a request; `params` are checked already. What is deferred is there when asked for, or `with_schedule`."""
    how, wanted = manner(params), asked_question(request, params, asked)
    with one_moment():
        body = shown(found := answer(wanted), how)
        if DEFERRED in _listed(params.get("figures", DEFERRED if with_schedule else "")):
            body = with_deferred(body, schedule(wanted))
    params = dated(params, asked)
    return body | {"next": _next(request, params, found, filters_hash(request.path, params))}


def _next(request: Request, params: Mapping[str, str], found: Answer, belongs_to: str) -> str | None:
    if found.next_offset is None:
        return None
    cursor = sealed(Cursor((found.next_offset,)), belongs_to)
    return f"{request.build_absolute_uri(request.path)}?{urlencode({**params, 'cursor': cursor})}"


def program_rows(asked: Asked, program_id: int) -> list[dict[str, Any]]:
    """The figures of one program, one row per currency."""
    found = answer(Question(asked, ("program",), {"program": [program_id]}))
    return [shown_row(row, Manner()) for row in found.rows if row.keys["program"] == program_id]


def every_page(asked: Question) -> Iterator[Answer]:
    """An answer page by page. The first is read at once, so that what is refused is refused in time."""
    return _pages_from(answer(replace(asked, limit=MOST_AT_ONCE)))


def _pages_from(found: Answer) -> Iterator[Answer]:
    yield found
    while found.next_offset is not None:
        found = answer(replace(found.question, offset=found.next_offset))
        yield found


def shown(found: Answer, how: Manner) -> dict[str, Any]:
    """An answer in the shape of DESIGN.md section 8."""
    asked = found.question.asked
    currencies = {row.currency for row in found.totals}
    only = next(iter(currencies)) if len(currencies) == 1 else None
    return {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "currency": found.question.currency or only,
        "rates": shown_rates(found.rates),
        "group_by": list(found.question.group_by),
        "rows": shown_rows(found, how),
        "totals": shown_totals(found, how),
    }


class Exposure(Listing):
    """Exposure of any group of contracts."""

    shape = ExposureShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ExposureShape, "series": SeriesShape}

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        if action == "series":
            unread = {"as_of", "cursor", "page_size"}
            return [name for name in (*SERIES, *exposure_params(), *DATES, "format") if name not in unread]
        return [*exposure_params(), *DATES, "format"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action == "series" and "as_of" in request.query_params:
            raise Refused({"as_of": "a series has a day for each point; give from and to instead"})
        super().initial(request, *args, **kwargs)

    def many_actions(self) -> frozenset[str]:
        return frozenset({"list", "series"})

    def list(self, request: Request) -> HttpResponseBase:
        """Exposure at any dates, grouped and filtered as asked, always also split by currency."""
        if not wants_rows(request):
            found = asked_answer(request, self.params, self.asked) | undated_part(self.undated)
            return Response(found, headers=undated_header(self.undated))
        if {"cursor", "page_size"} & set(self.params):
            found, columns = asked_answer(request, self.params, self.asked), self.columns()
            rows = [flattened(row, columns) for row in found["rows"]]
            return Response(rows, headers=link_header({"next": found["next"]}) | undated_header(self.undated))
        return self.as_file(request, self._every_row())

    @action(detail=False)
    def series(self, request: Request) -> HttpResponseBase:
        """The same through time: the figures at the end of each interval, and last at `to`."""
        found = series(question(self.params, self.asked), steps(self.params), manner(self.params))
        found |= undated_part(self.undated)
        return self.as_file(request, flat_points(found, self.columns())) if wants_rows(request) else Response(found)

    def count_undated(self) -> int | None:
        """Those about the programs asked for, else all; of a series those of its last day."""
        asked = replace(self.asked, as_of=steps(self.params).last) if self.action == "series" else self.asked
        return undated_facts(asked, filtering.program_ids_in(self.params))

    def _every_row(self) -> Iterator[dict[str, Any]]:
        columns, how = self.columns(), manner(self.params)
        pages = every_page(question(self.params, self.asked))
        return (flattened(row, columns) for page in pages for row in shown_rows(page, how))

    def columns(self) -> Names:
        """The head of a CSV file, which depends on the question."""
        days = ["as_of"] if self.action == "series" else []
        return [*days, *flat_columns(groups(self.params), manner(self.params))]
