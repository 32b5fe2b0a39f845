"""What there is to say."""

from django.db import models
from django.db.models.functions import Now

from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.contracts.models import Contract
from procurement.programs.models import Program


class Alert(models.Model):
    """Something to tell subscribers, as it stood when it was found; there is one alert per row and event."""

    # what happened
    event = models.CharField(max_length=30, choices=[(e, NAMES[e]) for e in ALL_EVENTS])
    origin_table = models.CharField(max_length=63, help_text="the table of the row that it is about")
    origin_id = models.BigIntegerField()
    happened_at = models.DateTimeField()
    late = models.BooleanField(
        default=False, help_text="history, or recorded over 30 days after it took effect; appears in digests only"
    )

    # what it is about
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")

    # in which words
    summary = models.TextField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(editable=False, db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "origin_table", "origin_id"], name="alert_once_per_row_and_event"),
        ]
        indexes = [models.Index(fields=["program", "id"], name="alert_of_program")]

    def __str__(self) -> str:
        return self.summary
