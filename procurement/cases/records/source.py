"""Documents, and what rests on them: every fact, and the contracts, programs and rates entered from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery

from procurement.cases.records.rows import in_view
from procurement.common.dates import Asked
from procurement.common.searching import searching
from procurement.contracts.models import Contract, ContractFact
from procurement.figures.models import ReportedFigure
from procurement.programs.models import Program, ProgramFact
from procurement.rates.models import ExchangeRate
from procurement.sources.copies import DocumentCopy
from procurement.sources.facts import Fact, fact_models
from procurement.sources.models import Document
from procurement.sources.past_view import as_recorded, in_past_view

#: What of a document a search looks through.
SEARCHED = ("title", "publisher", "url")
#: Of a table no more rows are counted: a file may be the source of a million.
MOST_COUNTED = 10_000
#: Tables that are no facts, whose rows name the document that they were entered from.
ENTERED: tuple[type[Any], ...] = (Program, Contract, ExchangeRate)


def resting() -> dict[str, type[Any]]:
    """Every table whose rows name a document, by its plain name: facts first."""
    return {model.__name__.lower(): model for model in (*fact_models(), *ENTERED)}


class Counted(Subquery):
    """How many rows another query has, which ends where counting would take too long."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Listed:
    """A document of a list, and how many rows rest on it."""

    document: Document
    count: int


@dataclass(frozen=True)
class SourceCase:
    """A document and what rests on it."""

    document: Document
    #: table -> how many rows, of those that have some
    counts: Mapping[str, int]
    #: the copy that is its own, where there is one that everybody may have
    public_copy: DocumentCopy | None
    #: whether there is one that not everybody may have
    has_other_copy: bool


def documents(asked: Asked, *, words: str = "", grade: str = "", publisher: str = "") -> QuerySet[Document]:
    """The documents in view, the newest first, those of unknown date last."""
    rows = as_recorded(Document, asked)
    rows = rows.filter(searching(Document, SEARCHED, words)) if words else rows
    rows = rows.filter(grade=grade) if grade else rows
    rows = rows.filter(publisher=publisher) if publisher else rows
    return in_past_view(rows, asked).order_by(F("published_on").desc(nulls_last=True), "-id")


def with_counts(found: Sequence[Document], asked: Asked) -> list[Listed]:
    """Some documents with how many rows rest on each. One query."""
    counts = _counted([each.pk for each in found], asked)
    return [Listed(each, sum(counts.get(each.pk, {}).values())) for each in found]


def source_in_view(pk: int, asked: Asked) -> Document | None:
    """A document that is in view at the asked dates. One query."""
    found: Document | None = in_past_view(as_recorded(Document, asked).filter(pk=pk), asked).first()
    return found


def source_case(document: Document, asked: Asked) -> SourceCase:
    """A document and how much rests on it. Two queries."""
    copy = DocumentCopy.objects.filter(document=document).current().first()
    return SourceCase(
        document=document,
        counts=_counted([document.pk], asked).get(document.pk, {}),
        public_copy=copy if document.copy_is_public else None,
        has_other_copy=copy is not None and not document.copy_is_public,
    )


def rows_resting(document: Document, table: str, asked: Asked, *, many: bool) -> QuerySet[Any]:
    """The rows of a table that rest on a document, in order; of too many in the order in which they were recorded."""
    model = resting()[table]
    if issubclass(model, Fact):
        facts = in_view(model, asked, *_beside(model), source=document)
        return facts.order_by("pk") if many else facts
    rows: QuerySet[Any] = model._default_manager.filter(source=document).order_by("pk")
    return rows


def _beside(model: type[Fact]) -> list[str]:
    """What is read with a fact, so that it can be said what it is about."""
    if issubclass(model, ContractFact):
        return ["contract", *(name for name in ("program", "organization") if _has(model, name))]
    if issubclass(model, ProgramFact):
        return ["program", *(name for name in ("other", "organization") if _has(model, name))]
    if model is ReportedFigure:
        return ["program", "contract", "organization"]
    return ["organization", "other"]


def _has(model: type[Any], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _counted(ids: Collection[int], asked: Asked) -> dict[int, dict[str, int]]:
    """For each document how many rows of each table rest on it, up to MOST_COUNTED. One query."""
    counts = {name: Counted(_some(model, asked)) for name, model in resting().items()}
    rows = Document.everything.filter(pk__in=ids).values_list("pk", *counts.values())
    return {pk: {name: n for name, n in zip(counts, found, strict=True) if n} for pk, *found in rows}


def _some(model: type[Any], asked: Asked) -> QuerySet[Any]:
    manager = model._default_manager
    rows = manager.in_view(asked) if issubclass(model, Fact) else manager.all()
    found: QuerySet[Any] = rows.filter(source=OuterRef("pk")).order_by().values("pk")[: MOST_COUNTED + 1]
    return found


def publishers(asked: Asked, grade: str = "") -> list[str]:
    """Who published the documents, by name; the first thousand."""
    rows = as_recorded(Document, asked).exclude(publisher="")
    rows = rows.filter(grade=grade) if grade else rows
    return list(rows.order_by("publisher").values_list("publisher", flat=True).distinct()[:1000])
