"""What every fact table does: append one or several, reverse, correct; nothing else changes a fact."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.db.models import FilteredRelation, Model, QuerySet
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse as address_of

from procurement.api.facts.lists import FactList, outcome_answers, refuse_bad_length
from procurement.api.facts.status_drafts import drafts_as_answered
from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.fields import Body, Day, Reference, Text, Word, read_body
from procurement.api.http.filtering import Column, Filter, Id, Moment, ProgramOfContract, parse_yes_no
from procurement.api.http.idempotency import written
from procurement.api.http.inline import DocumentField
from procurement.api.http.pagination import DatedPagination
from procurement.api.http.preferences import LENIENT, handling
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.api.http.warnings import warnings_of, with_warnings
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.sources.appending import Recorded
from procurement.sources.facts import Fact, left_out, seen_by
from procurement.sources.models import Document
from procurement.sources.recording import Amending, Recorder

T = TypeVar("T")

NEEDS_SOURCE = "every fact names its source; give a document's id, or one inline with url and title"


class FactBody(Body):
    """What every posted fact has."""

    source = DocumentField(error_messages={"required": NEEDS_SOURCE, "null": NEEDS_SOURCE})  # type: ignore[assignment]
    source_key = Text(required=False)
    effective_on = Day()
    effective_precision = Word(Fact.Precision, required=False)
    published_on = Day(required=False, allow_null=True)
    note = Text(required=False)


class ContractFactBody(FactBody):
    """A fact about a contract."""

    contract = Reference(Contract)


class ReversalBody(Body):
    """The source and note of a reversal."""

    note = Text(required=False)
    source = DocumentField(error_messages={"required": NEEDS_SOURCE, "null": NEEDS_SOURCE})  # type: ignore[assignment]
    published_on = Day(required=False, allow_null=True)


class ReversalId(Id):
    """Ids of the reversals of facts, which are facts of the same table."""

    def stored_in(self, model: type[Model] | None) -> Column | None:
        return super().stored_in(model) or (None if model is None else (model, "pk"))


FACT_FILTERS: Mapping[str, Filter] = {
    "id": Id("id"),
    "source": Id("source"),
    "source_key": filtering.Text("source_key"),
    "effective_on": filtering.Day("effective_on"),
    "effective_precision": filtering.Word("effective_precision", choices=Fact.Precision),
    "published_on": filtering.Day("published_on", nullable=True),
    "recorded_at": Moment("recorded_at"),
    "reverses": Id("reverses", nullable=True),
    "reversed_by": ReversalId("taken_back__id", nullable=True),
}
CONTRACT_FACT_FILTERS: Mapping[str, Filter] = {
    "contract": Id("contract"),
    "program": ProgramOfContract("contract"),
    "currency": filtering.Currency("contract__currency"),
    **FACT_FILTERS,
}


def with_reversals(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Rows with `taken_back`, the reversal of each, if in view."""
    reversal = FilteredRelation("reversed_by", condition=seen_by(asked, "reversed_by__"))
    found: QuerySet[Any] = rows.annotate(taken_back=reversal)
    return found


def _own_source(fact: Fact, *, dated: bool) -> Document:
    """A fact's source for its correction; a source without a date gets the fact's own publication date."""
    source: Document = fact.source
    if source.dated is None and not dated:
        source.cited_on = fact.published_on
    return source


def _status(posted: Sequence[Recorded[Any]]) -> int:
    """202 where anything waits for a second person, 201 where anything is new."""
    if any(each.draft is not None for each in posted):
        return 202
    return 201 if any(each.created for each in posted) else 200


class Facts(Resource):
    """A fact table; every row in view is listed, also reversed rows and reversals, unless `standing=true`."""

    model: ClassVar[type[Fact]]
    recorder: ClassVar[Recorder[Any]]
    body: ClassVar[type[FactBody]]
    #: How a fact is answered that waits for a second person; None where none ever waits.
    waits_as: ClassVar[type[Shape] | None] = None

    dated = True
    pagination_class = DatedPagination
    orderings: ClassVar[Mapping[str, str]] = {
        "id": "id", "effective_on": "effective_on", "published_on": "published_on", "recorded_at": "recorded_at"
    }  # fmt: skip
    extra_params: ClassVar[Mapping[str, Sequence[str]]] = {"list": ["standing"]}
    bodies: ClassVar[Mapping[str, type[Body]]] = {"reverse": ReversalBody}
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {
        "create": {201: None, 200: None}, "correct": {201: None, 200: None}
    }  # fmt: skip
    search: ClassVar[Sequence[str]] = ("note", "source_key")

    def get_queryset(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def rows(self) -> QuerySet[Any]:
        return self._in_view(self.asked)

    def _in_view(self, asked: Asked) -> QuerySet[Any]:
        rows: Any = self.get_queryset()
        rows = rows.standing(asked) if self._only_standing() else rows.in_view(asked)
        return with_reversals(rows, asked)

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_reversals(rows, self.asked)

    def count_undated(self) -> int | None:
        return left_out(self.asked, lambda asked: self.narrowed(self._in_view(asked)))

    def any_date(self) -> bool:
        return self.action != "list"

    def _only_standing(self) -> bool:
        try:
            return parse_yes_no(self.params.get("standing", "false"))
        except ValueError as error:
            raise Refused({"standing": str(error)}) from error

    # writing

    def create(self, request: Request) -> Response:
        """Append one fact, or a list of facts: all or none or, with `Prefer: handling=lenient`, each by itself."""
        rows = request.data
        if not isinstance(rows, list):
            return written(request, lambda: self._create(request))
        wish = handling(request)
        act = self._create_each if wish == LENIENT else self._create_all
        response = written(request, lambda: act(rows), content=LENIENT if wish == LENIENT else "")
        if wish:
            response["Preference-Applied"] = f"handling={wish}"
        return response

    def _create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        given = read_body(self.body, request.data, context)
        recorded = self.recorded(lambda: self.recorder.record_all(self.drawn(given)))
        return self._posted([self.merged(recorded)], [warnings_of(context)], many=False)

    def _create_all(self, rows: list[Any]) -> Response:
        refuse_bad_length(rows)
        posted = FactList(self, rows).all_or_none()
        return self._posted(posted, [()] * len(posted), many=True)

    def _create_each(self, rows: list[Any]) -> Response:
        refuse_bad_length(rows)
        outcomes = FactList(self, rows).each()
        stored = [each for outcome in outcomes for each in outcome.recorded]
        answers = zip(self._answers(stored), stored, strict=True)
        told = outcome_answers(outcomes, [with_warnings(answer, each.warnings) for answer, each in answers])
        return Response(told, status=HTTPStatus.MULTI_STATUS)

    # hooks: a body is one fact, if the resource says nothing else

    def drawn(self, given: Mapping[str, Any]) -> list[Any]:
        """The facts, not stored yet, of a body's values. Raises Refused."""
        return [self.model(**given, entered_by=user_of(self.request))]

    def merged(self, recorded: Sequence[Recorded[Any]]) -> Recorded[Any]:
        """What is answered for the stored facts of a body."""
        return recorded[0]

    def refusal(self, refused: Refused) -> Refused:
        """What is said of a body, of which some fact was refused."""
        return refused

    def recorded(self, record: Callable[[], T]) -> T:
        """Record the facts of a body. Raises Refused in the words of the body."""
        try:
            return record()
        except Refused as refused:
            raise self.refusal(refused) from refused

    def corrected(self, fact: Any, amending: Amending, values: dict[str, Any]) -> Recorded[Any]:
        """Correct a fact by the values of a body."""
        return self.recorder.correct(fact, amending, self._columns(values))

    # answers

    def _posted(self, posted: Sequence[Recorded[Any]], said: Sequence[Sequence[str]], *, many: bool) -> Response:
        """The stored facts, each with the warnings from reading its body and from recording it."""
        pairs = zip(self._answers(posted), posted, said, strict=True)
        answers = [with_warnings(answer, (*inline, *each.warnings)) for answer, each, inline in pairs]
        if many:
            return Response(answers, status=_status(posted))
        return Response(answers[0], status=_status(posted), headers={"Location": self._address(posted[0])})

    def _address(self, posted: Recorded[Any]) -> str:
        if posted.draft is not None:
            return address_of("api:status-drafts-detail", kwargs={"pk": posted.draft.pk}, request=self.request)
        return self.reverse_action("detail", kwargs={"pk": posted.fact.pk})

    def _answers(self, posted: Sequence[Recorded[Any]]) -> list[dict[str, Any]]:
        """The stored facts; for one that waits for a second person, its draft."""
        rows = self.with_columns(self.rows()).filter(pk__in=[each.fact.pk for each in posted if each.draft is None])
        found = {row["id"]: row for row in self.shaped(list(rows))}
        drafts = [each.draft.pk for each in posted if each.draft is not None]
        waiting = drafts_as_answered(drafts) if drafts else {}
        return [found[each.fact.pk] if each.draft is None else waiting[each.draft.pk] for each in posted]

    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Reverse a fact by appending a row that names it."""
        return written(request, lambda: self._reverse(request, int(pk)))

    def _reverse(self, request: Request, pk: int) -> Response:
        fact = self._stored(pk)
        context = self.get_serializer_context()
        given = read_body(ReversalBody, request.data, context)
        amending = Amending(given["source"], given.get("note", ""), given.get("published_on"), user_of(request))
        return self._posted([self.recorder.take_back(fact, amending)], [warnings_of(context)], many=False)

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Reverse a fact and append its next revision with the changed fields, in one step."""
        return written(request, lambda: self._correct(request, int(pk)))

    def _correct(self, request: Request, pk: int) -> Response:
        fact = self._stored(pk)
        given = dict(request.data) if isinstance(request.data, Mapping) else request.data
        context = self.get_serializer_context()
        values = read_body(self.body, given, context, partial=True)
        source = values.pop("source", None) or _own_source(fact, dated="published_on" in values)
        amending = Amending(source, values.pop("note", ""), values.pop("published_on", None), user_of(request))
        if not values and amending.published_on is None:
            raise ValidationError({"body": ["name at least one field with its correct value"]})
        return self._posted([self.corrected(fact, amending, values)], [warnings_of(context)], many=False)

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        fields = {field.name: field for field in self.model._meta.concrete_fields}
        return {
            fields[name].attname: value.pk if fields[name].is_relation and value is not None else value
            for name, value in values.items()
        }

    def _stored(self, pk: int) -> Any:
        fact = self.get_queryset().filter(pk=pk).select_related(*self.model.SUBJECT, "source").first()
        if fact is None:
            raise Http404
        return fact
