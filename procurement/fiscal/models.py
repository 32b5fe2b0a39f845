"""When each country's fiscal year begins."""

import pghistory
from django.db import models
from django.db.models import Q

from procurement.common.editable import EditableModel
from procurement.common.table_triggers import stale_trigger
from procurement.fiscal.years import FiscalYear


@pghistory.track()
class FiscalCalendar(EditableModel):
    """One country's fiscal year; a country without a row has the calendar year."""

    class Label(models.IntegerChoices):
        BEGINS = 0, "the year it begins in"
        ENDS = 1, "the year it ends in"

    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, e.g. JP")
    first_month = models.PositiveSmallIntegerField(
        help_text="1 to 12: the fiscal year begins on the first day of this month"
    )
    label = models.PositiveSmallIntegerField(
        choices=Label,
        default=Label.BEGINS,
        help_text="whether the fiscal year is named for the calendar year in which it begins or ends",
    )

    class Meta(EditableModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["country"], name="fiscal_calendar_one_per_country"),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="fiscal_calendar_has_a_country"),
            models.CheckConstraint(condition=Q(first_month__range=(1, 12)), name="fiscal_calendar_month_exists"),
            models.CheckConstraint(condition=Q(label__in=(0, 1)), name="fiscal_calendar_label_is_known"),
            # a year that begins in January ends in it too: 1 would name it for the year after
            models.CheckConstraint(condition=Q(label=0) | Q(first_month__gt=1), name="fiscal_calendar_label_fits"),
        ]
        triggers = [
            *EditableModel.Meta.triggers,
            stale_trigger("everything", "0", "country", "first_month", "label", insert=True),
        ]

    def __str__(self) -> str:
        return f"{self.country} from month {self.first_month}"

    @property
    def rule(self) -> FiscalYear:
        """The rule that its days are counted by."""
        return FiscalYear(self.first_month, self.label)
