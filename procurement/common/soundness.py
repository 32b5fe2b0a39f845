"""Telling quickly of most rows that nothing is wrong with their columns.

Django's own check of a row takes a tenth of a millisecond, most of it on columns that anybody sees to be right. What is
not surely right here goes through that check, which finds the words.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from django.core import validators
from django.db import models

IsSound: TypeAlias = Callable[[Any], bool]

#: Characters that everybody sees: of most languages, enough to know that a text shows (common/texts.py).
SEEN = re.compile("[!-~\u00a1-\u024f\u0400-\u04ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]").search


def surely_sound(row: models.Model) -> bool:
    """Whether the check of a row's plain columns would surely find nothing."""
    values = vars(row)
    for name, usual, is_sound in _tests(type(row)):
        value = values.get(name)
        if value is not usual and not is_sound(value):
            return False
    return True


@cache
def _tests(model: type[models.Model]) -> tuple[tuple[str, Any, IsSound], ...]:
    """Of each column its name, its default where that is sound, which need not be tested again, and its test."""
    plain = [field for field in model._meta.concrete_fields if field.editable and not field.is_relation]
    tests = [(field.attname, field.get_default(), _test(field)) for field in plain]
    return tuple((name, default if is_sound(default) else never, is_sound) for name, default, is_sound in tests)


def _test(field: "models.Field[Any, Any]") -> IsSound:
    if field.primary_key:
        return _is_none
    make, known = TESTS.get(type(field), (None, ()))
    if make is None or any(type(each) not in known for each in field.validators):
        return never
    is_sound = make(field)
    return _or_none(is_sound) if field.blank else is_sound


def _is_none(value: Any) -> bool:
    return value is None


def never(value: Any) -> bool:  # noqa: ARG001  (as every test)
    """Of a column that only Django knows to check nothing is sure."""
    return False


def _or_none(is_sound: IsSound) -> IsSound:
    return lambda value: value is None or is_sound(value)


def _of_text(field: Any) -> IsSound:
    longest, blank = field.max_length or 10**6, field.blank
    if field.choices:
        accepted = {str(key) for key, _ in field.flatchoices} | ({""} if blank else set())
        return lambda value: isinstance(value, str) and value in accepted
    return lambda value: type(value) is str and ((blank and not value) or (len(value) <= longest and _is_plain(value)))


def _is_plain(text: str) -> bool:
    """Whether a text surely can be stored and shows: what is printed is no NUL and no half of a pair."""
    return text.replace("\n", "").isprintable() and SEEN(text) is not None


def _of_number(field: Any) -> IsSound:
    places, below = field.decimal_places, Decimal(10) ** (field.max_digits - field.decimal_places)

    def is_sound(value: Any) -> bool:
        if type(value) is not Decimal:
            return value == 0 and type(value) is int  # the usual default
        if not value.is_finite():
            return False
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and -places <= exponent <= 0 and -below < value < below

    return is_sound


def _of_small_number(field: Any) -> IsSound:
    lowest = max(each.limit_value for each in field.validators if isinstance(each, validators.MinValueValidator))
    highest = min(each.limit_value for each in field.validators if isinstance(each, validators.MaxValueValidator))
    return never if field.choices else lambda value: type(value) is int and lowest <= value <= highest


def _of_days(_: Any) -> IsSound:
    return lambda value: type(value) is dt.date


def _of_truth(_: Any) -> IsSound:
    return lambda value: value is True or value is False


#: Tests for types of columns, and the checks of Django's that each of them makes too.
TESTS: dict[type, tuple[Callable[[Any], IsSound], tuple[type, ...]]] = {
    models.CharField: (_of_text, (validators.MaxLengthValidator,)),
    models.TextField: (_of_text, ()),
    models.DecimalField: (_of_number, (validators.DecimalValidator,)),
    models.PositiveSmallIntegerField: (
        _of_small_number,
        (validators.MinValueValidator, validators.MaxValueValidator),
    ),
    models.DateField: (_of_days, ()),
    models.BooleanField: (_of_truth, ()),
}
