"""What subscribers were to be reminded of."""

from django.db import models
from django.db.models.functions import Now

from procurement.alerts.events import EXPIRING, NAMES, STILL_OPEN


class Reminder(models.Model):
    """That a row was due for a reminder: once for each day on which it is, or at which something of it ends.

    It is stored whether or not anybody wants to hear of it, and the alert about it refers to it.
    """

    event = models.CharField(max_length=30, choices=[(e, NAMES[e]) for e in (EXPIRING, STILL_OPEN)])
    origin_table = models.CharField(max_length=63, help_text="the table of the row that it is about")
    origin_id = models.BigIntegerField()
    day = models.DateField(help_text="the day on which it is due, or on which something ends")
    created_at = models.DateTimeField(editable=False, db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_table", "origin_id", "event", "day"], name="reminder_once_per_row_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{NAMES[self.event]} {self.day}: {self.origin_table} {self.origin_id}"
