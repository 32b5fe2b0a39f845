"""Assignment rules: which contracts without a program belong to one, tried and applied."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.fields import Body, Day, ProgramByCode, Text, Word, YesNo
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.inline import DocumentField
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Names
from procurement.api.imports.shapes import BatchShape
from procurement.api.imports.viewset import nudge_imports
from procurement.contracts.models import Contract
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.assignment.rules import LISTED, create_rule, refuse_bad_rule, request_assignment, tried
from procurement.imports.models import ImportBatch


class AssignmentRuleShape(Shape):
    """A rule: contracts of which a text meets a test belong to a program."""

    id = serializers.IntegerField()
    program = serializers.CharField(source="program__code")
    field = serializers.ChoiceField(choices=AssignmentRule.Field.choices)
    test = serializers.ChoiceField(choices=AssignmentRule.Test.choices)
    text = serializers.CharField()
    from_on = serializers.DateField(allow_null=True)
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    is_on = serializers.BooleanField(help_text="imports apply it to the contracts that they make")
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class AssignmentRuleBody(Body):
    """A rule as requests give it."""

    program = ProgramByCode()
    field = Word(AssignmentRule.Field, required=False)
    test = Word(AssignmentRule.Test, required=False)
    text = Text(allow_blank=False)
    from_on = Day(required=False, allow_null=True)
    source = DocumentField()  # type: ignore[assignment]
    is_on = YesNo(required=False)
    note = Text(required=False)


class TriedContractShape(serializers.Serializer[Any]):
    """A contract that a rule would assign."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    local_title = serializers.CharField()
    buyer = serializers.IntegerField(source="buyer_id")
    signed_on = serializers.DateField(allow_null=True)


class ContestedShape(serializers.Serializer[Any]):
    """Of these contracts the ones that another rule would assign to another program."""

    rule = serializers.IntegerField()
    program = serializers.CharField()
    count = serializers.IntegerField()
    contracts = serializers.ListField(child=serializers.IntegerField())


class TrialShape(serializers.Serializer[Any]):
    """What a rule would assign: how many contracts without a program, the first of them, and who else would."""

    count = serializers.IntegerField()
    contracts = TriedContractShape(many=True)
    contested = ContestedShape(many=True)


class AssignmentRules(EditableResource):
    """Rules. Nothing is assigned that has a program; what a rule assigns is a batch, and can be taken back."""

    model = AssignmentRule
    shape = AssignmentRuleShape
    body = AssignmentRuleBody
    search = ("text", "note")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "program": filtering.Code("program"),
        "field": filtering.Word("field", choices=AssignmentRule.Field),
        "is_on": filtering.YesNo("is_on"),
    }
    answers: ClassVar[Mapping[str, type[Any]]] = {"trial": TrialShape, "apply": BatchShape}
    bodies: ClassVar[Mapping[str, type[Body]]] = {"apply": Body}
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {"apply": {201: None}}
    reads: ClassVar[Mapping[str, Names]] = {"trial": ["format"]}

    def created(self, given: dict[str, Any]) -> AssignmentRule:
        return create_rule(AssignmentRule(**given, entered_by=user_of(self.request)))

    def check(self, row: AssignmentRule) -> None:
        refuse_bad_rule(row)

    @action(detail=True)
    def trial(self, request: Request, pk: str) -> Response:
        """Try it on all contracts without a program; nothing is stored."""
        found = tried(self._rule(pk))
        columns = ("id", "reference", "title", "local_title", "buyer_id", "signed_on")
        rows = Contract.objects.filter(pk__in=found.contracts[:LISTED]).order_by("pk").values(*columns)
        programs = dict(AssignmentRule.objects.filter(pk__in=found.contested).values_list("pk", "program__code"))
        contested = [
            {"rule": rule, "program": programs[rule], "count": len(ids), "contracts": ids[:LISTED]}
            for rule, ids in found.contested.items()
        ]
        answer = {"count": len(found.contracts), "contracts": list(rows), "contested": contested}
        return Response(TrialShape(answer).data)

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Assign what it fits, as a batch: `/imports/{id}/` says how far it is, and takes it back."""

        def act() -> Response:
            batch = request_assignment(self._rule(pk), by=user_of(request))
            transaction.on_commit(nudge_imports, robust=True)

            row = ImportBatch.objects.filter(pk=batch.pk).values("id", *BatchShape.columns()).get()
            return Response(BatchShape.shaped([row], self.asked)[0], status=201)

        return written(request, act)

    def _rule(self, pk: str) -> AssignmentRule:
        rule = self.get_queryset().select_related("program", "source").filter(pk=pk).first()
        if rule is None:
            raise Http404
        found: AssignmentRule = rule
        return found

    def get_queryset(self) -> QuerySet[Any]:
        return AssignmentRule.objects.all()
