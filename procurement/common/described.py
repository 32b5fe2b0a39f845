"""Descriptive rows: editable, with their full history kept by django-pghistory."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

#: One transaction, one moment: the stamp is taken once per transaction, after the transaction has an id, so that no
#: row can be stamped earlier than a horizon that did not count it (see sources/horizon.py).
STAMP = """
PERFORM pg_current_xact_id();
IF COALESCE(current_setting('procurement.stamp', true), '') = '' THEN
    PERFORM set_config('procurement.stamp', clock_timestamp()::text, true);
END IF;
NEW.{column} = current_setting('procurement.stamp')::timestamptz;
RETURN NEW;
"""


def stamp_trigger(column: str) -> pgtrigger.Trigger:
    """The trigger that sets a row's time of recording, whatever the client sent."""
    return pgtrigger.Trigger(
        name=f"stamp_{column}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=STAMP.replace("{column}", column),
    )


class Described(models.Model):
    """A row that describes; `created_at` says when this service first knew it."""

    created_at = models.DateTimeField(editable=False, db_default=Now())
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
        triggers = [stamp_trigger("created_at")]
