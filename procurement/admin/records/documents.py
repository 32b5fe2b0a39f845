"""The page of a document: every row that rests on it, by table, and its archived copies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from procurement.admin.records.fact_states import Stated, with_states
from procurement.cases.records.source import MOST_COUNTED, resting, rows_resting, source_case, source_in_view
from procurement.common.dates import Asked
from procurement.pages.fact_words import TABLES, FactLine, fact_line
from procurement.sources.facts import Fact
from procurement.sources.models import Document

#: So many rows of a table are shown.
FIRST = 10


#: What a fact may be about.
SUBJECTS = ("program", "contract", "organization", "other")


@dataclass(frozen=True)
class Line:
    """A row that rests on a document: what it is about, what it says, and what became of it."""

    said: FactLine
    about: list[Any]
    stated: Stated | None


@dataclass(frozen=True)
class Resting:
    """The first rows of a table that rest on a document, and how many there are."""

    table: str
    title: Any
    lines: list[Line]
    count: int

    @property
    def is_counted(self) -> bool:
        """Whether there are no more than were counted."""
        return self.count <= MOST_COUNTED

    @property
    def is_cut(self) -> bool:
        """Whether some are left out."""
        return self.count > len(self.lines)


def document_record(request: HttpRequest, row: Document, asked: Asked) -> Mapping[str, Any]:  # noqa: ARG001
    """Everything that rests on a document."""
    found = source_in_view(row.pk, asked)
    if found is None:
        return {"document": row, "case": None}
    case = source_case(found, asked)
    tables = [_resting(found, name, case.counts[name], asked) for name in resting() if name in case.counts]
    copies = found.copies.select_related("entered_by").order_by("-id")
    return {"document": found, "case": case, "resting": tables, "most": MOST_COUNTED, "copies": copies[:FIRST]}


def _resting(document: Document, table: str, count: int, asked: Asked) -> Resting:
    rows = list(rows_resting(document, table, asked, many=count > MOST_COUNTED)[:FIRST])
    if not issubclass(resting()[table], Fact):
        return Resting(table, TABLES[table], [Line(fact_line(row), [row], None) for row in rows], count)
    lines = [Line(fact_line(stated.row), _about(stated.row), stated) for stated in with_states(rows)]
    return Resting(table, TABLES[table], lines, count)


def _about(row: Fact) -> list[Any]:
    return [each for name in SUBJECTS if (each := getattr(row, name, None)) is not None]
