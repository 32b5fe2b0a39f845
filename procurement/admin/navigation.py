"""The sidebar: tables by area, and only those that a user may see."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

#: Area -> its tables: title, app, model and icon.
AREAS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Programs",
        (
            ("Programs", "procurement", "program", "shield"),
            ("Status changes", "procurement", "statuschange", "campaign"),
            ("Links", "procurement", "programlink", "link"),
        ),
    ),
    (
        "Contracts",
        (
            ("Contracts", "procurement", "contract", "contract"),
            ("Status changes", "procurement", "contractstatuschange", "flag_circle"),
            ("Allocations", "procurement", "programallocation", "pie_chart"),
            ("Parties", "procurement", "contractparty", "handshake"),
            ("Milestones", "procurement", "milestone", "event"),
            ("Liability estimates", "procurement", "liabilityestimate", "gavel"),
            ("Guarantees", "procurement", "guarantee", "verified_user"),
        ),
    ),
    (
        "Money",
        (
            ("Ledger entries", "procurement", "ledgerentry", "payments"),
            ("Completeness", "procurement", "completeness", "fact_check"),
            ("Reported figures", "procurement", "reportedfigure", "format_quote"),
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
            ("Organizations", "procurement", "organization", "account_balance"),
            ("Identifiers", "procurement", "organizationidentifier", "badge"),
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
    for title, tables in AREAS:
        items = [
            _item(name, reverse(f"admin:{app}_{model}_changelist"), icon)
            for name, app, model, icon in tables
            if request.user.has_perm(f"{app}.view_{model}")
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": True, "collapsible": False})
    return groups


def environment(_request: HttpRequest) -> list[str] | None:
    """The label beside the name: whether this is a trial on an embedded database."""
    return None if settings.IN_EARNEST else ["Trial", "info"]


def _item(title: str, link: str, icon: str) -> dict[str, Any]:
    return {"title": title, "link": link, "icon": icon}
