"""The status of the service, for administrators: who works, what waits, and what to do about what is wrong."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import OperationalError

from procurement.access.guessing import locked_out
from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.admin.first_page.health import age, health
from procurement.alerts.models import Channel
from procurement.common.clock import database_now
from procurement.desk.processes import SILENT, ever_heard, is_missed
from procurement.desk.readiness import checks
from procurement.desk.waiting_messages import waiting_in_broker
from procurement.exposure.mirror.state import kept as kept_mirror
from procurement.signs.models import LifeSign
from tracker import schedule
from tracker.version import VERSION

#: Where each thing that may be wrong is explained.
GUIDE = "docs/observability.md"
#: Messages of a queue that wait longer are not taken.
QUEUE_LATE = 300
#: How long ago work may last have ended before it is missed.
WORK_LATE = {"verify": dt.timedelta(hours=36), "sweep": dt.timedelta(minutes=30), "backup": dt.timedelta(hours=36)}
MOST = 50


@dataclass(frozen=True)
class Row:
    """A thing, how it is, and what to do if that is wrong; then `guide` is where it is explained."""

    name: Any
    said: Any
    to_do: Any = ""
    guide: str = ""
    address: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one kind."""

    name: str
    title: Any
    rows: Sequence[Row]
    none: Any = ""


def status(request: HttpRequest) -> HttpResponse:
    """The page."""
    if not reaches(role_of(request.user), ADMINISTRATOR):
        raise PermissionDenied
    now = database_now()
    sections = [Section(name, title, list(read(now)), none) for name, title, read, none in SECTIONS]
    wrong = sum(bool(row.to_do) for section in sections for row in section.rows)
    context = {"title": _("Status"), "sections": sections, "wrong": wrong, "guide": GUIDE}
    return TemplateResponse(request, "procurement/admin/status.html", admin.site.each_context(request) | context)


def _ago(moment: dt.datetime | None, now: dt.datetime) -> str:
    return _("never") if moment is None else _("%(age)s ago") % {"age": age(max(now - moment, dt.timedelta()))}


CHECKS: dict[str, tuple[Any, Any]] = {
    "migrations": (gettext_lazy("Tables"), gettext_lazy("Run manage.py migrate with this release.")),
    "broker": (gettext_lazy("Broker"), gettext_lazy("Start the broker, or correct CELERY_BROKER_URL.")),
    "workers": (gettext_lazy("Workers"), gettext_lazy("Start a worker of each queue that is named.")),
    "schedule": (gettext_lazy("Schedule"), gettext_lazy("Start the scheduler, and look into its log.")),
    "work": (gettext_lazy("Work that is due"), gettext_lazy("Look into the logs of the workers.")),
    "disk": (gettext_lazy("Disk"), gettext_lazy("Make room on the disk of TRACKER_HOME.")),
}


def _checks(now: dt.datetime) -> Iterator[Row]:
    for check in checks(now):
        name, to_do = CHECKS[check.name]
        if check.is_good:
            yield Row(name, _("well"))
        for fault in check.faults:
            yield Row(name, fault, to_do, check.name)


def _work(now: dt.datetime) -> Iterator[Row]:
    """What the first page says of the work that waits."""
    found: dict[str, Any] = health(HttpRequest())
    for said in found["wrong"]:
        yield Row(_("Work"), said, _("Look into the logs of the workers."), "work")
    if not found["wrong"]:
        yield Row(_("Work"), found["said"])
    yield from _ended(now)
    state = kept_mirror()
    if state is not None:
        yield Row(_("Mirror of this host"), _("is %(age)s behind") % {"age": age(now - state.horizon)})


def _ended(now: dt.datetime) -> Iterator[Row]:
    rows = {row.name: row for row in LifeSign.objects.filter(kind=LifeSign.Kind.WORK)}
    for name in sorted({*rows, *WORK_LATE}):
        row, late = rows.get(name), WORK_LATE.get(name)
        said = _ago(row.at if row else None, now)
        if row is not None and not row.is_well:
            yield Row(name, _("failed %(ago)s") % {"ago": said}, _("Look into the log of the worker."), "work-failed")
        elif late is not None and (row is None or now - row.at > late):
            yield Row(name, said, _("See whether it is scheduled, and whether it fails."), "work-overdue")
        else:
            yield Row(name, said)


def _processes(now: dt.datetime) -> Iterator[Row]:
    """Those that fell silent are wrong where nobody else does their work: what was replaced is nobody's trouble."""
    kinds = {"worker": _("worker"), "scheduler": _("scheduler"), "web": _("web server")}
    known = ever_heard()
    alive = [each for each in known if each.at >= now - SILENT]
    for each in known:
        said = ", ".join(filter(None, [kinds.get(each.kind, each.kind), *each.queues, _ago(each.at, now)]))
        missed = each not in alive and is_missed(each, alive)
        to_do = _("It ended, or cannot reach the database. It is forgotten a day later.") if missed else ""
        yield Row(each.name, said, to_do, "workers" if missed else "")


def _queues(_now: dt.datetime) -> Iterator[Row]:
    try:
        found = waiting_in_broker()
    except (OperationalError, OSError):
        return
    for name, queue in found.items():
        oldest = "" if queue.oldest is None else age(dt.timedelta(seconds=queue.oldest))
        said = _("%(number)d messages; the oldest waits %(age)s") % {"number": queue.messages, "age": oldest or "?"}
        late = (queue.oldest or 0) > QUEUE_LATE
        yield Row(name, said, _("No worker takes its messages: start one.") if late else "", "queue" if late else "")


def _schedule(now: dt.datetime) -> Iterator[Row]:
    for row in PeriodicTask.objects.select_related("interval", "crontab").order_by("name")[:MOST]:
        said = _("last sent %(ago)s") % {"ago": _ago(row.last_run_at, now)}
        late = row.enabled and row.interval is not None and schedule.due(row) <= now - schedule.LATE_AFTER
        if row.enabled and row.crontab is not None:
            said += ", " + _("next in %(age)s") % {"age": age(row.crontab.schedule.remaining_estimate(timezone.now()))}
        if not row.enabled:
            said += ", " + _("switched off")
        address = reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])
        yield Row(
            row.name, said, _("The scheduler does not send it.") if late else "", "schedule" if late else "", address
        )


def _channels(_now: dt.datetime) -> Iterator[Row]:
    rows = Channel.objects.filter(failures__gt=0).order_by("-failures")[:MOST]
    for row in rows:
        said = _("paused") if row.paused_at else _("%(number)d failures in a row") % {"number": row.failures}
        address = reverse("admin:procurement_channel_change", args=[row.pk])
        yield Row(f"{row.kind} {row.pk}", said, _("See its attempts, and resume it."), "channels", address)


def _locked_out(now: dt.datetime) -> Iterator[Row]:
    for address, last in islice(locked_out(now).items(), MOST):
        yield Row(address or "?", _ago(last, now), _("manage.py axes_reset_ip ends it."), "lock-outs")


def _machine(_now: dt.datetime) -> Iterator[Row]:
    usage = shutil.disk_usage(settings.TRACKER_HOME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), current_setting('server_version')")
        size, server = cursor.fetchone()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'procurement' ORDER BY id DESC LIMIT 1")
        (migration,) = cursor.fetchone()
    yield Row(_("Version"), VERSION)
    yield Row(_("Newest change of tables"), migration)
    yield Row(_("Database"), f"PostgreSQL {server}, {filesizeformat(size)}")
    free = {"free": filesizeformat(usage.free), "size": filesizeformat(usage.total)}
    yield Row(_("Disk of TRACKER_HOME"), _("%(free)s of %(size)s are free") % free)


Read = Callable[[dt.datetime], Iterator[Row]]
SECTIONS: tuple[tuple[str, Any, Read, Any], ...] = (
    ("checks", gettext_lazy("Ready for work"), _checks, ""),
    ("work", gettext_lazy("Work"), _work, ""),
    ("processes", gettext_lazy("Processes"), _processes, gettext_lazy("None was heard within a day.")),
    ("queues", gettext_lazy("Queues of the broker"), _queues, gettext_lazy("The broker does not answer.")),
    ("schedule", gettext_lazy("Schedule"), _schedule, gettext_lazy("Nothing is scheduled.")),
    ("channels", gettext_lazy("Channels that fail"), _channels, gettext_lazy("None fails.")),
    ("locked-out", gettext_lazy("Addresses that are locked out"), _locked_out, gettext_lazy("None is.")),
    ("machine", gettext_lazy("What runs"), _machine, ""),
)
