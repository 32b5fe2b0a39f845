"""Choosing which fact of a contract is to be corrected."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement.admin.acting import Table, page_of
from procurement.admin.listing import link_to, linked
from procurement.common.dating import day_as_given
from procurement.contracts.models import Contract
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, is_about

#: So many facts of each table are shown, those recorded last.
SHOWN = 50
MORE = '{} <a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


def correcting_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The facts of a contract that stand, table by table, each with what corrects or reverses it. A query a table."""
    title = _("Correct a fact of %(contract)s") % {"contract": contract}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "original": contract,
        "back": page_of(contract),
        "tables": list(_tables(contract)),
    }
    return TemplateResponse(request, "procurement/admin/guided/correcting.html", context)


def _tables(contract: Contract) -> Iterator[tuple[str, Table, Any]]:
    for table in FACT_TABLES:
        if not is_about(table.model, "contract"):
            continue
        rows = table.model._default_manager.unreversed().filter(contract=contract)
        found = list(rows.select_related("source", "contract").order_by("-recorded_at", "-id")[: SHOWN + 1])
        if found:
            headers = [_("What is recorded"), _("Effective"), _("Source"), ""]
            shown = [_line(row) for row in found[:SHOWN]]
            name = str(table.model._meta.verbose_name_plural).capitalize()
            yield name, {"headers": headers, "rows": shown}, _more(table.model, contract, len(found) > SHOWN)


def _line(row: Fact) -> list[Any]:
    day = day_as_given(row.effective_on, row.effective_precision)
    return [link_to(row), day, link_to(row.source), _acts(row)]


def _acts(row: Fact) -> SafeString:
    names = (("correct", _("Correct")), ("reverse", _("Reverse")))
    base = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    links = [linked(reverse(f"{base}_{name}", args=[row.pk]), words) for name, words in names]
    return format_html("{} · {}", *links)


def _more(model: type[Fact], contract: Contract, is_cut: bool) -> SafeString | str:  # noqa: FBT001
    if not is_cut:
        return ""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    said = _("The last %(number)s are shown.") % {"number": SHOWN}
    return format_html(MORE, said, f"{address}?contract__id__exact={contract.pk}", _("All of them"))
