"""Filters of the queue of flags."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import FieldTextFilter, RangeNumericFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from procurement.admin.first_page.flags import flags_of
from procurement.common.amounts import NotAnAmount, read_amount
from procurement.flags.models import Flag
from procurement.flags.rules import all_rules

UNRESOLVED = "unresolved"


class StateFilter(admin.SimpleListFilter):
    """The queue shows unresolved flags unless another state is chosen."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """The states, and all of them."""
        states = Flag._meta.get_field("state").flatchoices
        return [(UNRESOLVED, str(_("Unresolved"))), *states, ("all", str(_("All")))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> "QuerySet[Flag]":  # noqa: ARG002
        """The flags in the state that was chosen."""
        chosen = self.value() or UNRESOLVED
        if chosen == "all":
            return queryset
        return queryset.filter(state=chosen) if chosen in Flag.State.values else queryset.exclude(state="resolved")

    def choices(self, changelist: Any) -> Any:
        """Without the “All” that Django adds, which would be wrong here."""
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or UNRESOLVED) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class MineFilter(admin.SimpleListFilter):
    """The flags that are the user's own: owned, acknowledged or accepted by them."""

    title = gettext_lazy("mine")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """One's own."""
        return [("yes", str(_("My flags")))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> "QuerySet[Flag]":
        """The user's own flags."""
        return queryset.filter(pk__in=flags_of(request.user).values("pk")) if self.value() else queryset


class RuleFilter(admin.SimpleListFilter):
    """The rules by their titles."""

    title = gettext_lazy("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Every rule."""
        return [(rule.code, _(rule.title)) for rule in all_rules()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Flag]") -> "QuerySet[Flag]":  # noqa: ARG002
        """The flags of one rule."""
        return queryset.filter(rule=self.value()) if self.value() else queryset


class WordsFilter(FieldTextFilter):  # type: ignore[misc]  # unfold ships no types
    """A typed text that matches parts: nothing is listed, so nothing has to be read for a list."""

    def has_output(self) -> bool:
        """Always."""
        return True


class AmountRangeForm(forms.Form):
    """From and to, as people write amounts."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end, placeholder in (("from", _("From, e.g. 1.5B or 10億")), ("to", _("To"))):
            attributes = {"placeholder": placeholder, "aria-label": placeholder, "autocomplete": "off"}
            widget = UnfoldAdminTextInputWidget(attributes)
            self.fields[f"{name}_{end}"] = forms.CharField(label="", required=False, widget=widget)


class AmountRangeFilter(RangeNumericFilter):  # type: ignore[misc]  # unfold ships no types
    """A range of amounts. They are compared as numbers whatever their currency, so filter by currency too."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows in the range; none, with a message, if an end cannot be read."""
        try:
            ends = {lookup: self._end(name) for name, lookup in (("from", "gte"), ("to", "lte"))}
        except NotAnAmount as error:
            messages.error(request, str(error))
            return queryset.none()
        given = {f"{self.parameter_name}__{lookup}": end for lookup, end in ends.items() if end is not None}
        return queryset.filter(**given)

    def _end(self, name: str) -> Decimal | None:
        text = str(self._typed(name) or "").strip()
        return read_amount(text).amount if text else None

    def _typed(self, name: str) -> Any:
        return self.used_parameters.get(f"{self.parameter_name}_{name}")

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:  # noqa: ARG002 (unfold's signature)
        """The two boxes, with what was typed."""
        typed = {f"{self.parameter_name}_{name}": self._typed(name) for name in ("from", "to")}
        form = AmountRangeForm(self.parameter_name, data=typed)
        yield {"request": self.request, "parameter_name": self.parameter_name, "form": form}
