"""The admin site. One module per area; Django finds this package by its name."""

from django.contrib import admin
from django.urls import URLPattern, path

from procurement.admin import (  # noqa: F401  (importing registers)
    access,
    alerts,
    assignment,
    audit,
    channels,
    contract_facts,
    contracts,
    doubtful,
    drafts,
    figures,
    fiscal,
    flags,
    imports,
    ledger,
    mappings,
    parties,
    programs,
    rates,
    schedule,
    sources,
    thresholds,
    tokens,
)
from procurement.admin.amounts import echo_amount
from procurement.admin.overview import at_stake, stopped


def parts_of_pages() -> list[URLPattern]:
    """What pages ask for while one works on them."""
    return [
        path("echo-amount/", admin.site.admin_view(echo_amount), name="echo_amount"),
        path("stopped/", admin.site.admin_view(stopped), name="stopped"),
        path("at-stake/", admin.site.admin_view(at_stake), name="at_stake"),
    ]


admin.site.extra_urls = parts_of_pages  # type: ignore[attr-defined]  # unfold's site asks for these
admin.site.index_title = "Overview"
admin.site.index_template = "procurement/admin/index.html"
