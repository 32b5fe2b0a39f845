"""Imports: what became of each file, and taking files back."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from unfold.decorators import display

from procurement.access.roles import ANALYST, reaches, role_of
from procurement.admin.listing import ReadOnly
from procurement.common.errors import Refused
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.tasks import nudge

STATES = {
    "received": "info", "running": "info", "done": "success", "failed": "danger", "undoing": "warning",
    "undone": "warning",
}  # fmt: skip


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnly):
    """Batches; `manage.py import` and `POST /imports/` hand files in."""

    list_display = ("id", "file_name", "format", "dry_run", "shown_state", "by", "created_at", "refusals", "queued")
    list_select_related = ("by",)
    list_filter = ("state", "dry_run", "format")
    search_fields = ("file_name", "=sha256")
    ordering = ("-id",)
    actions = ("take_back",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("file_name", "size"),
                    "sha256",
                    ("format", "options", "dry_run"),
                    ("by", "created_at"),
                    "file_deleted_at",
                )
            },
        ),
        ("What became of it", {"fields": (("state", "failure"), "records", "tables", "warnings", "preview")}),
        ("Progress", {"fields": (("bytes_read", "attempts"), ("started_at", "finished_at"), ("refusals", "queued"))}),
        ("Taken back", {"fields": (("undone_by", "undone_at"), "undo_note", "taken_back")}),
    )

    @display(description="state", ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def shown_state(self, row: ImportBatch) -> tuple[str, str]:
        """The state as a label."""
        return row.state, row.get_state_display().partition(":")[0]

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        """Whoever may post facts may take a batch of them back."""
        return reaches(role_of(request.user), ANALYST)

    @admin.action(description="Take the chosen imports back", permissions=["take_back"])
    def take_back(self, request: HttpRequest, chosen: "models.QuerySet[Any]") -> None:
        """Let a worker take batches back; one that cannot be is named, and stops no other."""
        for batch in chosen:
            try:
                request_undo(batch.pk, by=request.user)  # type: ignore[arg-type]
            except Refused as refused:
                self.message_user(request, f"{batch}: {refused}", messages.ERROR)
            else:
                self.message_user(request, f"{batch} is being taken back", messages.SUCCESS)
        transaction.on_commit(partial(nudge, "imports"), robust=True)


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnly):
    """Refusals, queued rows and warnings, by file and line."""

    list_display = ("batch", "kind", "line", "label", "column", "value", "reason")
    list_select_related = ("batch",)
    list_filter = ("kind",)
    search_fields = ("=batch__id",)
    ordering = ("-batch", "id")
