"""What a subscription was told a moment ago: more about the same subject is grouped."""

from django.db import models

from procurement.alerts.models.subscriptions import Subscription


class Grouping(models.Model):
    """For one subscription and one subject: since it was told at once, and until when what follows is grouped."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+", db_index=False)
    subject = models.CharField(max_length=100, help_text="a program, else a contract, else the row of an event")

    opened_at = models.DateTimeField(help_text="when it was told of the subject last")
    changed_at = models.DateTimeField(help_text="when it last had news; in the future if the clock was set back")
    ends_at = models.DateTimeField(help_text="when what was grouped is due")
    waits = models.BooleanField(help_text="whether something was grouped since")
    opened_by = models.UUIDField(help_text="the packing that told of it last, by which that knows it was the first")

    class Meta:
        constraints = [
            # of two that pack at once one tells the first news
            models.UniqueConstraint(fields=["subscription", "subject"], name="grouping_once_per_subject"),
        ]
        indexes = [
            # those that nothing follows any more
            models.Index(fields=["ends_at"], name="grouping_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.subject}"
