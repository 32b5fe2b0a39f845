"""Atom feeds of what was recorded last: decisions and statements about programs, and what became of flags."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from procurement.common import localized
from procurement.common.dating import Dated
from procurement.common.words import word
from procurement.flags.models import FlagEvent
from procurement.pages.reading import readable
from procurement.pages.templatetags.pages import named
from procurement.programs.models import Program, StatusChange

#: So many entries a feed has, the newest.
MOST = 100
#: What becomes of a flag that subscribers hear of too.
TOLD = (
    FlagEvent.Kind.OPENED,
    FlagEvent.Kind.ESCALATED,
    FlagEvent.Kind.REOPENED,
    FlagEvent.Kind.RESOLVED,
)
#: The year from which entries are named by the host of this service (RFC 4151).
NAMED_FROM = 2026


@dataclass(frozen=True)
class Entry:
    """One entry of a feed."""

    id: str
    title: str
    link: str
    content: str
    updated: dt.datetime


class Feed(Atom1Feed):
    """Atom whose entries say nothing but what is known of them."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Say where the whole list is, if this is only its beginning."""
        super().add_root_elements(handler)
        if self.feed.get("whole"):
            handler.addQuickElement("link", "", {"rel": "related", "href": self.feed["whole"]})


@require_safe
@readable()
def status_feed(request: HttpRequest, code: str = "") -> HttpResponse:
    """What was decided and said of programs, and what of that was taken back, in the order of recording."""
    program = _program(code)
    rows = StatusChange.objects.select_related("program__buyer", "organization", "source").order_by(
        "-recorded_at", "-id"
    )
    rows = rows if program is None else rows.filter(program=program)
    title = _("Decisions and statements") if program is None else _("%s: decisions and statements") % named(program)
    return _feed(
        request, title, rows[: MOST + 1], _told_of_status, f"{reverse('api:status-changes-list')}{_of(program)}"
    )


@require_safe
@readable()
def flags_feed(request: HttpRequest, code: str = "") -> HttpResponse:
    """Flags that opened, rose, opened again or ended, the newest first."""
    program = _program(code)
    rows = (
        FlagEvent.objects.filter(kind__in=TOLD, replayed=False).select_related("flag__program__buyer").order_by("-id")
    )
    rows = rows if program is None else rows.filter(flag__program=program)
    title = _("Flags") if program is None else _("%s: flags") % named(program)
    return _feed(request, title, rows[: MOST + 1], _told_of_flag, f"{reverse('api:flags-list')}{_of(program)}")


def _program(code: str) -> Program | None:
    """The program of a feed; None for that of all. Raises Http404."""
    if not code:
        return None
    found: Program | None = Program.objects.select_related("buyer").filter(code=code).first()
    if found is None:
        raise Http404(f"no program has the code {code}")
    return found


def _of(program: Program | None) -> str:
    return "" if program is None else f"?program={program.code}"


def _feed(
    request: HttpRequest, title: str, rows: Iterable[Any], told: Callable[[Any], Entry], whole: str
) -> HttpResponse:
    found = [told(row) for row in rows]
    is_cut, entries = len(found) > MOST, found[:MOST]
    said = _("The newest %d; all are in the API.") % MOST if is_cut else _("All that is on record.")
    absolute = request.build_absolute_uri
    feed = Feed(
        title=f"{title} – {_('Defence-procurement tracker')}",
        link=absolute(reverse("pages:front")),
        description=said,
        subtitle=said,
        language=get_language(),
        feed_url=absolute(request.path),
        feed_guid=_tag(request.path),
        author_name=_("Defence-procurement tracker"),
        whole=absolute(whole),
    )
    for each in entries:
        feed.add_item(each.title, absolute(each.link), each.content, unique_id=each.id, updateddate=each.updated)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _tag(of: str) -> str:
    """A name that stays the same wherever the service is reached."""
    return f"tag:{urlsplit(settings.PUBLIC_URL).hostname},{NAMED_FROM}:{of.strip('/')}"


# what entries say


def _told_of_status(row: StatusChange) -> Entry:
    link = reverse("pages:program", args=[row.program.code])
    return Entry(
        _tag(f"status-changes/{row.pk}"), _title_of_status(row), link, _content_of_status(row), row.recorded_at
    )


def _title_of_status(row: StatusChange) -> str:
    day = localized.day(Dated(row.effective_on, row.effective_precision))
    status = word("program_status", row.status) if row.status else row.term or pgettext("status", "no status")
    parts = {"program": named(row.program), "status": status, "day": day, "who": _who(row)}
    if row.reverses_id:
        return _("%(program)s: taken back: %(status)s, %(day)s") % parts
    if row.kind == StatusChange.Kind.DECISION:
        return _("%(program)s: %(status)s from %(day)s") % parts
    return _("%(program)s: %(who)s says “%(status)s”, %(day)s") % parts


def _who(row: StatusChange) -> str:
    return row.speaker or (row.organization.name if row.organization else word("side", row.side))


def _content_of_status(row: StatusChange) -> str:
    said = [word("kind", row.kind), _who(row), row.role, word("side", row.side), row.term, row.quotation, row.note]
    linked = '<p>{}: <a href="{}">{}</a></p>' if row.source.url else "<p>{0}: {2}</p>"
    source = format_html(linked, _("Source"), row.source.url, row.source.title)
    return format_html_join("", "<p>{}</p>", ((each,) for each in said if each)) + source


def _told_of_flag(event: FlagEvent) -> Entry:
    kind, severity = word("flag_event", event.kind), word("severity", event.severity)
    return Entry(
        _tag(f"flag-events/{event.pk}"),
        f"{named(event.flag.program)}: {kind} ({severity})" if event.flag.program else f"{kind} ({severity})",
        reverse("pages:flag", args=[event.flag_id]),
        format_html("<p>{}</p>", event.summary),
        event.at,
    )
