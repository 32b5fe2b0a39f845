"""The sidebar: tables by area, and of these what a role works with; and the files that every page loads."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access.roles import ADMINISTRATOR, ANALYST, READER, reaches, role_of
from procurement.admin.guided.case_access import may_enter_cases
from procurement.flags.models import Flag
from procurement.programs.drafts import StatusDraft, decides_on_drafts
from procurement.recorders import FACT_TABLES

#: What waits is counted up to here.
COUNTED = 99


class Item(NamedTuple):
    """A table in the sidebar, and the role from which on it is shown: what others may see too has its address."""

    title: Any
    app: str
    model: str
    icon: str
    role: str = READER


def _ours(title: Any, model: str, icon: str, role: str = READER) -> Item:
    return Item(title, "procurement", model, icon, role)


#: Area -> its tables, but for facts.
AREAS: tuple[tuple[str, Any, tuple[Item, ...]], ...] = (
    (
        "Programs",
        gettext_lazy("Programs"),
        (
            _ours(gettext_lazy("Programs"), "program", "shield"),
            _ours(gettext_lazy("Awaiting approval"), "statusdraft", "approval", ANALYST),
            _ours(gettext_lazy("Notes"), "note", "sticky_note_2"),
        ),
    ),
    ("Contracts", gettext_lazy("Contracts"), (_ours(gettext_lazy("Contracts"), "contract", "contract"),)),
    (
        "Money",
        gettext_lazy("Money"),
        (
            _ours(gettext_lazy("Exchange rates"), "exchangerate", "currency_exchange"),
            _ours(gettext_lazy("Fiscal years"), "fiscalcalendar", "date_range"),
        ),
    ),
    (
        "Flags and alerts",
        gettext_lazy("Flags and alerts"),
        (
            _ours(gettext_lazy("Flags"), "flag", "flag"),
            _ours(gettext_lazy("Flag events"), "flagevent", "history"),
            _ours(gettext_lazy("Thresholds"), "thresholdchange", "tune"),
            _ours(gettext_lazy("Subscriptions"), "subscription", "notifications"),
            _ours(gettext_lazy("Channels"), "channel", "alternate_email"),
            _ours(gettext_lazy("Mutes"), "mute", "notifications_off"),
            _ours(gettext_lazy("Alerts"), "alert", "notification_important"),
            _ours(gettext_lazy("Deliveries"), "delivery", "outbox"),
        ),
    ),
    (
        "Sources and parties",
        gettext_lazy("Sources and parties"),
        (
            _ours(gettext_lazy("Documents"), "document", "article"),
            _ours(gettext_lazy("Archived copies"), "documentcopy", "file_copy", ANALYST),
            _ours(gettext_lazy("Organizations"), "organization", "account_balance"),
            _ours(gettext_lazy("Identifiers"), "organizationidentifier", "badge"),
        ),
    ),
    (
        "Imports",
        gettext_lazy("Imports"),
        (
            _ours(gettext_lazy("Files"), "importbatch", "upload_file", ANALYST),
            _ours(gettext_lazy("Column mappings"), "columnmapping", "view_column", ANALYST),
            _ours(gettext_lazy("Refusals and warnings"), "importissue", "report", ANALYST),
            _ours(gettext_lazy("Doubtful matches"), "doubtfulmatch", "join", ANALYST),
            _ours(gettext_lazy("Assignment rules"), "assignmentrule", "rule", ANALYST),
        ),
    ),
    (
        "Running it",
        gettext_lazy("Running it"),
        (
            Item(gettext_lazy("Users"), "auth", "user", "person", ADMINISTRATOR),
            Item(gettext_lazy("Roles"), "auth", "group", "group", ADMINISTRATOR),
            _ours(gettext_lazy("Audit log"), "auditentry", "policy", ADMINISTRATOR),
            _ours(gettext_lazy("API tokens"), "accesstoken", "key", ADMINISTRATOR),
            _ours(gettext_lazy("Repeatable requests"), "repeatablerequest", "repeat", ADMINISTRATOR),
            _ours(gettext_lazy("Re-checks"), "recheck", "pending_actions", ADMINISTRATOR),
            _ours(gettext_lazy("Notices"), "notice", "link", ADMINISTRATOR),
            _ours(gettext_lazy("Attempts"), "attempt", "send", ADMINISTRATOR),
            Item(gettext_lazy("Scheduled tasks"), "django_celery_beat", "periodictask", "schedule", ADMINISTRATOR),
            Item(gettext_lazy("Intervals"), "django_celery_beat", "intervalschedule", "timer", ADMINISTRATOR),
            Item(gettext_lazy("Crontabs"), "django_celery_beat", "crontabschedule", "calendar_month", ADMINISTRATOR),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar, with the tables that a user's role works with."""
    groups: list[dict[str, Any]] = [{"items": [_link(_("Overview"), reverse("admin:index"), "dashboard")]}]
    if may_enter_cases(request):
        groups[0]["items"].append(_link(_("Enter a case"), reverse("admin:begin_case"), "newspaper"))
    role, waiting = role_of(request.user), _waiting(request)
    for area, title, tables in AREAS:
        items = [
            _table(each, waiting.get(each.model, ""))
            for each in (*tables, *_facts(area))
            if reaches(role, each.role) and request.user.has_perm(f"{each.app}.view_{each.model}")
        ]
        if area == "Running it" and reaches(role, ADMINISTRATOR):
            items.insert(0, _link(_("Status"), reverse("admin:status"), "monitor_heart"))
        if items:
            groups.append({"title": title, "items": items, "separator": True, "collapsible": False})
    return groups


def _facts(area: str) -> Iterator[Item]:
    """The fact tables that stand in an area, as their pages say."""
    for table in FACT_TABLES:
        page: Any = site.get_model_admin(table.model)
        if page.area == area:
            yield _ours(page.title, str(table.model._meta.model_name), page.icon)


def _waiting(request: HttpRequest) -> dict[str, str]:
    """How many flags and status changes wait for somebody of the user's role, by table."""
    found = {}
    if reaches(role_of(request.user), ANALYST):
        found["flag"] = _number(Flag.objects.waiting())
    if decides_on_drafts(request.user):
        found["statusdraft"] = _number(StatusDraft.objects.waiting())
    return found


def _number(rows: Any) -> str:
    """A number of rows, in so many words as fit; none is no text."""
    number = rows.order_by()[: COUNTED + 1].count()
    return f"{COUNTED}+" if number > COUNTED else str(number or "")


def environment(_request: HttpRequest) -> list[str] | None:
    """The label beside the name: whether this is a trial on an embedded database."""
    return None if settings.IN_EARNEST else [_("Trial"), "info"]


def style(_request: HttpRequest) -> str:
    """What the admin adds to the style of its theme."""
    return static("procurement/admin/desk.css")


def script(_request: HttpRequest) -> str:
    """The keyboard shortcuts."""
    return static("procurement/admin/shortcuts.js")


def _table(table: Item, waiting: str) -> dict[str, Any]:
    item = _link(table.title, reverse(f"admin:{table.app}_{table.model}_changelist"), table.icon)
    return item | ({"badge": waiting, "badge_variant": "info"} if waiting else {})


def _link(title: Any, link: str, icon: str) -> dict[str, Any]:
    return {"title": title, "link": link, "icon": icon}
