"""The admin site. One module per area; Django finds this package by its name."""

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

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
    mutes,
    notes,
    parties,
    programs,
    rates,
    schedule,
    sources,
    subscriptions,
    thresholds,
    tokens,
)
from procurement.admin.amounts import echo_amount
from procurement.admin.days import echo_day
from procurement.admin.finding.page import find
from procurement.admin.first_page.page import addresses as first_page
from procurement.admin.guided.case_pages import begin_case, case_page, discard_case
from procurement.admin.guided.stakes import at_stake
from procurement.admin.own_login.page import change_password, log_in
from procurement.admin.saved_lists import addresses as saved_lists
from procurement.admin.status import status


def parts_of_pages() -> list[URLPattern]:
    """What pages ask for while one works on them."""
    return [
        path("echo-amount/", admin.site.admin_view(echo_amount), name="echo_amount"),
        path("echo-day/", admin.site.admin_view(echo_day), name="echo_day"),
        path("at-stake/", admin.site.admin_view(at_stake), name="at_stake"),
        path("case/", admin.site.admin_view(begin_case), name="begin_case"),
        path("case/<uuid:key>/discard/", admin.site.admin_view(discard_case), name="discard_case"),
        path("case/<uuid:key>/<slug:page>/", admin.site.admin_view(case_page), name="case_page"),
        path("status/", admin.site.admin_view(status), name="status"),
        path("find/", admin.site.admin_view(find), name="find"),
        *first_page(),
        *saved_lists(),
    ]


admin.site.extra_urls = parts_of_pages  # type: ignore[attr-defined]  # unfold's site asks for these
admin.site.login = log_in  # type: ignore[method-assign,assignment]
admin.site.password_change = change_password  # type: ignore[method-assign,assignment]
admin.site.index_title = _("Overview")
admin.site.index_template = "procurement/admin/index.html"
