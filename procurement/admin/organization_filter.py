"""The filter of lists by an organization, which also finds what is recorded of those that are one with it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from procurement.parties.reading import bodies_now


class OrganizationFilter(AutocompleteSelectFilter):  # type: ignore[misc]  # unfold ships no types
    """One organization, by whichever of its stored rows."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of any of them."""
        chosen = str(self.value() or "")
        if not chosen.isascii() or not chosen.isdecimal():
            found: QuerySet[Any] = super().queryset(request, queryset)
            return found
        return queryset.filter(**{f"{self.field_path}__in": bodies_now().all_of([int(chosen)])})
