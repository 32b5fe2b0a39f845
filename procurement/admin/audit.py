"""The audit log, which administrators read and nobody edits."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import display

from procurement.access.auditing import note_export
from procurement.access.models import AuditEntry
from procurement.admin.access import administrates
from procurement.admin.colours import Colours
from procurement.admin.listing import FORMATS, ReadOnly
from procurement.common.file_names import disposition, safe_name
from procurement.common.reading_rows import read_through
from procurement.common.row_files import DOWNLOADS, Table

#: The label of each act: the theme shows the code of one that has none.
COLOURS = Colours(
    {
        AuditEntry.Act.LOGIN: "info",
        AuditEntry.Act.LOGOUT: "info",
        AuditEntry.Act.LOGIN_FAILED: "danger",
        AuditEntry.Act.LOCKED_OUT: "danger",
        AuditEntry.Act.GUESSED: "danger",
        AuditEntry.Act.REFUSED: "danger",
        AuditEntry.Act.EXPORT: "success",
        AuditEntry.Act.EXPORTED: "success",
        AuditEntry.Act.ACCOUNT_MADE: "warning",
        AuditEntry.Act.RIGHTS_CHANGED: "warning",
        AuditEntry.Act.PASSWORD_SET: "warning",
        AuditEntry.Act.GROUP_CHANGED: "warning",
        AuditEntry.Act.TOKEN_MADE: "warning",
        AuditEntry.Act.TOKEN_CHANGED: "warning",
        AuditEntry.Act.TOKEN_REVOKED: "warning",
        AuditEntry.Act.ADDRESS_VOUCHED: "warning",
        AuditEntry.Act.FACTOR_SET: "info",
        AuditEntry.Act.FACTOR_REMOVED: "warning",
        AuditEntry.Act.SESSIONS_ENDED: "warning",
        AuditEntry.Act.LINK_MADE: "danger",
    }
)
#: The columns of the files.
COLUMNS = ("id", "at", "act", "about", "actor_name", "address", "request_id", "details")
#: The words for what is kept of an act.
KEPT = {
    "path": _("address of the request"),
    "asked": _("filters"),
    "method": _("method"),
    "changed": _("changed"),
    "given": _("given"),
    "taken": _("taken away"),
    "role": _("role"),
    "scope": _("scope"),
    "name": _("name"),
    "before": _("before"),
    "expires_at": _("expires at"),
    "is_superuser": _("superuser"),
    "account": _("id of the account"),
    "token": _("id of the token"),
    "rows": _("rows"),
    "channel": _("id of the channel"),
    "owner": _("owner"),
    "second_factor": _("the code of the second factor"),
    "kinds": _("kinds"),
    "sessions": _("logins"),
    "why": _("why"),
    "of": _("fault"),
    "issuer": _("issuer"),
    "subject": _("subject"),
    "bytes": _("bytes"),
    "processes": _("contracting processes"),
    "whole": _("to the end"),
    "times": _("times within the hour"),
    "status": _("status"),
    "command": _("by a command"),
    "machine_user": _("account of the machine"),
}


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Who took rows out, who changed whose rights, who logged in or was refused."""

    list_display = ("at", "act_shown", "about", "actor_name", "address")
    list_filter = (("at", RangeDateFilter), "act", ("actor", AutocompleteSelectFilter))
    search_fields = ("about", "actor_name", "=address", "=request_id")
    ordering = ("-id",)
    fields = ("at", "act", "about", "actor_name", "actor", "address", "request_id", "kept")
    readonly_fields = ("kept",)

    @display(description=_("act"), ordering="act", label=COLOURS)  # type: ignore[untyped-decorator]
    def act_shown(self, row: AuditEntry) -> tuple[str, str]:
        """What was done."""
        return row.act, row.get_act_display()

    @display(description=_("details"))  # type: ignore[untyped-decorator]
    def kept(self, row: AuditEntry) -> SafeString | str:
        """What is kept of it, line by line."""
        lines = format_html_join("", '<tr><th class="pr-4 text-left align-top">{}</th><td>{}</td></tr>', _lines(row))
        return format_html("<table>{}</table>", lines) if row.details else "-"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators read it."""
        return administrates(request) and bool(super().has_view_permission(request, obj))

    @property
    def downloads(self) -> Sequence[tuple[str, str]]:
        """It has files, though no resource of the API."""
        return FORMATS

    def sent_as_file(self, request: HttpRequest, found: "QuerySet[Any]", form: str) -> HttpResponseBase:
        """What the list's filters find, as a file; which is noted too."""
        if form not in DOWNLOADS:
            raise Http404
        name = safe_name(f"audit-log_{timezone.localdate().isoformat()}.{form}")
        note_export(request, name)
        table = Table(COLUMNS, name="audit-log", about={"file": name, "address": request.build_absolute_uri()})
        written, headers = DOWNLOADS[form], {"Content-Disposition": disposition(name, download=True)}
        pieces = written.pieces(table, _read(found))
        return StreamingHttpResponse(pieces, content_type=written.content_type, headers=headers)


def _read(found: "QuerySet[Any]") -> Iterator[dict[str, Any]]:
    with read_through(found.values(*COLUMNS)) as read:
        yield from read


def _lines(row: AuditEntry) -> Iterator[tuple[Any, str]]:
    for name, value in row.details.items():
        yield KEPT.get(name, name), in_words(name, value)


def in_words(name: str, value: Any) -> str:
    """What is kept under a name, for people."""
    if name == "changed":
        return "; ".join(f"{each}: {said(before)} → {said(after)}" for each, (before, after) in value.items())
    if isinstance(value, dict):
        return ", ".join(f"{each}: {said(given)}" for each, given in value.items()) or "-"
    return said(value)


def said(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(map(str, value)) if isinstance(value, list) else str("-" if value is None else value)
