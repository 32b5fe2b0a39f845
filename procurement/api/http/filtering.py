"""Filters as declarations: the values of a parameter, its lookups, and how it narrows the rows."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.db.models.enums import TextChoices

from procurement.common.codes import country_code, currency_code
from procurement.common.dates import Asked
from procurement.common.errors import Complaints, Refused
from procurement.common.reading_dates import parse_day, parse_moment
from procurement.contracts.models import ProgramAllocation
from procurement.parties import models as parties
from procurement.parties.linking import Bodies
from procurement.parties.reading import bodies_at
from procurement.programs.reading import ids_by_code

LARGEST_ID = 2**63 - 1
AMOUNT = r"^[+-]?[0-9]{1,20}(\.[0-9]{1,6})?$"
NUMBER = re.compile(AMOUNT.strip("^$"))
YES, NO = "true", "false"
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: The years that a fiscal year may be called by.
YEARS = range(1800, 3001)

#: A table, and the column of it that a value must be found in.
Column = tuple[type[Model], str]


@dataclass(frozen=True)
class Filter:
    """One filter: `path` is what it narrows; a list of values, separated by commas, matches any of them."""

    path: str
    nullable: bool = False

    ordered: ClassVar[bool] = False
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def parse(self, text: str) -> Any:
        """One value. Raises ValueError saying what would be accepted."""
        return text

    def lookups(self) -> Iterator[str]:
        """The lookups besides equality."""
        yield "in"
        if self.ordered:
            yield from ("gte", "lte")
        if self.nullable:
            yield "isnull"

    def narrowed(self, lookup: str, text: str) -> Q:
        """The condition for a parameter's text. Raises ValueError."""
        if lookup == "isnull":
            return Q(**{f"{self.path}__isnull": parse_yes_no(text)})
        if lookup in {"gte", "lte"}:
            return Q(**{f"{self.path}__{lookup}": self.parse(text)})
        return self.among([self.parse(each) for each in split(text)])

    def among(self, values: Sequence[Any]) -> Q:
        """The condition that the column holds one of the values."""
        return Q(**{self.path: values[0]}) if len(values) == 1 else Q(**{f"{self.path}__in": values})

    def stored_in(self, model: type[Model] | None) -> Column | None:
        """Where a value must be stored, of a list of a table's rows; None if any readable value may be asked for.

        known.py refuses what is not stored there.
        """
        return None

    def looked_up(self, text: str) -> list[Any]:
        """The values that must be stored. Raises ValueError."""
        return [self.parse(each) for each in split(text)]


class Text(Filter):
    """Exact text; also finds text that contains a comma itself. Any text may be asked for."""

    def narrowed(self, lookup: str, text: str) -> Q:
        narrowed = super().narrowed(lookup, text)
        return narrowed | Q(**{self.path: text}) if "," in text and lookup != "isnull" else narrowed


@dataclass(frozen=True)
class Stored(Text):
    """Texts by which rows are sorted, such as domains: one that no row has is refused with the nearest.

    `of` is the table of the column, where it is not that of the list.
    """

    of: type[Model] | None = None

    def stored_in(self, model: type[Model] | None) -> Column | None:
        table = self.of or model
        return None if table is None else (table, self.path)

    def looked_up(self, text: str) -> list[Any]:
        values = split(text)
        return values if len(values) == 1 else [*values, text]


class Country(Filter):
    """Codes of countries in any case; any other is refused, because it could find no row."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[A-Za-z]{2}$", "example": "JP"}

    def parse(self, text: str) -> str:
        return country_code(text)


class Currency(Filter):
    """Codes of currencies, current or withdrawn, in any case; any other is refused, because it could find no row."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[A-Za-z]{3}$", "example": "JPY"}

    def parse(self, text: str) -> str:
        return currency_code(text)


class Hash(Filter):
    """SHA-256 of files."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}

    def parse(self, text: str) -> str:
        if not SHA256.fullmatch(text.lower()):
            raise ValueError(f"“{text[:70]}” is not a SHA-256: 64 digits from 0 to 9 and a to f would be accepted")
        return text.lower()


class Number(Filter):
    """Whole numbers that are not ids."""

    schema: ClassVar[dict[str, Any]] = {"type": "integer"}

    def parse(self, text: str) -> int:
        return parse_id(text)


class Year(Number):
    """Fiscal years."""

    schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": YEARS[0], "maximum": YEARS[-1]}

    def parse(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text[:9]) not in YEARS:
            raise ValueError(f"“{text[:40]}” is not a year from {YEARS[0]} to {YEARS[-1]}; 2020 would be accepted")
        return int(text)


@dataclass(frozen=True)
class Id(Filter):
    """Ids of rows; one that no row has is refused. `of` is their table, where the path does not lead to it."""

    of: type[Model] | None = None

    schema: ClassVar[dict[str, Any]] = {"type": "integer"}

    def parse(self, text: str) -> int:
        return parse_id(text)

    def stored_in(self, model: type[Model] | None) -> Column | None:
        table = self.of or (None if model is None else _leads_to(model, self.path))
        return None if table is None else (table, "pk")


class Organization(Id):
    """Ids of organizations. Each finds also what is recorded of those that are one with it at the asked dates."""

    def stored_in(self, model: type[Model] | None) -> Column | None:
        return parties.Organization, "pk"


class Code(Filter):
    """Codes of programs, resolved once so that the rows are narrowed by an indexed id."""

    def among(self, values: Sequence[str]) -> Q:
        return Q(**{f"{self.path}__in": ids_by_code(values)})


class ProgramOfContract(Code):
    """Programs that a row's contract was allocated to at any time; `path` leads to the contract."""

    def among(self, values: Sequence[str]) -> Q:
        rows = ProgramAllocation.objects.filter(program__in=ids_by_code(values))
        return Q(**{f"{self.path}__in": rows.values("contract")})


@dataclass(frozen=True)
class Word(Filter):
    """One of the words of a vocabulary."""

    choices: type[TextChoices] | None = None

    def parse(self, text: str) -> str:
        if self.choices is not None and text not in self.choices.values:
            raise ValueError(f"“{text[:60]}” is unknown; accepted: {', '.join(filter(None, self.choices.values))}")
        return text


@dataclass(frozen=True)
class OneOf(Filter):
    """One of some words that the code lists."""

    words: Callable[[], Collection[str]] = tuple

    def parse(self, text: str) -> str:
        if text not in self.words():
            raise ValueError(f"“{text[:60]}” is unknown; accepted: {', '.join(self.words())}")
        return text


class Day(Filter):
    """Days."""

    ordered = True
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date"}

    def parse(self, text: str) -> dt.date:
        return parse_day(text)


class Moment(Filter):
    """Moments with an offset."""

    ordered = True
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date-time"}

    def parse(self, text: str) -> dt.datetime:
        return parse_moment(text)


class Amount(Filter):
    """Decimal numbers."""

    ordered = True
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": AMOUNT, "example": "34955000000.00"}

    def parse(self, text: str) -> Decimal:
        if not NUMBER.fullmatch(text):
            raise ValueError(f"“{text[:40]}” is not a decimal number; 34955000000.00 would be accepted")
        return Decimal(text)


class YesNo(Filter):
    """true or false."""

    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def parse(self, text: str) -> bool:
        return parse_yes_no(text)

    def lookups(self) -> Iterator[str]:
        return iter(())


def _leads_to(model: type[Model], path: str) -> type[Model] | None:
    """The table whose ids a path holds; None where it is no path of columns, or holds no ids."""
    if path in {"pk", "id"}:
        return model
    name, _, rest = path.partition("__")
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    related: Any = field.related_model if field.is_relation else None
    return _leads_to(related, rest) if related is not None and rest else related


def split(text: str) -> list[str]:
    """The values of a comma-separated list. Raises ValueError when there is none."""
    values = [value.strip() for value in text.split(",") if value.strip()]
    if not values:
        raise ValueError("is empty; give a value, or several separated by commas")
    return values


def parse_words(name: str, text: str, choices: type[TextChoices]) -> list[str]:
    """The words of a list parameter. Raises Refused."""
    try:
        return [Word(name, choices=choices).parse(each) for each in split(text)]
    except ValueError as error:
        raise Refused({name: str(error)}) from error


def parse_id(text: str) -> int:
    """An id. Raises ValueError."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) <= LARGEST_ID:
        raise ValueError(f"“{text[:40]}” is not an id; a whole number such as 7 would be accepted")
    return int(text)


def parse_yes_no(text: str) -> bool:
    """True or false. Raises ValueError."""
    if text not in {YES, NO}:
        raise ValueError(f"“{text[:40]}” is neither true nor false")
    return text == YES


def parameters(filters: Mapping[str, Filter]) -> Iterator[tuple[str, Filter, str]]:
    """Every parameter that the filters accept: its name, its filter and its lookup."""
    for name, each in filters.items():
        yield name, each, "exact"
        for lookup in each.lookups():
            yield f"{name}__{lookup}", each, lookup


def narrowing(filters: Mapping[str, Filter], params: Mapping[str, str]) -> Q:
    """The condition that a request's parameters ask for. Raises Refused naming each that cannot be read."""
    complaints, condition = Complaints(), Q()
    for name, each, lookup in parameters(filters):
        if name in params:
            try:
                condition &= each.narrowed(lookup, params[name])
            except ValueError as error:
                complaints.add(name, str(error))
    complaints.refuse_if_any()
    return condition


def naming_all(filters: Mapping[str, Filter], params: Mapping[str, str], asked: Asked) -> Mapping[str, str]:
    """A request's parameters, with each organization those that are one with it. One query, if any is named."""
    given = [
        name
        for name, each, lookup in parameters(filters)
        if name in params and lookup in {"exact", "in"} and isinstance(each, Organization)
    ]
    bodies = bodies_at(asked) if given else Bodies()
    return {**params, **{name: _named(bodies, params[name]) for name in given}} if bodies.into else params


def _named(bodies: Bodies, text: str) -> str:
    """The ids of a list with those that are one with them; what cannot be read stays, and is refused later."""
    try:
        ids = [parse_id(each) for each in split(text)]
    except ValueError:
        return text
    return ",".join(map(str, bodies.all_of(ids)))


def refuse_unknown(params: Mapping[str, str], accepted: Iterable[str]) -> None:
    """Raise Refused for unknown parameters, and for text that no row can contain."""
    known, complaints = sorted(accepted), Complaints()
    for name, value in params.items():
        if name not in known:
            complaints.add(name.replace("\x00", "")[:60], f"unknown parameter; accepted: {', '.join(known)}")
        elif "\x00" in value:
            complaints.add(name, "must not contain a NUL byte")
    complaints.refuse_if_any()


def values_in(filters: Mapping[str, Filter], params: Mapping[str, str]) -> dict[str, list[Any]]:
    """The values of each filter that a request names; of `name` and `name__in` together those in both.

    Raises Refused naming each that cannot be read.
    """
    complaints, found = Complaints(), dict[str, list[Any]]()
    for name, each in filters.items():
        for given in (name, f"{name}__in"):
            if given in params:
                try:
                    values = list(dict.fromkeys(each.parse(value) for value in split(params[given])))
                except ValueError as error:
                    complaints.add(given, str(error))
                    continue
                found[name] = [value for value in found.get(name, values) if value in values]
    complaints.refuse_if_any()
    return found


def program_ids_in(params: Mapping[str, str]) -> list[int] | None:
    """The ids of the programs that a request names by code; None when it names none. Raises Refused."""
    found: list[int] | None = None
    for name in ("program", "program__in"):
        if name in params:
            try:
                ids = ids_by_code(split(params[name]))
            except ValueError as error:
                raise Refused({name: str(error)}) from error
            found = ids if found is None else [each for each in found if each in ids]
    return found


def query(params: Mapping[str, str], **more: str) -> str:
    """The parameters of a link, without those that only the first page needs."""
    return urlencode({name: value for name, value in params.items() if name != "count"} | more)
