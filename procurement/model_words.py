"""What tables, columns and choices are called, in the language of whoever looks.

The models say it in English. All of it is wrapped here, once the models are there, and `make words` gathers it from
here. In English nothing changes: neither migrations, nor the API, nor what tasks and commands write.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, override


def in_languages(models: Iterable[type[Model]]) -> None:
    """Wrap the names and help texts of tables and columns, and the labels of choices."""
    for model in models:
        meta: Any = model._meta
        meta.verbose_name, meta.verbose_name_plural = _wrapped(meta.verbose_name), _wrapped(meta.verbose_name_plural)
        for field in _fields(model):
            field.verbose_name, field.help_text = _wrapped(field.verbose_name), _wrapped(field.help_text)
            if field.choices:
                field.choices = [(value, _wrapped(label)) for value, label in field.choices]


def texts_of(models: Iterable[type[Model]]) -> Iterator[tuple[str, str]]:
    """Every text that is so wrapped, in English, each with the name of its table."""
    with override(None):  # a lazy text is then what it was made of
        for model in models:
            for text in _texts(model):
                if written := str(text or ""):
                    yield model.__name__, written


def _texts(model: type[Model]) -> Iterator[Any]:
    yield model._meta.verbose_name
    yield model._meta.verbose_name_plural
    for field in _fields(model):
        yield field.verbose_name
        yield field.help_text
        yield from (label for _, label in field.choices or ())


def _fields(model: type[Model]) -> list[Any]:
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def _wrapped(text: Any) -> Any:
    return text if isinstance(text, Promise) or not text else gettext_lazy(text)
