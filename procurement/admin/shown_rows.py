"""Lists that no resource of the API answers as files: the columns that they show, as texts, days and numbers."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.html import strip_tags

from procurement.common.reading_rows import read_through
from procurement.common.row_files import Table

#: What belongs to one person, is secret, or is a queue of the service's own has no files.
WITHOUT_FILES = frozenset(
    {
        "alert",
        "attempt",
        "channel",
        "clockedschedule",
        "crontabschedule",
        "delivery",
        "intervalschedule",
        "mute",
        "notice",
        "periodictask",
        "recheck",
        "repeatablerequest",
        "solarschedule",
        "subscription",
    }
)
#: So many rows are read at a time.
CHUNK = 1000


def has_shown_files(model: type[models.Model]) -> bool:
    """Whether the list of a table comes as a file of what it shows."""
    return model._meta.model_name not in WITHOUT_FILES


def shown_table(page: Any, about: Mapping[str, str]) -> Table:
    """The columns of a list, in its order."""
    return Table(["id", *_labels(page).values()], frozenset(), str(page.model._meta.model_name), about)


def shown_rows(page: Any, rows: "models.QuerySet[Any]") -> Iterator[Mapping[str, Any]]:
    """Each row as the list shows it."""
    labels = _labels(page)
    with read_through(rows, fetched=CHUNK) as read:
        for row in read:
            page.prepare([row])
            yield {"id": row.pk} | {label: _value(page, name, row) for name, label in labels.items()}


def _labels(page: Any) -> dict[str, str]:
    """The columns and their headings; two of one heading are told apart by their names."""
    labels: dict[str, str] = {}
    for name in page.list_display:
        label = str(label_for_field(name, page.model, page))
        labels[name] = label if label not in labels.values() and label != "id" else f"{label} ({name})"
    return labels


def _value(page: Any, name: str, row: Any) -> Any:
    try:
        field, _attribute, value = lookup_field(name, row, page)
    except ObjectDoesNotExist:
        return None
    if field is not None and getattr(field, "flatchoices", None):
        return dict(field.flatchoices).get(value, value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """A value for a file: a label as its text, markup without its tags."""
    if isinstance(value, tuple):
        value = value[-1]
    if value is None or isinstance(value, bool | int | Decimal | dt.date):
        return value
    return " ".join(strip_tags(str(value)).split())
