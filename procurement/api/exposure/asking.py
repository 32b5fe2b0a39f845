"""Asking exposure what a request wants: one page of an answer, every page, or the figures of one program."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from procurement.api.exposure.reading import ExposureRequest
from procurement.api.exposure.rows import Display, shown, shown_row
from procurement.api.http.pagination import undated_part
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.exposure.answering import Answer, Question, answer
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.snapshot import one_moment

#: Rows of a streamed answer that are read in one statement, and so are of one moment.
MOST_AT_ONCE = 20_000


def answered(wanted: ExposureRequest) -> dict[str, Any]:
    """One page of an answer, in the shape of DESIGN.md section 8."""
    with one_moment():
        found = answer(wanted.question)
        scheduled = schedule(wanted.question) if wanted.with_deferred else None
    undated = undated_facts(wanted.question.asked, wanted.question.filters.get("program"))
    following = None if found.next_offset is None else wanted.page_from(found.next_offset)
    return shown(found, wanted.display, scheduled) | undated_part(undated) | {"next": following}


def program_rows(asked: Asked, program_id: int) -> list[dict[str, Any]]:
    """The figures of one program, one row per currency."""
    found = answer(Question(asked, ("program",), {"program": [program_id]}))
    return [shown_row(row, Display()) for row in found.rows if row.keys["program"] == program_id]


def every_page(asked: Question) -> Iterator[Answer]:
    """An answer page by page. The first page is read at once, so that a refusal comes before streaming begins."""
    return _pages_from(answer(replace(asked, limit=MOST_AT_ONCE)))


def _pages_from(found: Answer) -> Iterator[Answer]:
    yield found
    while found.next_offset is not None:
        found = answer(replace(found.question, offset=found.next_offset))
        yield found
