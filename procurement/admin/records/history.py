"""Histories in words: who changed which field from what to what, and what became of a fact."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Events

from procurement.admin.records.fact_states import corrected_by, correction_of
from procurement.common import localized, words
from procurement.common.money import trimmed
from procurement.sources.facts import Fact

CHANGES_PER_PAGE = 50
#: A fact is corrected a few times at most; a chain is followed so far.
LONGEST_CHAIN = 50
#: Columns of history that are of no use to a reader.
NOT_SHOWN = frozenset(
    {"id", "match_key", "reference_key", "local_key", "bare_key", "scheme_key", "value_key", "created_at"}
)
#: Columns of facts that say how they were recorded, not what they say.
RECORDING = frozenset({"id", "recorded_at", "entered_by", "revision", "reverses"})
#: Columns of codes that have names.
CODES: Mapping[str, Callable[[str], str]] = {
    "country": localized.country_name,
    "domain": lambda code: words.word("domain", code),
}


@dataclass(frozen=True)
class Value:
    """A field whose value became another: the label and both values in words."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Change:
    """What somebody did at a moment."""

    at: dt.datetime
    by: str
    what: str
    values: Sequence[Value] = field(default_factory=tuple)
    #: the row that it made, where that has a page
    row: models.Model | None = None
    note: str = ""
    is_new: bool = False


# words for values


class Names:
    """The names of the rows that foreign keys refer to, read once for all values of a page."""

    def __init__(self, refers: Iterable[tuple[type[models.Model], Any]]) -> None:
        ids: dict[type[models.Model], set[Any]] = defaultdict(set)
        for model, pk in refers:
            ids[model].add(pk)
        self._rows = {model: model._base_manager.in_bulk(sorted(keys)) for model, keys in ids.items()}

    def of(self, model: type[models.Model], pk: Any) -> str:
        """A row by its name; by its id where it is gone."""
        row = self._rows.get(model, {}).get(int(pk))
        return str(row) if row is not None else f"{capfirst(model._meta.verbose_name)} {pk}"


def column_of(model: type[models.Model], name: str) -> Any | None:
    """The column of a table that a name of history stands for, with or without `_id`; None for one that is gone."""
    for each in (name, name.removesuffix("_id")):
        try:
            return model._meta.get_field(each)
        except FieldDoesNotExist:
            continue
    return None


def referred(column: Any, value: Any) -> Iterator[tuple[type[models.Model], Any]]:
    """The row that a value of a foreign key refers to."""
    if column is not None and column.is_relation and value not in (None, ""):
        yield column.related_model, int(value)


def in_words(column: Any, value: Any, names: Names) -> str | None:
    """A value as people read it; None is no value."""
    if value is None or value == "":
        return None
    if column is None:
        return str(value)
    if column.is_relation:
        return names.of(column.related_model, value)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if column.name in CODES:
        return CODES[column.name](value)
    return _plain(column.to_python(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return f"{localized.day(timezone.localtime(value).date())}, {timezone.localtime(value):%H:%M %Z}"
    if isinstance(value, dt.date):
        return localized.day(value)
    if isinstance(value, Decimal):
        return localized.exactly(value, "") if value else trimmed(value)
    if isinstance(value, list):
        return localized.listed([str(each) for each in value])
    return str(value)


def label_of(column: Any, name: str) -> str:
    """What a form calls a column."""
    return str(capfirst(column.verbose_name)) if column is not None else name.replace("_", " ").capitalize()


# changes of editable rows


def changes_of(events: Iterable[Any]) -> list[Change]:
    """Events of history in words. Reads users and the rows that values refer to, once for each table."""
    listed = list(events)
    names = Names(refer for event in listed for refer in _refers(event))
    users = _users(listed)
    return [_change(event, names, users) for event in listed]


def _values(event: Any) -> dict[str, tuple[Any, Any]]:
    found = event.pgh_diff or {
        name: (None, value) for name, value in event.pgh_data.items() if value is not None and value != ""
    }
    return {name: tuple(pair) for name, pair in found.items() if name not in NOT_SHOWN}


def _refers(event: Any) -> Iterator[tuple[type[models.Model], Any]]:
    model = apps.get_model(event.pgh_obj_model)
    for name, pair in _values(event).items():
        for value in pair:
            yield from referred(column_of(model, name), value)


def _users(events: Iterable[Any]) -> dict[int, str]:
    ids = {(event.pgh_context or {}).get("user", 0) for event in events}
    return {user.pk: person(user) for user in User.objects.filter(pk__in=ids)}


def person(user: Any) -> str:
    """A user by name, else by the name for signing in; nobody is the service itself."""
    return "" if user is None else str(user.get_full_name() or user.get_username())


def _change(event: Any, names: Names, users: Mapping[int, str]) -> Change:
    model, context = apps.get_model(event.pgh_obj_model), event.pgh_context or {}
    values = []
    for name, (old, new) in _values(event).items():
        column = column_of(model, name)
        values.append(Value(label_of(column, name), in_words(column, old, names), in_words(column, new, names)))
    is_new = event.pgh_label == "insert"
    what = _("%(table)s created") if is_new else _("%(table)s changed")
    by = users.get(context.get("user") or 0) or _by_import(context)
    table = capfirst(model._meta.verbose_name)
    return Change(event.pgh_created_at, by, what % {"table": table}, values, is_new=is_new)


def _by_import(context: Mapping[str, Any]) -> str:
    batch = context.get("import_batch")
    return _("Import %(batch)s") % {"batch": batch} if batch else ""


class WithHistory:
    """Editable rows whose history page says every change in words."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of a row: when, by whom, from what to what."""
        row = seen_row(self, request, object_id)
        every: Any = Events.objects
        events = every.references(row).order_by("-pgh_created_at", "-pgh_id")
        page = Paginator(events, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "changes": changes_of(page), **(extra_context or {})}
        return history_page(self, request, row, context)


# what became of a fact


class WithStory:
    """Facts whose history page tells who entered, corrected and took them back."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A fact from its first row to its last, the latest first."""
        row = seen_row(self, request, object_id)
        context = {"changes": story_of(row.reverses or row)[::-1], **(extra_context or {})}
        return history_page(self, request, row, context)


def story_of(fact: Fact) -> list[Change]:
    """What happened to a fact and to the rows that it was corrected from and to, in order."""
    chain = chain_of(fact)
    told = [_step(chain[0], _entered(chain[0]), _content(chain[0]), is_new=True)]
    for old, new in pairwise(chain):
        what = _("corrected: row %(old)s was taken back, row %(new)s stands in its place")
        told.append(_step(new, what % {"old": old.pk, "new": new.pk}, _differences(old, new)))
    if (reversal := chain[-1].reversal) is not None:
        told.append(_step(reversal, _("taken back by row %(row)s") % {"row": reversal.pk}))
    return told


def _step(row: Fact, what: str, values: Sequence[Value] = (), *, is_new: bool = False) -> Change:
    return Change(row.recorded_at, person(row.entered_by), what, values, row, row.note, is_new)


def chain_of(fact: Fact) -> list[Fact]:
    """The row from which a fact was corrected, and so on back, then itself, then the rows to which it was."""
    chain = [fact]
    while len(chain) < LONGEST_CHAIN and (before := corrected_by(chain[0])) is not None:
        chain.insert(0, before)
    while len(chain) < LONGEST_CHAIN and (after := correction_of(chain[-1])) is not None:
        chain.append(after)
    return chain


def _entered(fact: Fact) -> str:
    return _("entered as row %(row)s, from “%(source)s”") % {"row": fact.pk, "source": fact.source}


def _content(fact: Fact) -> list[Value]:
    return [value for value in _differences(None, fact) if value.new is not None]


def _differences(old: Fact | None, new: Fact) -> list[Value]:
    """The columns in which two rows differ, in words."""
    columns = [each for each in new._meta.concrete_fields if each.name not in RECORDING]
    pairs = [(each, getattr(old, each.attname) if old else None, getattr(new, each.attname)) for each in columns]
    differing = [(column, was, now) for column, was, now in pairs if was != now]
    names = Names(refer for column, *both in differing for value in both for refer in referred(column, value))
    return [
        Value(label_of(column, column.name), in_words(column, was, names), in_words(column, now, names))
        for column, was, now in differing
    ]


# the page


def seen_row(owner: Any, request: HttpRequest, object_id: str) -> Any:
    """The row whose history is asked for. Raises Http404 and PermissionDenied."""
    row = owner.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not owner.has_view_permission(request, row):
        raise PermissionDenied
    return row


def history_page(owner: Any, request: HttpRequest, row: models.Model, more: Mapping[str, Any]) -> HttpResponse:
    """The rendered history of a row."""
    context = {
        **owner.admin_site.each_context(request),
        "title": _("History of %(row)s") % {"row": row},
        "object": row,
        "opts": owner.opts,
        **more,
    }
    return TemplateResponse(request, "procurement/admin/history.html", context)
