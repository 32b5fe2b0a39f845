"""The documents that a program's record rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from procurement.cases.undated import about
from procurement.common.dates import Asked
from procurement.programs.models import ProgramFact
from procurement.sources.facts import Fact, fact_models
from procurement.sources.models import Document

#: So many are listed.
MOST = 150


@dataclass(frozen=True)
class RestingOn:
    """The documents in the order of their dates, and whether there are more."""

    documents: tuple[Document, ...]
    cut: bool = False

    @property
    def by_grade(self) -> list[tuple[str, int]]:
        """How many there are of each grade that occurs."""
        grades = [document.grade for document in self.documents]
        return [(grade, grades.count(grade)) for grade in Document.Grade.values if grade in grades]


def resting_on(asked: Asked, program_id: int, *, with_contracts: bool) -> RestingOn:
    """The sources of every fact about the program, and with its contracts of theirs. One query."""
    models = [each for each in fact_models() if with_contracts or issubclass(each, ProgramFact)]
    rows = [_sources(each, asked, program_id) for each in models]
    ids = rows[0].union(*rows[1:])
    found = list(Document.everything.filter(pk__in=ids).order_by("published_on", "pk")[: MOST + 1])
    return RestingOn(tuple(found[:MOST]), len(found) > MOST)


def _sources(model: type[Fact], asked: Asked, program_id: int) -> "QuerySet[Any, dict[str, Any]]":
    rows = model._default_manager.in_view(asked).filter(about(model, [program_id], asked))
    found: QuerySet[Any, dict[str, Any]] = rows.order_by().values("source")
    return found


def documents_of(ids: Iterable[int]) -> Mapping[int, Document]:
    """Documents by id. One query."""
    found: Mapping[int, Document] = Document.everything.in_bulk(set(ids))
    return found
