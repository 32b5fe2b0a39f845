"""The list of organizations: where each is, and how many contracts it buys and supplies under."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from procurement.admin.flag_filters import WordsFilter
from procurement.common import localized
from procurement.common.codes import country_code
from procurement.exposure.kept.models import Total

LINK = '<a class="block whitespace-nowrap text-primary-600 dark:text-primary-500" href="{}">{}</a>'
BUYER, SUPPLIER = Total.Dimension.BUYER, Total.Dimension.SUPPLIER


class OrganizationColumns:
    """The columns of the list of organizations that are read for a page's rows together."""

    def prepare(self, rows: Sequence[Any]) -> None:
        """Let each row of a page know how many contracts it has, as that is kept beside the facts."""
        totals = Total.objects.filter(dimension__in=[BUYER, SUPPLIER], key__in=[str(row.pk) for row in rows])
        counted = totals.order_by().values_list("dimension", "key").annotate(Sum("contracts"))
        found = {(dimension, int(key)): number for dimension, key, number in counted}
        for row in rows:
            row.bought_today, row.supplied_today = (found.get((each, row.pk), 0) for each in (BUYER, SUPPLIER))

    @display(description=gettext_lazy("country"), ordering="country")  # type: ignore[untyped-decorator]
    def country_named(self, row: Any) -> str:
        """Its country in words."""
        return localized.country_name(row.country) if row.country else "-"

    @display(description=gettext_lazy("contracts"))  # type: ignore[untyped-decorator]
    def contracts_shown(self, row: Any) -> SafeString | str:
        """How many contracts it buys and supplies under, each leading to them."""
        queue = reverse("admin:procurement_contract_changelist")
        as_buyer = ngettext("%(n)s as buyer", "%(n)s as buyer", row.bought_today or 0)
        as_supplier = ngettext("%(n)s as lead supplier", "%(n)s as lead supplier", row.supplied_today or 0)
        shown = [
            (f"{queue}?{column}={row.pk}", said % {"n": f"{number:,}"})
            for said, column, number in (
                (as_buyer, "buyer__id__exact", row.bought_today),
                (as_supplier, "contractparty_set__organization__id__exact", row.supplied_today),
            )
            if number
        ]
        return format_html_join("", LINK, shown) or "0"


class CountryFilter(WordsFilter):
    """A country by its code, in any case."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The organizations of a country; none, with a message, if there is no such country."""
        given = str(self.value() or "").strip()
        if not given:
            return queryset
        try:
            return queryset.filter(country=country_code(given))
        except ValueError as error:
            messages.error(request, str(error))
            return queryset.none()
