"""When a contract's state is only presumed."""

from django.db import models
from django.db.models import Q


class Presumption(models.Model):
    """After how many days without a confirming fact a live state is only presumed (DESIGN.md section 4). One row."""

    days = models.PositiveIntegerField(
        help_text="so long after the newest fact that shows it live, a contract is only presumed to run"
    )
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="presumption_is_one"),
            models.CheckConstraint(condition=Q(days__gte=1) & Q(days__lte=36500), name="presumption_days_in_range"),
            models.CheckConstraint(condition=~Q(reason=""), name="presumption_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"presumed after {self.days} days"
