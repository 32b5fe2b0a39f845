"""Editable tables: rows that describe something, with their full history kept by django-pghistory."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from procurement.common.table_triggers import stamp_trigger


def changes_by_time(name: str) -> list[models.Index]:
    """The index of a descriptive table's history by which the mirror of exposure finds what changed since."""
    return [models.Index(fields=["pgh_created_at"], name=f"{name}event_by_time")]


class EditableModel(models.Model):
    """A row that describes something and may be edited; `created_at` says when this service first knew it."""

    created_at = models.DateTimeField(editable=False, db_default=Now())
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
        triggers = [stamp_trigger("created_at")]
