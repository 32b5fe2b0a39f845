"""Days in forms: typed as people write them, echoed as they are stored beside the box."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSingleDateWidget

from procurement.common.reading_dates import day_or_none
from procurement.common.written_days import NotADay, WrittenDay, read_day
from procurement.sources.facts import Fact

WRONG = '<span class="text-red-700 dark:text-red-400">{}</span>'


class DayInput(UnfoldAdminSingleDateWidget):  # type: ignore[misc]  # unfold ships no types
    """A box with a calendar that shows, while one types, which day is understood."""

    template_name = "procurement/admin/day.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Where the echo comes from."""
        return super().get_context(name, value, attrs) | {"echo": reverse_lazy("admin:echo_day")}  # type: ignore[no-any-return]

    def format_value(self, value: Any) -> str | None:
        """A stored day in ISO 8601; typed text unchanged."""
        return value.isoformat() if isinstance(value, dt.date) else value


class DayField(forms.DateField):
    """A day. A month or a year is one only where a precision stands beside it, which says so too."""

    widget = DayInput
    may_be_coarse = False

    def to_python(self, value: Any) -> dt.date | None:
        """The day that was written, of a period its last one."""
        if value in self.empty_values or isinstance(value, dt.date):
            return super().to_python(value)
        try:
            written = read_day(str(value))
        except NotADay as error:
            raise forms.ValidationError(str(error), code="invalid") from error
        if written.is_coarse and not self.may_be_coarse:
            raise forms.ValidationError(_needs_a_day(written), code="invalid")
        return written.day


def precision_of(name: str) -> str:
    """The column that says how precise a date is."""
    return f"{name.removesuffix('_on').removesuffix('_date')}_precision"


def day_formfield(column: Any, **kwargs: Any) -> DayField:
    """The field of a column of days."""
    field: DayField = models.DateField.formfield(column, **({"form_class": DayField} | kwargs))  # type: ignore[assignment]
    columns = {each.name for each in column.model._meta.concrete_fields}
    field.may_be_coarse = precision_of(column.name) in columns
    return field


def let_be_coarse(form: forms.BaseForm) -> None:
    """Let the days of a form be coarse that have a precision beside them."""
    for name, field in form.fields.items():
        if isinstance(field, DayField):
            field.may_be_coarse = field.may_be_coarse or precision_of(name) in form.fields


def coarse_faults(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """The days of a form, being cleaned, that name a period other than the precision beside them; and what is said."""
    for name, field in form.fields.items():
        if isinstance(field, DayField) and field.may_be_coarse and name in form.cleaned_data:
            sent = str(form.data.get(form.add_prefix(name), ""))
            if fault := coarse_fault(sent, form.cleaned_data.get(precision_of(name), "")):
                yield name, fault


def coarse_fault(text: str, precision: str) -> str | None:
    """Say why a text that names a month, quarter or year does not fit the precision that is chosen, or None."""
    written = written_or_none(text)
    if written is None or not written.is_coarse or written.precision == precision:
        return None
    return _asking_for_precision(written)


def written_or_none(text: str) -> WrittenDay | None:
    """The day that a text names; None if it names none."""
    try:
        return read_day(text)
    except NotADay:
        return None


def _period(written: WrittenDay) -> dict[str, str]:
    return {"day": written.day.isoformat(), "period": str(Fact.Precision(written.precision).label)}


def _asking_for_precision(written: WrittenDay) -> str:
    said = _("This names no day: choose the precision “%(period)s” to store it as %(day)s, or type the day.")
    return said % _period(written)


def _needs_a_day(written: WrittenDay) -> str:
    return _("This names no day, and a day is needed here, such as %(day)s.") % _period(written)


def echo_day(request: HttpRequest) -> HttpResponse:
    """A typed day as it is stored, for the box that shows it while one types; nothing for one that is typed so."""
    text = str(next(iter(request.GET.values()), "")).strip()
    if not text or day_or_none(text) is not None:
        return HttpResponse()
    try:
        written = read_day(text)
    except NotADay as error:
        return HttpResponse(format_html(WRONG, str(error)))
    if written.is_coarse:
        said = _("= %(day)s, with precision “%(period)s”") % _period(written)
        return HttpResponse(format_html("{}", said))
    return HttpResponse(format_html("= {}", written.day.isoformat()))
