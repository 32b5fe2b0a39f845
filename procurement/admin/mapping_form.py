"""The form in which a person says what the columns of a list mean; guesses are marked, and open questions asked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from procurement.admin.acting import ActingForm
from procurement.admin.import_words import target_in_words
from procurement.common.errors import Refused
from procurement.imports.mapped.guessing import Guess, is_ambiguous
from procurement.imports.mapped.mapping import DECIMALS, ORDERS, PRECISIONS, UNITS, Column, TableMapping, mapping_from
from procurement.imports.mapped.targets import NEEDED, PARTS, TARGETS, is_amount, is_day, part_of

#: What is often the same in all lines, with what is said of it.
FIXED: Mapping[str, Any] = {
    "contract.currency": gettext_lazy("the currency of all contracts, ISO 4217; also of a list without amounts"),
    "buyer.name": gettext_lazy("who buys, where no column says it"),
    "buyer.country": gettext_lazy("the country of the buyers, ISO 3166, e.g. JP"),
    "supplier.country": gettext_lazy("the country of the suppliers"),
    "source.title": gettext_lazy("what the publication is called that the list is"),
    "source.publisher": gettext_lazy("who publishes it"),
    "source.url": gettext_lazy("its address"),
    "source.published_on": gettext_lazy("when it was published, as 2020-06-25"),
    "source.grade": gettext_lazy("primary, secondary or weak"),
    "contract.method": gettext_lazy("domestic, direct_commercial, foreign_military_sale, framework, grant or other"),
    "program.code": gettext_lazy("the program that all contracts belong to"),
}
ASK = gettext_lazy("say which")
UNIT_NAMES = {1: "1", 1_000: "1,000 (千)", 10_000: "10,000 (万)", 1_000_000: "1,000,000 (百万)", 100_000_000: "億"}
ORDER_NAMES = {
    "ymd": gettext_lazy("year first"),
    "dmy": gettext_lazy("day/month/year"),
    "mdy": gettext_lazy("month/day/year"),
}
DECIMAL_NAMES = {".": gettext_lazy("1,500.50 (point)"), ",": gettext_lazy("1.500,50 (comma)")}
PRECISION_NAMES = {
    "day": gettext_lazy("day"),
    "month": gettext_lazy("month"),
    "quarter": gettext_lazy("quarter"),
    "year": gettext_lazy("year"),
    "fiscal_year": gettext_lazy("fiscal year"),
}
ANSWERS: Mapping[str, Sequence[tuple[Any, Any]]] = {
    "unit": [("", ASK), *((each, UNIT_NAMES[each]) for each in UNITS)],
    "decimal": [("", ASK), *((each, DECIMAL_NAMES[each]) for each in DECIMALS)],
    "order": [("", ASK), *((each, ORDER_NAMES[each]) for each in ORDERS)],
    "precision": [("", ASK), *((each, PRECISION_NAMES.get(each, each)) for each in PRECISIONS)],
}


def _targets(none: str) -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for target in TARGETS:
        groups.setdefault(gettext(PARTS[part_of(target)].title), []).append((target, target_in_words(target)))
    return [("", none), *groups.items()]


class MappingForm(ActingForm):
    """One mapping. `values` are the first cells under each heading; `start`, what the form begins with."""

    name = forms.CharField(
        max_length=80, widget=UnfoldAdminTextInputWidget(), help_text=gettext_lazy("what such lists are called")
    )
    prefix = forms.CharField(  # type: ignore[assignment]  # the metaclass moves it away
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy(
            "begins the references that are made up where no column has one; empty: made from the name"
        ),
    )
    sheet = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput())
    more = forms.CharField(
        label=gettext_lazy("Other fields with one value"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=gettext_lazy("one a line: commitment.reason = award"),
    )

    def __init__(
        self, values: Mapping[str, Sequence[str]], start: TableMapping, guessed: Mapping[str, Guess], data: Any
    ) -> None:
        self.values, self.headings, self.guessed = values, list(values), guessed
        super().__init__(data, initial=_initial(start, self.headings))
        for number in range(len(self.headings)):
            self._add_column(number)
        for target, said in FIXED.items():
            self.fields[fixed_name(target)] = forms.CharField(
                label=target_in_words(target),
                required=False,
                max_length=500,
                help_text=said,
                widget=UnfoldAdminTextInputWidget(),
            )

    def _add_column(self, number: int) -> None:
        for name, none in (("target", gettext("dropped")), ("also", "-")):
            self._add(number, name, forms.ChoiceField(choices=_targets(none), required=False, widget=_select()))
        for name, choices in ANSWERS.items():
            self._add(number, name, forms.ChoiceField(choices=choices, required=False, widget=_select()))
        lines = UnfoldAdminTextareaWidget({"rows": 1, "placeholder": "Ordered = active"})
        self._add(number, "words", forms.CharField(required=False, widget=lines))
        self._add(number, "scheme", forms.CharField(required=False, max_length=60, widget=UnfoldAdminTextInputWidget()))
        for name in ("key", "line"):
            self._add(number, name, forms.BooleanField(required=False, widget=UnfoldBooleanWidget()))

    def _add(self, number: int, name: str, field: forms.Field) -> None:
        self.fields[f"c{number}_{name}"] = field

    # for the page

    @property
    def columns(self) -> Iterator[dict[str, Any]]:
        """The columns with their first values and their fields."""
        names = ("target", "also", *ANSWERS, "words", "scheme", "key", "line")
        for number, heading in enumerate(self.headings):
            yield {
                "heading": heading,
                "first": self.values[heading][:3],
                "is_guess": bool(self.guessed.get(heading, Guess()).target) and not self.is_bound,
                **{name: self[f"c{number}_{name}"] for name in names},
            }

    @property
    def kinds(self) -> str:
        """Which targets have which questions, for the page, which shows no others."""
        identifiers = [each for each in TARGETS if each.endswith(".identifiers")]
        kinds = {"amounts": list(filter(is_amount, TARGETS)), "days": list(filter(is_day, TARGETS))}
        return json.dumps(kinds | {"identifiers": identifiers})

    @property
    def fixed_fields(self) -> list[Any]:
        """The fields that have one value in all lines."""
        return [*(self[fixed_name(target)] for target in FIXED), self["more"]]

    # what was said

    def mapping(self) -> TableMapping | None:
        """The mapping; None, with errors beside their fields, where something is missing or open."""
        places: list[tuple[int, str]] = []
        columns: list[Column] = []
        for number, heading in enumerate(self.headings):
            for name in ("target", "also"):
                if name == "target" or self._given(number, name):
                    places.append((number, name))
                    columns.append(self._column(number, heading, self._given(number, name)))
        self._ask_for_orders(columns, places)
        try:
            mapping = mapping_from(self._whole(columns))
        except Refused as refused:
            self._complain_of(refused, places)
            return None
        return None if self.errors else mapping

    def _complain_of(self, refused: Refused, places: Sequence[tuple[int, str]]) -> None:
        found: dict[str, list[str]] = {}
        for name, said in refused.errors.items():
            found.setdefault(_field_of(name, places), []).extend(said)
        self.complain(Refused(found))

    def _given(self, number: int, name: str) -> str:
        return str(self.cleaned_data.get(f"c{number}_{name}") or "")

    def _column(self, number: int, heading: str, target: str) -> Column:
        answers: dict[str, Any] = {}
        if is_amount(target):
            answers = {"unit": int(self._given(number, "unit") or 0), "decimal": self._given(number, "decimal")}
        elif is_day(target):
            answers = {name: self._given(number, name) for name in ("order", "precision")}
        words = dict(pairs_in(self._given(number, "words")))
        return Column(heading, target, scheme=self._given(number, "scheme"), words=words, **answers)

    def _ask_for_orders(self, columns: Sequence[Column], places: Sequence[tuple[int, str]]) -> None:
        for column, (number, _) in zip(columns, places, strict=True):
            if is_day(column.target) and column.order and is_ambiguous(column.order, self.values[column.heading]):
                self.add_error(
                    f"c{number}_order", gettext("03/04/2020 may be in March or in April; say which stands first")
                )

    def _whole(self, columns: Sequence[Column]) -> dict[str, Any]:
        given = self.cleaned_data
        fixed = {target: given[fixed_name(target)] for target in FIXED if given.get(fixed_name(target))}
        marked = {
            name: [heading for number, heading in enumerate(self.headings) if given.get(f"c{number}_{name}")]
            for name in ("key", "line")
        }
        return {
            "name": given.get("name", ""),
            "prefix": given.get("prefix", ""),
            "sheet": given.get("sheet", ""),
            "columns": [vars(column) for column in columns],
            "fixed": fixed | dict(pairs_in(given.get("more", ""))),
            "key": marked["key"],
            "line_key": marked["line"],
        }


def _select() -> forms.Select:
    widget: forms.Select = UnfoldAdminSelectWidget()
    return widget


def fixed_name(target: str) -> str:
    """The name of the field of what has one value in all lines."""
    return f"fixed_{target.replace('.', '_')}"


def _field_of(name: str, places: Sequence[tuple[int, str]]) -> str:
    """The field of the form that a part of a mapping was given in."""
    parts = name.split(".")
    if parts[0] == "columns" and len(parts) > 2:
        number, which = places[int(parts[1])]
        return f"c{number}_{which if parts[2] in {'target', 'heading'} else parts[2]}"
    if parts[0] == "fixed":
        target = ".".join(parts[1:])
        return fixed_name(target) if target in FIXED else "" if target in NEEDED else "more"
    return {"key": "", "line_key": "", "columns": "", "mapping": ""}.get(name, name)


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """Lines of “this = that”; a line without = is left to be refused, as one without a meaning."""
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip():
            yield name.strip(), value.strip()


def lines_of(pairs: Mapping[str, str]) -> str:
    """The same as text."""
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())


def _initial(start: TableMapping, headings: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": start.name, "prefix": start.prefix, "sheet": start.sheet}
    found["more"] = lines_of({name: text for name, text in start.fixed.items() if name not in FIXED})
    found |= {fixed_name(name): text for name, text in start.fixed.items() if name in FIXED}
    for column in start.columns:
        if column.heading in headings:
            number = headings.index(column.heading)
            found |= _of_column(column, f"c{number}_", is_second=f"c{number}_target" in found)
    for number, heading in enumerate(headings):
        found |= {f"c{number}_key": heading in start.key, f"c{number}_line": heading in start.line_key}
    return found


def _of_column(column: Column, prefix: str, *, is_second: bool) -> dict[str, Any]:
    answers = {name: getattr(column, name) for name in (*ANSWERS, "scheme") if getattr(column, name)}
    answers |= {"words": lines_of(column.words)} if column.words else {}
    answers["also" if is_second else "target"] = column.target
    return {f"{prefix}{name}": value for name, value in answers.items()}


def from_guesses(guessed: Mapping[str, Guess], sheet: str) -> TableMapping:
    """What a form begins with: the guesses, of which no open question is answered."""
    columns = tuple(
        Column(heading, each.target, each.unit, each.decimal, each.order, each.precision)
        for heading, each in guessed.items()
    )
    references = tuple(heading for heading, each in guessed.items() if each.target == "contract.reference")
    return TableMapping("", "", columns, {}, references[:1], sheet=sheet)
