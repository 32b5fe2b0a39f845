"""Documents with their archived copies, and the queue of facts for flags and alerts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from procurement.admin.colours import Colours
from procurement.admin.editable import EditableAdmin
from procurement.admin.entering import EnteringForm
from procurement.admin.listing import ReadOnly
from procurement.admin.records.documents import document_record
from procurement.admin.records.page import RecordPage
from procurement.common.errors import BadSource, Conflict, Refused
from procurement.sources.archiving import archive_copy
from procurement.sources.copies import DocumentCopy
from procurement.sources.documents import DocumentInput, create_document, refuse_bad_document
from procurement.sources.models import Document, Recheck

#: So many copies of a document are shown.
MOST_COPIES = 20
GRADES = Colours({"primary": "success", "secondary": "info", "weak": "warning"})


class DocumentForm(EnteringForm):
    """A document, and a file that is a copy of it."""

    file = forms.FileField(
        required=False,
        label=_("Upload a copy"),
        help_text=_(
            "a PDF, an HTML page, plain text, a PNG or a JPEG; it fills the SHA-256, or must have the stored one"
        ),
    )


@admin.register(Document)
class DocumentAdmin(RecordPage, EditableAdmin):
    """What facts rest on."""

    record_template = "procurement/admin/records/document.html"
    record = staticmethod(document_record)

    form = DocumentForm
    readonly_fields = (*EditableAdmin.readonly_fields, "uploads")
    list_display = ("title", "publisher", "language", "published_on", "graded", "created_at")
    list_filter = ("grade", ("published_on", RangeDateFilter))
    search_fields = ("title", "url", "publisher")
    fieldsets = (
        (None, {"fields": ("title", "url", ("publisher", "language"), ("published_on", "grade"))}),
        (
            _("Our copy of it"),
            {
                "fields": (("file", "copy_is_public"), "uploads", "retrieved_at", ("archived_copy", "sha256")),
                "classes": ("collapse",),
            },
        ),
        (_("How it was recorded"), {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)}),
    )

    @display(description=_("grade"), ordering="grade", label=GRADES)  # type: ignore[untyped-decorator]
    def graded(self, row: Document) -> tuple[str, str]:
        """The grade of the document as a label."""
        return row.grade, row.get_grade_display().partition(":")[0]

    @display(description=_("uploaded copies"))  # type: ignore[untyped-decorator]
    def uploads(self, row: Document) -> SafeString:
        """Every copy, those included that were replaced, as downloads."""
        copies = row.copies.select_related("entered_by").order_by("-id")[:MOST_COPIES]
        shown = format_html_join(mark_safe("<br>"), "{}", ((_download(copy),) for copy in copies))
        return shown or format_html("{}", translated("none"))

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Keep the document, then the copy. Raises Refused, which undoes both."""
        super().save_model(request, obj, form, change)
        if given := form.cleaned_data.get("file"):
            try:
                archive_copy(obj.pk, given.chunks(), file_name=given.name, by=request.user)  # type: ignore[arg-type]
            except BadSource as error:
                raise Refused({"file": str(error)}) from error
            except Conflict as error:  # with its own document, which is this one
                raise Refused(error.errors) from error
            obj.refresh_from_db()

    def create(self, request: HttpRequest, row: Document, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Cite a new document."""
        given = DocumentInput(**{name: getattr(row, name) for name in DocumentInput.__dataclass_fields__})
        return create_document(given, by=request.user, copy_is_public=row.copy_is_public)  # type: ignore[arg-type]

    def keep(self, row: Document, changed: Sequence[str]) -> None:
        """Keep what was edited."""
        refuse_bad_document(row)
        row.save(update_fields=changed)


def _download(copy: DocumentCopy) -> SafeString:
    address = f"{reverse('api:documents-copy', args=[copy.document_id])}?sha256={copy.sha256}"
    link = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>, {}, {}, by {}'
    by, moment = copy.entered_by or "nobody", timezone.localtime(copy.recorded_at)
    return format_html(link, address, copy.file_name or copy.sha256[:12], copy, f"{moment:%Y-%m-%d %H:%M}", by)


@admin.register(DocumentCopy)
class DocumentCopyAdmin(ReadOnly):
    """What was uploaded, on the page of its document."""

    list_display = ("document", "media_type", "size", "sha256", "file_name", "entered_by", "recorded_at")
    list_select_related = ("document", "entered_by")
    list_filter = ("media_type",)
    search_fields = ("=sha256", "file_name")
    ordering = ("-id",)


@admin.register(Recheck)
class RecheckAdmin(ReadOnly):
    """Facts that flags and alerts have not processed yet; empty within seconds while workers run."""

    list_display = ("id", "fact_table", "fact_id", "program_id", "contract_id", "recorded_at", "historical")
    list_filter = ("historical",)
    search_fields = ("=fact_id", "=program_id", "=contract_id")
    ordering = ("-id",)
