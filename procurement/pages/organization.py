"""The page of one organization: its group, its contracts as supplier and as buyer, and what it said."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.cases.records.contract import Some
from procurement.cases.records.organization import (
    contracts_bought,
    contracts_supplied,
    figures_of,
    organization_case,
    organization_on_record,
    rows_of_contracts,
    said_by,
)
from procurement.common.dates import Asked
from procurement.pages.asking import refuse_others
from procurement.pages.dates import asked_in
from procurement.pages.pagers import paged
from procurement.pages.reading import readable
from procurement.pages.rendering import page

CONTRACTS, SAID = 25, 20
#: The columns of money.
SHOWN = ("committed", "paid", "outstanding", "unaccounted")
#: The lists of the page -> the parameters that say which page of each.
SUPPLIED, BOUGHT, STATEMENTS, FIGURES = "supplied", "bought", "said", "figures"


@require_safe
@readable()
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    """One organization at the asked dates."""
    refuse_others(request, SUPPLIED, BOUGHT, STATEMENTS, FIGURES)
    asked = asked_in(request)
    found = organization_on_record(pk, asked)
    if found is None:
        raise Http404
    context: dict[str, Any] = {"case": organization_case(found, asked), "organization": found, "shown_figures": SHOWN}
    context |= {"of_supplier": {"supplier": pk}, "of_group": {"supplier_group": pk}, "of_buyer": {"buyer": pk}}
    context |= _contracts(request, SUPPLIED, contracts_supplied(found, asked), asked)
    context |= _contracts(request, BOUGHT, contracts_bought(found, asked), asked)
    context[STATEMENTS], context["said_pager"] = paged(request, said_by(found, asked), SAID, STATEMENTS)
    given, context["figures_pager"] = paged(request, figures_of(found, asked), SAID, FIGURES)
    context[FIGURES] = Some(given)
    return page(request, "pages/organization.html", asked, context)


def _contracts(request: HttpRequest, name: str, rows: Any, asked: Asked) -> dict[str, Any]:
    """A page of contracts with what they come to."""
    contracts, pager = paged(request, rows, CONTRACTS, name)
    return {name: rows_of_contracts(contracts, asked), f"{name}_pager": pager}
