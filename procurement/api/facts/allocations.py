"""Which programs contracts belong to, by shares, from days on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http.fields import Day, Part
from procurement.api.http.filtering import Code, Filter
from procurement.api.http.inline import ProgramField
from procurement.api.http.shapes import FactShape, Share
from procurement.common.errors import Refused
from procurement.contracts.allocating import change_end, ending
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.recording import allocations
from procurement.sources.appending import Recorded
from procurement.sources.recording import Amending


class AllocationShape(FactShape):
    """From a date, this share of the contract belongs to this program."""

    contract = serializers.IntegerField(source="contract_id")
    program = serializers.CharField(source="program__code")
    share = Share()


class EndedAllocationShape(AllocationShape):
    """An allocation as it is answered where its last day was given."""

    ended_by = AllocationShape(
        required=False, help_text="where `to` was given: the share of zero that holds from the next day on"
    )


class AllocationBody(ContractFactBody):
    """An allocation as it is posted; `to` is its last day, after which the share is zero."""

    program = ProgramField()
    share = Part(required=False)
    to = Day(required=False, allow_null=True)


class Allocations(Facts):
    """Allocations of contracts to programs."""

    model = ProgramAllocation
    recorder = allocations
    shape = AllocationShape
    body = AllocationBody
    answers: ClassVar[Mapping[str, type[Any]]] = {"create": EndedAllocationShape, "correct": EndedAllocationShape}
    filters: ClassVar[Mapping[str, Filter]] = {**CONTRACT_FACT_FILTERS, "program": Code("program")}

    @cached_property
    def ends(self) -> dict[int, int]:
        """The zero shares that this request has recorded, by the allocations that they end."""
        return {}

    def drawn(self, given: Mapping[str, Any]) -> list[Any]:
        """An allocation, after the share of zero that ends it: what is posted of the day after that counts."""
        rows = super().drawn({name: value for name, value in given.items() if name != "to"})
        return rows if given.get("to") is None else [ending(rows[0], given["to"]), *rows]

    def merged(self, recorded: Sequence[Recorded[Any]]) -> Recorded[Any]:
        """An allocation as it was stored, with what is said of its end."""
        *ends, allocation = recorded
        for end in ends:
            self.ends[allocation.fact.pk] = end.fact.pk
            allocation = _with_end(allocation, end)
        return allocation

    def refusal(self, refused: Refused) -> Refused:
        """What is wrong with an allocation that ends is said of its fields, and what is wrong with its end of `to`."""
        found: dict[str, list[str]] = {}
        for name, said in refused.errors.items():
            place, _, field = name.partition(".")
            known = found.setdefault({"0": "to", "1": field}.get(place, name), [])
            known += [each for each in said if each not in known]
        refused.errors = found
        return refused

    def corrected(self, fact: Any, amending: Amending, values: dict[str, Any]) -> Recorded[Any]:
        """Correct an allocation, its last day, or both."""
        if "to" not in values:
            return super().corrected(fact, amending, values)
        to = values.pop("to")
        corrected = super().corrected(fact, amending, values) if values else Recorded(fact)
        end = change_end(corrected.fact, amending, to)
        if end is None:
            return corrected
        self.ends[corrected.fact.pk] = end.fact.pk
        return _with_end(corrected, end)

    def _answers(self, posted: Sequence[Recorded[Any]]) -> list[dict[str, Any]]:
        answers = super()._answers(posted)
        ends = [pk for each in posted if (pk := self.ends.get(each.fact.pk)) is not None]
        if not ends:
            return answers
        rows = self.shaped(list(self.with_columns(self.rows()).filter(pk__in=ends)))
        found = {row["id"]: row for row in rows}
        return [
            answer | ({"ended_by": found[pk]} if (pk := self.ends.get(answer["id"])) is not None else {})
            for answer in answers
        ]


def _with_end(posted: Recorded[Any], end: Recorded[Any]) -> Recorded[Any]:
    warnings = (*posted.warnings, *(f"to: {said}" for said in end.warnings))
    return replace(posted, created=posted.created or end.created, warnings=warnings)
