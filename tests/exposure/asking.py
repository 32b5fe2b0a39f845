"""Short ways to ask."""

import datetime as dt
from typing import Any

from procurement.common.dates import Asked
from procurement.exposure.answering import Answer, Question, answer
from procurement.exposure.rows import Row
from tests.makers import day


def asked(as_of: str, published_by: str | None = None, recorded_by: dt.datetime | None = None) -> Asked:
    """Three dates from text."""
    return Asked(day(as_of), day(published_by) if published_by else None, recorded_by)


def ask(as_of: str, *group_by: str, published_by: str | None = None, **filters: Any) -> Answer:
    """An answer, grouped and filtered."""
    return answer(Question(asked(as_of, published_by), group_by, filters))


def total(as_of: str, **more: Any) -> dict[str, str | None]:
    """The figures of everything, where there is one currency."""
    (only,) = ask(as_of, **more).totals
    return only.texts()


def by(name: str, answered: Answer) -> dict[Any, Row]:
    """The rows by one of their keys."""
    rows = {row.keys[name]: row for row in answered.rows}
    assert len(rows) == len(answered.rows)
    return rows


def some(row: Row, *names: str) -> list[str | None]:
    """Some figures of a row, as text."""
    texts = row.texts()
    return [texts[name] for name in names]
