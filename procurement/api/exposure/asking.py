"""Asking exposure what a request wants: one page of an answer, every page, or the figures of one program."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

from procurement.api.exposure.reading import ExposureRequest
from procurement.api.exposure.rows import Display, shown, shown_row
from procurement.api.http.pagination import undated_part
from procurement.cases.undated import undated_facts
from procurement.common.data_version import Version, data_version
from procurement.common.dates import Asked
from procurement.common.reading_rows import read_through
from procurement.contracts.models import Contract
from procurement.exposure.answering import Answer, Question, answer
from procurement.exposure.ranking import MOST
from procurement.exposure.reading import FEW
from procurement.exposure.schedule.answers import Scheduled, schedule
from procurement.exposure.snapshot import one_moment

#: Rows of a streamed answer that are read in one statement, and so are of one moment.
MOST_AT_ONCE = 20_000
#: Contracts whose exposure is read in one statement: of so many the facts are read by their indexes.
CONTRACTS_AT_ONCE = FEW

Page = TypeVar("Page", Answer, Scheduled)
T = TypeVar("T")


def answered(wanted: ExposureRequest, version: Version | None = None) -> dict[str, Any]:
    """One page of an answer, in the shape of DESIGN.md section 8; `version` is given where it may be read twice."""
    found, scheduled = _of_one_moment(partial(_read, wanted), version)
    is_cut = found.next_offset is not None or found.next_place is not None
    undated = undated_facts(wanted.question.asked, wanted.question.filters.get("program"))
    return (
        shown(found, wanted.display, scheduled)
        | undated_part(undated)
        | {"next": wanted.page_after(found) if is_cut else None}
    )


def _read(wanted: ExposureRequest) -> tuple[Answer, Scheduled | None]:
    return answer(wanted.question), schedule(wanted.question) if wanted.with_deferred else None


def _of_one_moment(read: Callable[[], T], version: Version | None) -> T:
    """What is read, all of it as of one moment.

    With a version it is read without a transaction first, and again if somebody wrote meanwhile.
    """
    if version is not None:
        found = read()
        if data_version() == version:
            return found
    with one_moment():
        return read()


def program_rows(asked: Asked, program_id: int) -> list[dict[str, Any]]:
    """The figures of one program, one row per currency."""
    found = answer(Question(asked, ("program",), {"program": [program_id]}))
    return [shown_row(row, Display()) for row in found.rows if row.keys["program"] == program_id]


def every_page(asked: Question) -> Iterator[Answer]:
    """An answer page by page. The first page is read at once, so that a refusal comes before streaming begins."""
    if asked.ranking is not None:
        return _begun(answer(each) for each in [replace(asked, limit=MOST)])
    every_contract = asked.group_by == ("contract",) and not asked.filters and asked.currency is None
    return _begun(_contracts_of(asked) if every_contract else _pages_of(asked, answer))


def every_schedule(asked: Question, by: str) -> Iterator[Scheduled]:
    """Schedules page by page. The first page is read at once, so that a refusal comes before streaming begins."""
    return _begun(_pages_of(asked, partial(schedule, by=by)))


def _contracts_of(asked: Question) -> Iterator[Answer]:
    """Some contracts at a time: a page of an answer about all of them may cost as much as the whole answer."""
    with read_through(Contract.everything.order_by("pk").values_list("pk", flat=True)) as ids:
        while some := list(islice(ids, CONTRACTS_AT_ONCE)):
            yield answer(replace(asked, filters={"contract": some}))


def _pages_of(asked: Question, read: Callable[[Question], Page]) -> Iterator[Page]:
    found = read(replace(asked, limit=MOST_AT_ONCE))
    yield found
    while found.next_offset is not None:
        found = read(replace(found.question, offset=found.next_offset))
        yield found


def _begun(pages: Iterator[Page]) -> Iterator[Page]:
    """The same pages, of which the first is read now."""
    return chain(list(islice(pages, 1)), pages)
