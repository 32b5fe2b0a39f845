"""Whether what filters ask for is stored at all: what no row has is refused with the nearest.

A value that is stored may still find no row, at the asked dates or beside other filters: that answer is empty. So
what is looked up is all that is stored now, whatever dates are asked for. Rows that an import took back count where
`recorded_by` asks for what was known before. Of what belongs to a user, nobody else learns that it exists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from procurement.api.http.filtering import Column, Filter, parameters
from procurement.common.errors import Complaints

#: How many values a refusal names, and of how many the nearest are chosen.
MOST_NAMED, MOST_COMPARED = 5, 5_000
#: So many are all named.
FEW = 20


@dataclass(frozen=True)
class Reader:
    """Who asks, and whether for what was recorded by some moment."""

    user: Any
    of_the_past: bool = False


@dataclass(frozen=True)
class LookedUp:
    """What one parameter asks for, and where it must be stored."""

    name: str
    values: Sequence[Any]
    rows: QuerySet[Any]
    column: str

    def found(self, place: int) -> Iterator[QuerySet[Any]]:
        """Queries for those of its values that are stored, each a row with the parameter's place and the value."""
        if self.column == "pk":
            yield self._answered(self.rows.filter(pk__in=self.values), place)
            return
        for value in self.values:  # one row is enough, of however many have it
            yield self._answered(self.rows.filter(**{self.column: value}), place)[:1]

    def _answered(self, rows: QuerySet[Any], place: int) -> QuerySet[Any]:
        known = Cast(self.column, TextField())
        found: QuerySet[Any] = rows.order_by().annotate(place=Value(place), known=known).values_list("place", "known")
        return found

    def missing(self, stored: set[str]) -> list[Any]:
        """The values that are not stored. A text that holds commas itself counts whole or in its parts."""
        if self.column != "pk" and len(self.values) > 1:
            *parts, whole = self.values
            return [] if whole in stored else [each for each in parts if each not in stored]
        return [each for each in self.values if str(each) not in stored]

    def complaint(self, missing: Sequence[Any]) -> str:
        """What is said of values that are not stored."""
        what, named = self.rows.model._meta.verbose_name, ", ".join(f"“{str(each)[:60]}”" for each in missing[:FEW])
        if self.column == "pk":
            near = ", ".join(map(str, self._nearest_ids(missing[0])))
            return f"no {what} has the id {named.replace('“', '').replace('”', '')}; {_offered(near)}"
        return (
            f"no {what} has {named} as its {self.column.split('__')[-1]}; {_offered(', '.join(self._nearest(missing)))}"
        )

    def _nearest_ids(self, wanted: int) -> list[int]:
        below = self.rows.filter(pk__lt=wanted).order_by("-pk").values_list("pk", flat=True)[:2]
        above = self.rows.filter(pk__gt=wanted).order_by("pk").values_list("pk", flat=True)[:2]
        return sorted([*below, *above])

    def _nearest(self, missing: Sequence[str]) -> list[str]:
        column = self.rows.exclude(**{self.column: ""}).order_by(self.column).values_list(self.column, flat=True)
        known: list[str] = list(column.distinct()[:MOST_COMPARED])
        folded = {each.casefold(): each for each in known}
        like = [folded[name] for each in missing for name in get_close_matches(each.casefold(), folded, n=MOST_NAMED)]
        return list(dict.fromkeys(like))[:FEW] or (known if len(known) <= FEW else [*known[:FEW], "..."])


def _offered(near: str) -> str:
    return f"the nearest: {near}" if near else "there is none yet"


def refuse_unstored(
    filters: Mapping[str, Filter], params: Mapping[str, str], model: type[Model] | None, reader: Reader
) -> None:
    """Raise Refused naming each value that no row has; one query, if a filter is given whose values must be stored."""
    wanted = [*_wanted(filters, params, model, reader)]
    queries = [query for place, each in enumerate(wanted) for query in each.found(place)]
    if not queries:
        return
    stored: dict[int, set[str]] = {}
    for place, known in queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]:
        stored.setdefault(place, set()).add(known)
    complaints = Complaints()
    for place, each in enumerate(wanted):
        if missing := each.missing(stored.get(place, set())):
            complaints.add(each.name, each.complaint(missing))
    complaints.refuse_if_any()


def _wanted(
    filters: Mapping[str, Filter], params: Mapping[str, str], model: type[Model] | None, reader: Reader
) -> Iterator[LookedUp]:
    """What is asked for that must be stored; what cannot be read is refused elsewhere."""
    for name, each, lookup in parameters(filters):
        if name in params and lookup in {"exact", "in"} and (column := each.stored_in(model)) is not None:
            yield LookedUp(name, list(dict.fromkeys(each.looked_up(params[name]))), _rows(column, reader), column[1])


def _rows(column: Column, reader: Reader) -> QuerySet[Any]:
    model: Any = column[0]
    rows = (
        getattr(model, "everything", model._default_manager) if reader.of_the_past else model._default_manager
    ).all()
    found: QuerySet[Any] = rows.visible_to(reader.user) if hasattr(rows, "visible_to") else rows
    return found
