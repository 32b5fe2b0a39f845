"""What is kept, held against the ledger."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from procurement.common.dates import Asked
from procurement.exposure.answering import GROUPINGS, Question, answer, answer_from_ledger
from procurement.exposure.kept.models import KeptDay, Line, Total
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.rows import Row
from tests import fuzzing
from tests.makers import day

#: The day that is kept, in the middle of what happens; and what keeps it so.
TODAY = day("2020-06-25")
refresh_then = partial(refresh, today=TODAY)
rebuild_then = partial(rebuild_totals, today=TODAY, jobs=1)

DAYS = ("2019-10-31", "2020-06-25", "2021-03-01")
QUESTIONS = [Question(Asked(day(as_of)), () if group == "none" else (group,)) for group in GROUPINGS for as_of in DAYS]
_turns = itertools.count()


def said(rows: Iterable[Row]) -> dict[Any, Any]:
    """Everything that rows say, by their keys."""
    return {
        (*row.keys.values(), row.currency): (
            row.contracts,
            row.contracts_without_commitment,
            row.disputed,
            row.figures,
            row.covered,
            row.uncovered,
            row.gross,
            row.age,
            row.open_ends,
            row.next_due,
        )
        for row in rows
    }


def differing(questions: Iterable[Question] | None = None) -> list[Question]:
    """The questions that what is kept answers otherwise than the ledger."""
    asked = some(QUESTIONS) if questions is None else questions
    return [each for each in asked if _both(answer(each)) != _both(answer_from_ledger(each))]


def some(questions: list[Question]) -> list[Question]:
    """The next quarter of them at each call; all of them with FUZZ=1."""
    return questions if fuzzing.TIMES >= 1 else questions[next(_turns) % 4 :: 4]


def _both(answered: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
    return said(answered.rows), said(answered.totals)


def kept() -> tuple[dt.date, Counter[tuple[Any, ...]], dict[tuple[Any, ...], tuple[Any, ...]]]:
    """The day and both tables, without ids; nothing and zero are alike."""
    lines = Counter(Line.objects.values_list(*_columns(Line)))
    keys = ("dimension", "key", "currency")
    sums = [name for name in _columns(Total) if name not in keys]
    rows = Total.objects.values_list(*keys, *sums)
    found = {row[: len(keys)]: tuple(value or 0 for value in row[len(keys) :]) for row in rows}
    return KeptDay.objects.get().day, lines, found


def _columns(model: type[Line] | type[Total]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
