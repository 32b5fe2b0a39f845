"""The rows behind a figure: the ledger's entries that it sums, each with its document."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from procurement.cases.summing.answers import Summed, Wanted, summed
from procurement.cases.summing.formulas import FORMULAS
from procurement.cases.summing.rows import Cut
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.money import is_country, is_currency, trimmed
from procurement.contracts.models import Contract
from procurement.pages.asking import page_number, refuse_others, row_id
from procurement.pages.dates import asked_in
from procurement.pages.figure_words import FORMULA_WORDS
from procurement.pages.pagers import pager
from procurement.pages.reading import readable
from procurement.pages.rendering import dates_of, page
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.programs.reading import ids_by_code

#: Parameter -> the filter of exposure. An organization without more is a party of its contracts, as in the API.
FILTERS = {
    "program": "program",
    "contract": "contract",
    "organization": "supplier",
    "supplier": "supplier",
    "supplier_group": "supplier_group",
    "buyer": "buyer",
    "country": "country",
    "supplier_country": "supplier_country",
}
COUNTRIES = ("country", "supplier_country")
OF_PROGRAMS = sorted(name for name, formula in FORMULAS.items() if formula.since_the_stop)
#: How many contracts are on a page, and how many rows of each; of a contract alone how many rows.
CONTRACTS, ROWS, ROWS_ALONE = 20, 30, 200
ROWS_PAGE = "rows"


@dataclass(frozen=True)
class Subject:
    """Whose figure it is: a name, and the page about it."""

    kind: str
    key: str | int
    name: str


@require_safe
@readable()
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """A figure of exposure and the rows that it sums."""
    refuse_others(request, *FILTERS, "currency", "page", ROWS_PAGE)
    asked = asked_in(request)
    found = summed(_wanted(request, name, asked))
    context = {
        "found": found,
        "name": name,
        "formula": FORMULA_WORDS[name],
        "known_through": _known_through(found),
        "coverage": _coverage(found),
        "subjects": subjects(request),
        "choices": [(row, row.figures[name]) for row in found.totals if row.currency],
        "pager": pager(request, CONTRACTS, len(found.parts), more=found.more, count=found.contracts),
        "rows_pager": _rows_pager(request, found),
        "api": _api(request, found, asked),
        "of": {each: request.GET[each] for each in FILTERS if request.GET.get(each)},
    }
    return page(request, "pages/figure.html", asked, context)


def _wanted(request: HttpRequest, name: str, asked: Asked) -> Wanted:
    if name not in FORMULAS:
        raise Refused({"figure": f"“{name[:60]}” is not a sum of rows; accepted: {', '.join(FORMULAS)}"})
    filters, alone = _filters(request), bool(request.GET.get("contract"))
    if name in OF_PROGRAMS and "program" not in filters:
        raise Refused({"program": f"is missing: {name} counts from a program's stop; a code would be accepted"})
    size = ROWS_ALONE if alone else ROWS
    cut = Cut((page_number(request, ROWS_PAGE) - 1) * size if alone else 0, size)
    start = (page_number(request) - 1) * CONTRACTS
    return Wanted(name, asked, filters, _currency(request), start, CONTRACTS, cut)


def _currency(request: HttpRequest) -> str | None:
    given = request.GET.get("currency", "")
    if given and not is_currency(given):
        raise Refused({"currency": f"“{given[:20]}” is not an ISO 4217 code in capitals; JPY would be accepted"})
    return given or None


def _filters(request: HttpRequest) -> dict[str, Any]:
    """What the figure is of, as exposure filters by it. Raises Refused naming what is not there."""
    given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    if not given:
        raise Refused({"program": f"is missing: a figure is of something; accepted: {', '.join(FILTERS)}"})
    return {FILTERS[name]: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    if name == "program":
        try:
            return ids_by_code([text])[0]
        except ValueError as error:
            raise Refused({name: str(error)}) from error
    if name in COUNTRIES:
        if not is_country(text):
            raise Refused({name: f"“{text[:20]}” is not an ISO 3166-1 code in capitals; JP would be accepted"})
        return text
    if (found := row_id(text)) is None or not _table(name).everything.filter(pk=found).exists():
        raise Refused({name: f"“{text[:20]}” is not the id of a row on record here; the links of pages have such ids"})
    return found


def _table(name: str) -> Any:
    return Contract if name == "contract" else Organization


def subjects(request: HttpRequest) -> list[Subject]:
    """What the figure is of, by the names that it has now."""
    return [_subject(name, request.GET[name]) for name in FILTERS if request.GET.get(name)]


def _subject(name: str, text: str) -> Subject:
    if name in COUNTRIES:
        return Subject("country", text, localized.country_name(text))
    if name == "program":
        return Subject("program", text, Program.everything.get(code=text).name)
    return Subject(
        "contract" if name == "contract" else "organization", int(text), _name_of(_table(name).everything.get(pk=text))
    )


def _name_of(row: Any) -> str:
    return str(row.title if isinstance(row, Contract) else row.name)


def _known_through(found: Summed) -> str:
    """Through which day payments are known, where they count: the earliest and the latest over the contracts."""
    age = found.total.age.paid_known_through if found.total and "payment" in found.wanted.formula.signs else None
    return " – ".join(dict.fromkeys(localized.day(each) for each in age)) if age else ""


def _coverage(found: Summed) -> str:
    """For how many percent of what is committed the figure is known, where it is not for all."""
    share = found.total.coverage().get(found.wanted.name) if found.total and found.amount is not None else None
    return "" if share is None or Decimal(share) == 1 else trimmed(Decimal(share) * 100)


def _rows_pager(request: HttpRequest, found: Summed) -> Any:
    """The pages of a contract's rows, where it is alone."""
    if not request.GET.get("contract") or not found.parts:
        return None
    rows, start = found.parts[0].rows, found.wanted.rows.start
    more = start + len(rows.shown) < rows.count
    return pager(request, ROWS_ALONE, len(rows.shown), more=more, count=rows.count, name=ROWS_PAGE)


def _api(request: HttpRequest, found: Summed, asked: Asked) -> Mapping[str, str]:
    """The addresses of the API that say the same: the figure by contract, and the rows."""
    dates = dates_of(asked)
    filters = {FILTERS[name]: str(request.GET[name]) for name in FILTERS if request.GET.get(name)}
    exposure = {"group_by": "contract", "figures": found.wanted.name} | filters | dates
    addresses = {"exposure": f"{reverse('api:exposure-list')}?{urlencode(exposure, safe=',')}"}
    if "program" in filters or "contract" in filters:
        kept = {name: filters[name] for name in ("program", "contract") if name in filters} | dates
        addresses["rows"] = f"{reverse('api:ledger-entries-list')}?{urlencode(kept)}"
    return addresses
