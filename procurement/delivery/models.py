"""Attempts: proof of what was sent, and of what was not and why."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from procurement.alerts.models import Delivery

__all__ = ["Attempt"]

#: The range of HTTP and SMTP codes.
STATUSES = (100, 599)


class Attempt(models.Model):
    """One try to send a message."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(editable=False, db_default=Now())
    outcome = models.CharField(max_length=6, choices=Outcome)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the status code that the receiver answered with, e.g. 200"
    )
    milliseconds = models.PositiveIntegerField(null=True, blank=True, help_text="how long it took")
    answer = models.TextField(
        blank=True, default="", db_default="", help_text="the first kilobyte of what the receiver answered"
    )
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="sent", error="") | (models.Q(outcome="failed") & ~models.Q(error="")),
                name="attempt_failed_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(status=None) | models.Q(status__range=STATUSES),
                name="attempt_status_has_three_digits",
            ),
        ]
        indexes = [models.Index(fields=["delivery", "id"], name="attempt_of_delivery")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
