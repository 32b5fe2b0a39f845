"""Documents, and the queue of facts for flags and alerts."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from procurement.admin.editable import EditableAdmin
from procurement.admin.listing import ReadOnly
from procurement.sources.documents import DocumentInput, create_document, refuse_bad_document
from procurement.sources.models import Document, Recheck

GRADES = {"primary": "success", "secondary": "info", "weak": "warning"}


@admin.register(Document)
class DocumentAdmin(EditableAdmin):
    """What facts rest on."""

    list_display = ("title", "publisher", "language", "published_on", "graded", "created_at")
    list_filter = ("grade", ("published_on", RangeDateFilter))
    search_fields = ("title", "url", "publisher")
    fieldsets = (
        (None, {"fields": ("title", "url", ("publisher", "language"), ("published_on", "grade"))}),
        ("Our copy of it", {"fields": ("retrieved_at", ("archived_copy", "sha256")), "classes": ("collapse",)}),
        ("How it was recorded", {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)}),
    )

    @display(description="grade", ordering="grade", label=GRADES)  # type: ignore[untyped-decorator]
    def graded(self, row: Document) -> tuple[str, str]:
        """The grade of the document as a label."""
        return row.grade, row.get_grade_display().partition(":")[0]

    def create(self, request: HttpRequest, row: Document, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Cite a new document."""
        given = {name: getattr(row, name) for name in DocumentInput.__dataclass_fields__}
        return create_document(DocumentInput(**given), by=request.user)  # type: ignore[arg-type]

    def keep(self, row: Document, changed: Sequence[str]) -> None:
        """Keep what was edited."""
        refuse_bad_document(row)
        row.save(update_fields=changed)


@admin.register(Recheck)
class RecheckAdmin(ReadOnly):
    """Facts that flags and alerts have not processed yet; empty within seconds while workers run."""

    list_display = ("id", "fact_table", "fact_id", "program_id", "contract_id", "recorded_at", "historical")
    list_filter = ("historical",)
    search_fields = ("=fact_id", "=program_id", "=contract_id")
    ordering = ("-id",)
