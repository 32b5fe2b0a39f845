"""Imports: handing a file in, what became of each, and taking files back."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from procurement.access.auditing import note_export
from procurement.access.roles import ANALYST, reaches, role_of
from procurement.admin.acting import page_of
from procurement.admin.batch_page import batch_page, discard, named, progress_part, state_of, take, undo_page
from procurement.admin.colours import Colours
from procurement.admin.handing_in import hand_in_page
from procurement.admin.import_words import first_words, warning_in_words
from procurement.admin.listing import ReadOnly, link_to
from procurement.common.csv_lines import MARK, line
from procurement.common.errors import BadSource, Refused
from procurement.imports.batches.refused_rows import as_csv, what_was_said
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.tasks import nudge

STATES = Colours({
    "received": "info", "running": "info", "done": "success", "failed": "danger", "undoing": "warning",
    "undone": "warning",
})  # fmt: skip


def may_act(request: HttpRequest) -> bool:
    """Analysts hand files in and take them back; everybody reads what became of them."""
    return reaches(role_of(request.user), ANALYST)


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnly):
    """Batches: handed in here, by `manage.py import` or by `POST /imports/`."""

    list_display = (
        "id",
        "file_name",
        "format",
        "dry_run",
        "shown_state",
        "by",
        "created_at",
        "taken",
        "refusals",
        "queued",
    )
    list_select_related = ("by",)
    list_filter = ("state", "dry_run", "format")
    search_fields = ("file_name", "=sha256")
    ordering = ("-id",)
    actions = ("take_back",)
    list_before_template = "procurement/admin/imports_before.html"

    @display(description=gettext_lazy("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def shown_state(self, row: ImportBatch) -> tuple[str, str]:
        """The state as a label."""
        return row.state, state_of(row)

    @display(description=gettext_lazy("taken"))  # type: ignore[untyped-decorator]
    def taken(self, row: ImportBatch) -> str:
        """How many records were taken, of how many."""
        return _("%(taken)s of %(all)s") % {"taken": row.records.get("taken", 0), "all": sum(row.records.values())}

    def get_urls(self) -> list[URLPattern]:
        """Also the pages about one batch, and that for handing a file in."""
        pages = {
            "progress": self.progress_view,
            "take": require_POST(self.take_view),
            "discard": require_POST(self.discard_view),
            "undo": self.undo_view,
            "refused.csv": self.refused_view,
            "refusals.csv": self.refusals_view,
        }
        named = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"procurement_importbatch_{name}")
            for name, view in pages.items()
        ]
        hand_in = self.admin_site.admin_view(self.hand_in_view)
        return [path("hand-in/", hand_in, name="procurement_importbatch_hand_in"), *named, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the button above it."""
        return super().changelist_view(request, {"may_act": may_act(request)} | (extra_context or {}))  # type: ignore[no-any-return]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One batch."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().change_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return batch_page(self, request, row, may_act=may_act(request))

    # pages

    def hand_in_view(self, request: HttpRequest) -> HttpResponse:
        """Hand in a file."""
        self._refuse_readers(request)
        return hand_in_page(self, request)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far a batch is, for its page."""
        return progress_part(request, self._batch(request, pk))

    def take_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take what a preview shows."""
        self._refuse_readers(request)
        return take(request, self._batch(request, pk))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Discard a preview."""
        self._refuse_readers(request)
        return discard(request, self._batch(request, pk))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a batch back."""
        self._refuse_readers(request)
        return undo_page(self, request, self._batch(request, pk))

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
        """The refused rows of the file, to be mended and handed in."""
        batch = self._batch(request, pk)
        try:
            rows = as_csv(batch)
            first = next(rows)
        except BadSource as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(page_of(batch))
        name = f"refused-{batch.file_name.rpartition('.')[0] or batch.pk}.csv"
        note_export(request, name, batch=batch.pk)
        return _csv((first, *rows), name)

    def refusals_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """What was said of the refused rows."""
        batch = self._batch(request, pk)
        name = f"refusals-of-import-{batch.pk}.csv"
        note_export(request, name, batch=batch.pk)
        return _csv((MARK, *map(line, what_was_said(batch))), name)

    def _batch(self, request: HttpRequest, pk: int) -> ImportBatch:
        row: ImportBatch | None = self.get_object(request, str(pk))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row

    def _refuse_readers(self, request: HttpRequest) -> None:
        if not may_act(request):
            raise PermissionDenied

    # taking back from the list

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        """Whoever may post facts may take a batch of them back."""
        return may_act(request)

    @admin.action(description=gettext_lazy("Take the chosen imports back"), permissions=["take_back"])
    def take_back(self, request: HttpRequest, chosen: "models.QuerySet[Any]") -> None:
        """Let a worker take batches back; one that cannot be is named, and stops no other."""
        for batch in chosen:
            try:
                request_undo(batch.pk, by=request.user)  # type: ignore[arg-type]
            except Refused as refused:
                self.message_user(request, f"{named(batch)}: {refused}", messages.ERROR)
            else:
                said = _("%(import)s is being taken back.")
                self.message_user(request, said % {"import": named(batch)}, messages.SUCCESS)
        transaction.on_commit(partial(nudge, "imports"), robust=True)


def _csv(lines: Any, name: str) -> StreamingHttpResponse:
    """A download; a name beyond ASCII is encoded as browsers read it."""
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnly):
    """Refusals, queued rows and warnings, by file and line."""

    list_display = ("batch_shown", "kind_shown", "line", "label", "column", "value", "reason")
    list_display_links = ("line",)
    list_select_related = ("batch",)
    list_filter = ("kind",)
    search_fields = ("=batch__id",)
    ordering = ("-batch", "id")

    @display(description=gettext_lazy("import"), ordering="batch")  # type: ignore[untyped-decorator]
    def batch_shown(self, row: ImportIssue) -> SafeString | str:
        """The import, leading to its page."""
        return link_to(row.batch, named(row.batch))

    @display(description=gettext_lazy("kind"), ordering="kind")  # type: ignore[untyped-decorator]
    def kind_shown(self, row: ImportIssue) -> str:
        """What kind of warning or refusal it is."""
        return warning_in_words(row.warning) if row.warning else first_words(row.get_kind_display())

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The page of a batch leads to its issues, and to those of one kind of warning."""
        return lookup in {"batch__id__exact", "warning"} or super().lookup_allowed(lookup, value, request)
