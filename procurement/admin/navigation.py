"""The sidebar: tables by area, and only those that a user may see."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement.admin.guided.case_access import may_enter_cases
from procurement.recorders import FACT_TABLES

#: A table in the sidebar: title, app, model and icon.
Item = tuple[str, str, str, str]
#: Area -> its tables, but for facts.
AREAS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "Programs",
        (
            ("Programs", "procurement", "program", "shield"),
            ("Awaiting approval", "procurement", "statusdraft", "approval"),
        ),
    ),
    ("Contracts", (("Contracts", "procurement", "contract", "contract"),)),
    (
        "Money",
        (
            ("Exchange rates", "procurement", "exchangerate", "currency_exchange"),
            ("Fiscal years", "procurement", "fiscalcalendar", "date_range"),
        ),
    ),
    (
        "Flags and alerts",
        (
            ("Flags", "procurement", "flag", "flag"),
            ("Flag events", "procurement", "flagevent", "history"),
            ("Thresholds", "procurement", "thresholdchange", "tune"),
            ("Subscriptions", "procurement", "subscription", "notifications"),
            ("Channels", "procurement", "channel", "alternate_email"),
            ("Alerts", "procurement", "alert", "notification_important"),
            ("Deliveries", "procurement", "delivery", "outbox"),
            ("Attempts", "procurement", "attempt", "send"),
            ("Notices", "procurement", "notice", "link"),
        ),
    ),
    (
        "Sources and parties",
        (
            ("Documents", "procurement", "document", "article"),
            ("Archived copies", "procurement", "documentcopy", "file_copy"),
            ("Organizations", "procurement", "organization", "account_balance"),
            ("Identifiers", "procurement", "organizationidentifier", "badge"),
        ),
    ),
    (
        "Imports",
        (
            ("Files", "procurement", "importbatch", "upload_file"),
            ("Column mappings", "procurement", "columnmapping", "view_column"),
            ("Refusals and warnings", "procurement", "importissue", "report"),
            ("Doubtful matches", "procurement", "doubtfulmatch", "join"),
            ("Assignment rules", "procurement", "assignmentrule", "rule"),
        ),
    ),
    (
        "Running it",
        (
            ("Users", "auth", "user", "person"),
            ("Roles", "auth", "group", "group"),
            ("API tokens", "procurement", "accesstoken", "key"),
            ("Repeatable requests", "procurement", "repeatablerequest", "repeat"),
            ("Re-checks", "procurement", "recheck", "pending_actions"),
            ("Scheduled tasks", "django_celery_beat", "periodictask", "schedule"),
            ("Intervals", "django_celery_beat", "intervalschedule", "timer"),
            ("Crontabs", "django_celery_beat", "crontabschedule", "calendar_month"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar in which a user may see anything."""
    groups: list[dict[str, Any]] = [{"items": [_item("Overview", reverse("admin:index"), "dashboard")]}]
    if may_enter_cases(request):
        groups[0]["items"].append(_item(_("Enter a case"), reverse("admin:begin_case"), "newspaper"))
    for title, tables in AREAS:
        items = [
            _item(name, reverse(f"admin:{app}_{model}_changelist"), icon)
            for name, app, model, icon in (*tables, *_facts(title))
            if request.user.has_perm(f"{app}.view_{model}")
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True, "collapsible": False})
    return groups


def _facts(area: str) -> Iterator[Item]:
    """The fact tables that stand in an area, as their pages say."""
    for table in FACT_TABLES:
        page: Any = site.get_model_admin(table.model)
        if page.area == area:
            yield page.title, "procurement", str(table.model._meta.model_name), page.icon


def environment(_request: HttpRequest) -> list[str] | None:
    """The label beside the name: whether this is a trial on an embedded database."""
    return None if settings.IN_EARNEST else ["Trial", "info"]


def _item(title: Any, link: str, icon: str) -> dict[str, Any]:
    return {"title": title, "link": link, "icon": icon}
