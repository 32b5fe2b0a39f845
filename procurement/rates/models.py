"""Exchange rates: one row per published or set rate, appended and never edited.

Not a Fact: a rate is about no program and no contract, so no flags depend on it. It is public on its own day and needs
no reversal, because the row recorded last is in force. As facts, 200,000 rates would also flood the change feed and the
queue of re-checks, although every mirror can load them from their source. Rates share what matters about facts: a
source, a timestamp set by the database, triggers that refuse edits.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from procurement.common.dates import Asked
from procurement.common.money import trimmed
from procurement.sources.facts import append_only_triggers
from procurement.sources.models import Document

#: NUMERIC(24, 12): below 10^12, which the weakest currencies against the strongest stay far from.
DIGITS, PLACES = 24, 12
#: The columns that identify a rate; of several rows with the same ones, the one recorded last is in force.
SUBJECT = ("base", "quote", "rate_type", "on", "fiscal_year", "country")


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    """Rates by when they were public and recorded, and by which are in force."""

    def known(self, asked: Asked) -> Self:
        """Rates that were public and recorded by the asked dates; a rate is public on its own day."""
        known = self if asked.published_by is None else self.filter(on__lte=asked.published_by)
        return known if asked.recorded_by is None else known.filter(recorded_at__lte=asked.recorded_by)

    def in_view(self, asked: Asked) -> Self:
        """Known rates of the asked day and before."""
        return self.known(asked).filter(on__lte=asked.as_of)

    def between(self, currencies: set[str]) -> Self:
        """Rates of one of the currencies in another of them."""
        return self.filter(base__in=currencies, quote__in=currencies)

    def holding(self) -> Self:
        """Of several rows for the same rate, the one recorded last; filter by dates first."""
        return self.order_by(*SUBJECT, "-recorded_at", "-id").distinct(*SUBJECT)


class ExchangeRate(models.Model):
    """One unit of `base` was worth `rate` units of `quote`, on a day or through a fiscal year."""

    class Type(models.TextChoices):
        ECB_REFERENCE = "ecb_reference", "ECB reference rate: published each working day, per euro"
        BUDGET = "budget", "Budget rate: set by a country for one of its fiscal years"
        OTHER = "other", "Other: as its source says"

    # what it says
    base = models.CharField(max_length=3, help_text="ISO 4217 code of the currency that is converted, e.g. EUR")
    quote = models.CharField(max_length=3, help_text="ISO 4217 code of the currency that it is converted to, e.g. JPY")
    rate = models.DecimalField(
        max_digits=DIGITS,
        decimal_places=PLACES,
        help_text="how much one unit of base is worth in quote: 120.73 if one euro buys 120.73 yen",
    )

    # what kind, and when
    rate_type = models.CharField(max_length=14, choices=Type)
    on = models.DateField(
        blank=True, help_text="the day of the rate; of a budget rate, the first day of its fiscal year"
    )
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="for budget rates only, e.g. 2019")
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        help_text="for budget rates only: the country that set it, ISO 3166-1 alpha-2, e.g. JP",
    )

    # where it comes from
    source = models.ForeignKey(
        Document,
        models.PROTECT,
        db_index=False,  # documents are never deleted, and the reference rates all rest on one
        related_name="+",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    recorded_at = models.DateTimeField(editable=False, db_default=Now())

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="rate_of_two_currencies"),
            models.CheckConstraint(
                condition=Q(base__regex="^[A-Z]{3}$") & Q(quote__regex="^[A-Z]{3}$"), name="rate_names_currencies"
            ),
            # in an order in which no pattern is tried for the many that are of no country
            models.CheckConstraint(
                condition=(Q(fiscal_year__isnull=True) & Q(country="") & ~Q(rate_type="budget"))
                | (Q(fiscal_year__isnull=False) & Q(country__regex="^[A-Z]{2}$") & Q(rate_type="budget")),
                name="rate_of_budget_has_its_year",
            ),
            models.CheckConstraint(
                condition=~Q(rate_type="ecb_reference") | Q(base="EUR"), name="rate_of_ecb_is_per_euro"
            ),
        ]
        indexes = [
            # converting.py: the few rates between some currencies in the days up to one; posting.py and loading.py:
            # what is stored about the same rate
            models.Index(fields=["base", "quote", "rate_type", "on"], name="rate_lookup"),
            # the API's and the admin's lists by day; loading.py: what is stored of some days
            models.Index(fields=["on", "id"], name="rate_by_day"),
        ]
        triggers = append_only_triggers("append a later row about the same rate, which then holds")

    def __str__(self) -> str:
        given = {"base": self.base, "quote": self.quote, "rate": trimmed(self.rate), "day": self.on}
        return _("%(base)s/%(quote)s %(rate)s on %(day)s") % given
