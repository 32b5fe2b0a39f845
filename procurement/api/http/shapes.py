"""The shapes of answers: serializers that read plain `.values()` rows, declared once for rendering and OpenAPI."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.common.dates import Asked
from procurement.common.money import as_text, trimmed
from procurement.sources.facts import Fact

Values = Mapping[str, Any]
Convert = Callable[[Any, Values], Any]
#: Any field of DRF, whose types take four parameters.
AnyField = serializers.Field[Any, Any, Any, Any]


@extend_schema_field({"type": ["string", "null"], "pattern": r"^-?\d+\.\d{2,3}$", "example": "34955000000.00"})
class Money(serializers.Field[Any, Any, Any, Any]):
    """An amount as a decimal string with its currency's decimals; `currency` is the path of the currency."""

    def __init__(self, *, currency: str = "contract__currency", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency


@extend_schema_field({"type": "string", "pattern": r"^\d(\.\d+)?$", "example": "0.5"})
class Share(serializers.Field[Any, Any, Any, Any]):
    """A share as a decimal string without trailing zeros."""


@extend_schema_field({"anyOf": [{"type": "string", "const": "correction"}, {"type": "null"}]})
class ReversalReason(serializers.Field[Any, Any, Any, Any]):
    """The reason of a reversal."""


class Shape(serializers.Serializer[Any]):
    """Reads one row of `.values()`; a field's `source` is the path of its column.

    Fields in `attached` have no column: `attach` adds them to a whole page with a fixed number of queries.
    """

    attached: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def columns(cls) -> list[str]:
        """The paths to read."""
        return plan(cls)[0]

    @classmethod
    def names(cls) -> list[str]:
        """The names of the fields, as they stand in the head of a CSV file."""
        return list(cls().fields)

    @classmethod
    def numbers(cls) -> frozenset[str]:
        """The names of the fields whose text is a number."""
        return frozenset(name for name, field in cls().fields.items() if isinstance(field, Money | Share))

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        """Add values from other tables to rows that have this shape's columns."""

    @classmethod
    def shaped(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """The rows as they are answered."""
        cls.attach(rows, asked)
        converts = plan(cls)[1]
        return [{name: convert(row[source], row) for name, source, convert in converts} for row in rows]


def plain(value: Any, _row: Values) -> Any:
    """Most columns are rendered as they are."""
    return value


def _share(value: Decimal | None, _row: Values) -> str | None:
    return None if value is None else trimmed(value)


def _reason(value: int | None, _row: Values) -> str | None:
    return None if value is None else "correction"


def _money(currency: str) -> Convert:
    return lambda value, row: as_text(value, row[currency])


def _convert(field: AnyField) -> Convert:
    if isinstance(field, Money):
        return _money(field.currency)
    return _share if isinstance(field, Share) else _reason if isinstance(field, ReversalReason) else plain


def _sources(shape: type[Shape]) -> Iterator[tuple[str, str, AnyField]]:
    for name, field in shape().fields.items():
        yield name, field.source or name, field


@cache
def plan(shape: type[Shape]) -> tuple[list[str], list[tuple[str, str, Convert]]]:
    """The columns to read, and how each field is made from them; computed once per shape."""
    fields = list(_sources(shape))
    columns = [source for name, source, _ in fields if name not in shape.attached]
    currencies = [field.currency for _, _, field in fields if isinstance(field, Money)]
    return list(dict.fromkeys([*columns, *currencies])), [
        (name, source, _convert(field)) for name, source, field in fields
    ]


class FactShape(Shape):
    """The fields of every fact; a table's own fields come right after the id."""

    id = serializers.IntegerField()
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    source_key = serializers.CharField()
    revision = serializers.IntegerField()
    effective_on = serializers.DateField()
    effective_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    published_on = serializers.DateField(allow_null=True, help_text="null: it is unknown when it became public")
    recorded_at = serializers.DateTimeField()
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)
    reversed_by = serializers.IntegerField(source="taken_back__id", allow_null=True)
    reason = ReversalReason(source="reverses_id", read_only=True)
    note = serializers.CharField()

    def get_fields(self) -> dict[str, AnyField]:
        fields = super().get_fields()
        common = [name for name in FactShape._declared_fields if name != "id"]
        own = [name for name in fields if name not in FactShape._declared_fields]
        return {name: fields[name] for name in ("id", *own, *common)}
