"""Fiscal years."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from procurement.admin.editable import EditableAdmin
from procurement.fiscal.models import FiscalCalendar
from procurement.fiscal.recording import refuse_bad_fiscal_year, register_fiscal_year


@admin.register(FiscalCalendar)
class FiscalCalendarAdmin(EditableAdmin):
    """When each country's fiscal year begins; a country without a row has the calendar year."""

    list_display = ("country", "first_month", "label", "created_at")
    search_fields = ("=country",)
    ordering = ("country",)
    fields: ClassVar[Sequence[Any]] = ("country", ("first_month", "label"), ("created_at", "entered_by"))

    def create(self, request: HttpRequest, row: FiscalCalendar, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Enter a country's fiscal year."""
        return register_fiscal_year(row, by=request.user)  # type: ignore[arg-type]

    def keep(self, row: FiscalCalendar, changed: Sequence[str]) -> None:
        """Keep what was edited."""
        refuse_bad_fiscal_year(row)
        row.save(update_fields=changed)

    def kept_as_is(self, row: Any) -> Sequence[str]:  # noqa: ARG002
        """A row's country cannot be changed."""
        return ("country",)
