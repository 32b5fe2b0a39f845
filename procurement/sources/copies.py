"""Archived copies of documents: which file is whose."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from procurement.sources.facts import append_only_triggers
from procurement.sources.models import Document


class DocumentCopyQuerySet(models.QuerySet["DocumentCopy"]):
    """Copies by whether they are what the document says of itself."""

    def current(self) -> "DocumentCopyQuerySet":
        """The copy of each document that has the hash with which the document is stored."""
        return self.filter(sha256=F("document__sha256"))


class DocumentCopy(models.Model):
    """A copy of a document that somebody uploaded: a file in the folder of copies, under its hash.

    One that was replaced stays, as the document's hash says which is meant.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="copies", db_index=False)

    # the file
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=60, help_text="by its content")
    file_name = models.CharField(max_length=255, blank=True, default="", help_text="as it was uploaded")

    # who, and when
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(editable=False, db_default=Now())

    objects = DocumentCopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "document copies"
        constraints = [
            # also finds the copies of a document
            models.UniqueConstraint(fields=["document", "sha256"], name="documentcopy_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="documentcopy_sha256_is_hex"),
            models.CheckConstraint(condition=Q(size__gt=0), name="documentcopy_is_not_empty"),
        ]
        triggers = append_only_triggers("upload another copy; this one stays")

    def __str__(self) -> str:
        return f"{self.media_type} of {self.size} bytes"
