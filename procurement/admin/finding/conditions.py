"""What the search box of a list looks for, so that lists of millions of rows are searched by indexes.

What other tables hold is looked up there first: `contract = ANY (ids)` is found by an index, where a join or a subquery
beside other alternatives is not. A word that so many rows have that their ids are no help is looked for row by row, as
the page is full after a few.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value

from procurement.common.searching import KEPT, MOST_WORDS, WITH_RUNS, has_runs, in_kept

#: So many rows that have a word are named by their ids.
MOST_NAMED = 5_000
#: Keys of sources are found by how they begin, which an index knows.
KEY = "source_key"
LARGEST_ID = 2**63 - 1


class OneOf(Func):
    """Whether a column has one of the values of an array."""

    output_field = models.BooleanField()
    template, arg_joiner = "%(expressions)s)", " = ANY("


def finding(model: type[models.Model], paths: Iterable[str], text: str) -> Q:
    """The condition that every word of a text is found in one of some columns, as `search_fields` names them."""
    named = list(paths)
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        condition &= reduce(or_, _alternatives(model, named, word), Q(pk__in=[]))
    return condition


def _alternatives(model: type[models.Model], paths: Sequence[str], word: str) -> Iterator[Q]:
    """The ways in which rows have a word. Those by which none has it are left out, so that the others are plain."""
    for relation, some in groupby(sorted(paths, key=_relation), key=_relation):
        if relation:
            found = _related(model, relation, [path.partition("__")[2] for path in some], word)
            yield from [] if found is None else [found]
        else:
            named = (_named(model, each) for each in _own(model, list(some), word))
            yield from (each for each in named if each is not None)


def _relation(path: str) -> str:
    """The name of the relation that a path begins with; an exact column (`=id`) has none."""
    return path.partition("__")[0] if "__" in path and not path.startswith("=") else ""


def _own(model: type[models.Model], paths: Sequence[str], word: str) -> Iterator[Q]:
    """The conditions on a table's own columns, each of which one index may serve."""
    exact = [path[1:] for path in paths if path.startswith("=")]
    yield from (each for path in exact if (each := _equal(model, path, word)) is not None)
    others = {path for path in paths if not path.startswith("=")}
    if KEY in others:
        yield ~Q(**{KEY: ""}) & Q(**{f"{KEY}__startswith": word})  # as its index has it
    kept = set(KEPT.get(model._meta.db_table, ()))
    if kept & others:  # one index has all of them
        yield in_kept(F("pk"), word)
    yield from (_folded(model, path, word) for path in sorted(others - kept - {KEY}))


def _folded(model: type[models.Model], path: str, word: str) -> Q:
    """A column that has a word; of a large table by the index that knows letters of its kind."""
    found = Q(**{f"{path}__folded": word})
    by_runs = (model._meta.db_table, path) in WITH_RUNS and has_runs(word)
    return Q(**{f"{path}__folded_runs": word}) & found if by_runs else found


def _equal(model: type[models.Model], path: str, word: str) -> Q | None:
    """A column that is compared as a whole; None where the word cannot be its value."""
    last = path.rpartition("__")[2]
    field: Any = model._meta.get_field(last) if path == last and last != "pk" else None
    if last in ("id", "pk") or last.endswith("_id") or isinstance(field, models.IntegerField):
        fits = word.isascii() and word.isdigit() and int(word) <= LARGEST_ID
        return Q(**{path: int(word)}) if fits else None
    return Q(**{path: word})


def _named(model: type[models.Model], condition: Q) -> Q | None:
    """The same by ids, unless they are too many; None where no row has it."""
    found = _ids(model._base_manager.filter(condition).values_list("pk", flat=True))
    return condition if found is None else one_of("pk", found)


def one_of(column: str, ids: Sequence[int]) -> Q | None:
    """The condition that a column has one of some ids, which are one value of the statement; None of none."""
    return Q(OneOf(F(column), Value(list(ids), ArrayField(models.BigIntegerField())))) if ids else None


def _related(model: type[models.Model], relation: str, paths: Sequence[str], word: str) -> Q | None:
    """Rows whose related rows have the word; None where none has it."""
    field: Any = model._meta.get_field(relation)
    other = field.related_model
    condition = reduce(or_, _alternatives(other, paths, word), Q(pk__in=[]))
    rows, column = other._base_manager.filter(condition), "pk"
    if field.one_to_many:
        column = field.field.attname
    found = _ids(rows.values_list(column, flat=True))
    if found is not None:
        return one_of("pk" if field.one_to_many else relation, found)
    named = "pk__in" if field.one_to_many else f"{relation}__in"
    joined = None if field.one_to_many else _joined(other, relation, paths, word)
    return Q(**{named: rows.values(column)}) if joined is None else joined


def _joined(other: type[models.Model], relation: str, paths: Sequence[str], word: str) -> Q | None:
    """The same as a join, which is read as far as a page needs; None where the columns are not of that table."""
    if any("__" in path or path.startswith("=") for path in paths):
        return None
    kept = KEPT.get(other._meta.db_table, ())
    conditions = [Q(**{f"{relation}__{path}__folded": word}) for path in paths if path not in kept]
    if set(kept) & set(paths):
        conditions.append(in_kept(F(f"{relation}__{kept[0]}"), word))
    return reduce(or_, conditions)


def _ids(rows: "models.QuerySet[Any, int]") -> list[int] | None:
    """Ids; None where there are too many to name."""
    found = list(rows.order_by()[: MOST_NAMED + 1])
    return found if len(found) <= MOST_NAMED else None
