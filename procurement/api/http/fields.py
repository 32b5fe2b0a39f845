"""Fields of requests: strict text, dates, decimals, references, and rows given by id or inline."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model
from django.db.models.enums import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from procurement.api.http.access import user_of
from procurement.api.http.filtering import LARGEST_ID
from procurement.api.http.shapes import AnyField
from procurement.api.http.warnings import warn, warnings_at
from procurement.common.errors import Conflict, Refused
from procurement.common.matching import Found
from procurement.common.reading_dates import parse_day, parse_moment
from procurement.programs.models import Program

M = TypeVar("M", bound=Model)

DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")


@contextmanager
def conflicts_at(name: str) -> Iterator[None]:
    """Prefix the fields of a conflict raised inside with a name, as DRF does with its own errors."""
    try:
        yield
    except Conflict as conflict:
        conflict.errors = {f"{name}.{field}": said for field, said in conflict.errors.items()}
        raise


class Rows(serializers.ListSerializer[Any]):
    """Several bodies of one kind; a conflict names the one that it is about."""

    at = -1

    def to_internal_value(self, data: Any) -> list[Any]:
        self.at = -1
        rows: list[Any] = super().to_internal_value(data)
        return rows

    def run_child_validation(self, data: Any) -> Any:
        self.at += 1
        if not self.field_name:
            with conflicts_at(str(self.at)):
                return super().run_child_validation(data)
        name = f"{self.field_name}.{self.at}"
        with conflicts_at(name), warnings_at(self.context, name):
            return super().run_child_validation(data)


class Body(serializers.Serializer[Any]):
    """A request body; an unknown field is refused, not ignored."""

    class Meta:
        list_serializer_class = Rows

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        accepted = ", ".join(name for name, field in self.fields.items() if not field.read_only)
        errors: dict[str, Any] = {name: [f"unknown field; accepted: {accepted}"] for name in sorted(unknown)}
        try:
            values: dict[str, Any] = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError(
                {**errors, **error.detail} if isinstance(error.detail, dict) else error.detail
            ) from error
        if errors:
            raise ValidationError(errors)
        return values


def read_body(body: type[Body], data: Any, context: Any, *, partial: bool = False) -> dict[str, Any]:
    """The values of a request's body; warnings about it are left in the context. Raises ValidationError."""
    given = body(data=data, partial=partial, context=context)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Text(serializers.CharField):
    """Text; the recording functions check length and choices. Numbers are not text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_blank": True, "trim_whitespace": True} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise ValidationError("must be text in quotation marks")
        return str(super().to_internal_value(data))


class Word(serializers.ChoiceField):
    """One word of a vocabulary; `blank` allows none."""

    def __init__(self, choices: type[TextChoices], *, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, allow_blank=blank, **kwargs)
        self.accepted = [word for word in choices.values if word]

    def to_internal_value(self, data: Any) -> str:
        if (data == "" and self.allow_blank) or (isinstance(data, str) and data in self.accepted):
            return str(data)
        raise ValidationError(f"“{str(data)[:60]}” is unknown; accepted: {', '.join(self.accepted)}")


class Day(serializers.DateField):
    """A day as YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> dt.date:
        try:
            return parse_day(value if isinstance(value, str) else str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Moment(serializers.DateTimeField):
    """A moment with an offset."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        try:
            return parse_moment(value if isinstance(value, str) else str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


@extend_schema_field({"type": ["string", "integer"], "pattern": f"^{DECIMAL.pattern}$", "example": "34955000000.00"})
class Number(serializers.Field[Any, Any, Any, Any]):
    """A decimal string. A JSON number with a fraction is refused: it may have lost digits on the way."""

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not DECIMAL.fullmatch(text):
            raise ValidationError('must be a decimal number as a string; "34955000000.00" would be accepted')
        return Decimal(text)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


@extend_schema_field({"type": ["string", "integer"], "pattern": f"^{DECIMAL.pattern}$", "example": "0.5"})
class Part(Number):
    """A share of a whole, as a decimal string."""


class YesNo(serializers.BooleanField):
    """true or false, and nothing similar."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise ValidationError("must be true or false")
        return data


class Whole(serializers.IntegerField):
    """A whole number, not text."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise ValidationError("must be a whole number")
        return int(super().to_internal_value(data))


def stored(field: AnyField, model: type[M], pk: int, *joined: str) -> M | None:
    """A row by id, read once per request however many rows of a list name it."""
    found: dict[tuple[type[Model], int], Any] = remembered(field, "stored")
    if (model, pk) not in found:
        found[model, pk] = model._default_manager.select_related(*joined).filter(pk=pk).first()
    row: M | None = found[model, pk]
    return row


def remembered(field: AnyField, name: str) -> dict[Any, Any]:
    """The rows that the fields of one request have already looked up."""
    context: Any = field.context
    kept: dict[Any, Any] = context.setdefault(name, {})
    return kept


def read_ahead(body: serializers.Serializer[Any], rows: Sequence[Any]) -> None:
    """Read the rows that a list names by their ids, all of one table at once; each is taken from there when checked."""
    for name, field in body.fields.items():
        if isinstance(field, Reference):
            given = (row.get(name) for row in rows if isinstance(row, Mapping))
            ids = {each for each in given if type(each) is int and 0 < each <= LARGEST_ID}
            found = field.model._default_manager.select_related(*field.joined).in_bulk(ids)
            remembered(body, "stored").update({(field.model, each): found.get(each) for each in ids})


#: An id, as the description of the API has it.
ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


@extend_schema_field(ID)
class Reference(serializers.Field[Any, Any, Any, Any]):
    """A stored row by its id."""

    def __init__(self, model: type[Model], *joined: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model, self.joined = model, joined

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, int) or isinstance(data, bool) or not 0 < data <= LARGEST_ID:
            raise ValidationError(
                f"must be the id of a stored {self.model._meta.verbose_name}, a whole number such as 7"
            )
        row = stored(self, self.model, data, *self.joined)
        if row is None:
            raise ValidationError(f"no {self.model._meta.verbose_name} has the id {data}; give the id of a stored one")
        return row

    def to_representation(self, value: Model) -> Any:
        return value.pk


class Inline(Reference):
    """A stored row by its id, or an object that finds or creates one inside the request's transaction."""

    model: type[Model]
    body: ClassVar[type[Body]]

    def __init__(self, **kwargs: Any) -> None:
        serializers.Field.__init__(self, **kwargs)
        self.joined = ()

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, Mapping):
            return self.named(data)
        row: Model = inline(self, data, self.body, self.found_or_created)
        return row

    def named(self, data: Any) -> Model:
        """The stored row named by a value that is not an object."""
        return super().to_internal_value(data)

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Any]:
        """The row that an inline object finds or creates."""
        raise NotImplementedError

    @property
    def by(self) -> User:
        """Whose request it is."""
        return user_of(self.context["request"])


class Several(serializers.ListField):
    """A list of rows given by id or inline; errors and warnings name the place in the list."""

    def run_child_validation(self, data: Any) -> Any:
        one_by_one: Any = self._placed(data)  # read one by one as each is checked
        return super().run_child_validation(one_by_one)

    def _placed(self, data: Any) -> Iterator[Any]:
        for index, each in enumerate(data):
            self.child.field_name = f"{self.field_name}.{index}"
            yield each


def inline(
    field: AnyField, data: Mapping[str, Any], body: type[Body], find: Callable[[Mapping[str, Any]], Found[Any]]
) -> Any:
    """The row that an object in a request matches; values that differ from the stored ones give warnings."""
    name = str(field.field_name)
    read = body(data=data, context=field.context)
    with conflicts_at(name):
        with warnings_at(field.context, name):
            read.is_valid(raise_exception=True)
        try:
            found = find(read.validated_data)
        except Conflict:
            raise
        except Refused as refused:
            raise ValidationError(dict(refused.errors)) from refused
    warn(field.context, found.warnings, path=name)
    return found.row


@extend_schema_field({"type": "string", "example": "aegis-ashore"})
class ProgramByCode(serializers.Field[Any, Any, Any, Any]):
    """A stored program by its code."""

    def to_internal_value(self, data: Any) -> Program:
        if not isinstance(data, str):
            raise ValidationError("must be the code of a program, e.g. aegis-ashore")
        found: dict[str, Program | None] = remembered(self, "programs")
        if data not in found:
            found[data] = Program.objects.select_related("buyer").filter(code=data).first()
        program = found[data]
        if program is None:
            raise ValidationError(
                f"no program has the code “{data[:60]}”; create it, or give it inline with code and name"
            )
        return program

    def to_representation(self, value: Program) -> str:
        return value.code
