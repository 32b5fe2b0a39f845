"""Filters by the standing of programs at the asked dates: status, stopped or not, since when, disputed or not."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from procurement.api.http.filtering import Day, Filter, Word, YesNo, split
from procurement.common.dates import Asked
from procurement.common.errors import Complaints
from procurement.programs.models import Program, StatusChange
from procurement.programs.reading import standings
from procurement.programs.standing import Standing

Test = Callable[[Standing], bool]

#: Each parameter, with what reads its value. They are named alike wherever programs are chosen.
STANDING_FILTERS: Mapping[str, Filter] = {
    "stopped": YesNo("stopped"),
    "disputed": YesNo("disputed"),
    "stopped_on__gte": Day("stopped_on"),
    "stopped_on__lte": Day("stopped_on"),
}


class _Statuses(Filter):
    """Several statuses of programs."""

    def parse(self, text: str) -> set[str]:
        return {Word("status", choices=StatusChange.Status).parse(each) for each in split(text)}


def _from(day: dt.date) -> Test:
    return lambda standing: standing.stopped_on is not None and standing.stopped_on >= day


def _until(day: dt.date) -> Test:
    return lambda standing: standing.stopped_on is not None and standing.stopped_on <= day


_TESTS: Mapping[str, Callable[[Any], Test]] = {
    "stopped": lambda wanted: lambda standing: standing.is_stopped is wanted,
    "disputed": lambda wanted: lambda standing: standing.disputed is wanted,
    "stopped_on__gte": _from,
    "stopped_on__lte": _until,
    "status": lambda wanted: lambda standing: standing.status in wanted,
}


def of_standing(params: Mapping[str, str], asked: Asked) -> Q:
    """The condition on programs that a request's parameters ask for.

    One query, if there are any. A program of which nothing is decided is neither stopped nor disputed. Raises Refused.
    """
    given = standing_values(params, STANDING_FILTERS) | standing_values(params, {"status": _Statuses("status")})
    tests = [_TESTS[name](value) for name, value in given.items()]
    if not tests:
        return Q()
    fitting = {pk: all(test(each) for test in tests) for pk, each in standings(asked).items()}
    if all(test(Standing()) for test in tests):
        return ~Q(pk__in=[pk for pk, fits in fitting.items() if not fits])
    return Q(pk__in=[pk for pk, fits in fitting.items() if fits])


def standing_values(params: Mapping[str, str], filters: Mapping[str, Filter]) -> dict[str, Any]:
    """The values of those parameters that are given. Raises Refused naming each that cannot be read."""
    found, complaints = dict[str, Any](), Complaints()
    for name in [each for each in filters if each in params]:
        try:
            found[name] = filters[name].parse(params[name])
        except ValueError as error:
            complaints.add(name, str(error))
    complaints.refuse_if_any()
    return found


def programs_chosen(params: Mapping[str, str], asked: Asked, named: list[int] | None, search: Q) -> list[int] | None:
    """The ids of programs that a request chooses by name, standing and search; None when it chooses none."""
    condition = of_standing(params, asked) & search
    if not condition:
        return named
    rows = Program.everything.filter(condition)
    rows = rows if named is None else rows.filter(pk__in=named)
    return list(rows.values_list("pk", flat=True))
