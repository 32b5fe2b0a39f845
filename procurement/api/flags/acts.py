"""What people do with flags through the API: the request bodies, and the outcome for each of many flags."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from procurement.api.http.fields import Body, Day, Text, Whole
from procurement.api.http.filtering import LARGEST_ID
from procurement.api.http.openapi import Problem
from procurement.api.http.problems import document, problem
from procurement.flags import lifecycle
from procurement.flags.models import Flag

#: How many flags one request may name.
MOST = 1000


class ReasonBody(Body):
    """Why something is done with a flag."""

    reason = Text(required=False)


class AcknowledgeBody(ReasonBody):
    """Optionally a reason and an owner."""

    owner = Text(required=False)


class AcceptBody(ReasonBody):
    """The owner, the last day and the reason of an acceptance."""

    owner = Text(required=False)
    until = Day(required=False, allow_null=True)
    accepted_until = Day(required=False, allow_null=True)


class Flags(serializers.ListField):
    """Ids of flags."""

    def __init__(self, **more: Any) -> None:
        child = Whole(min_value=1, max_value=LARGEST_ID)
        super().__init__(child=child, allow_empty=False, max_length=MOST, **more)


class AcknowledgeAllBody(AcknowledgeBody):
    """The flags to acknowledge, optionally with a reason and an owner."""

    flags = Flags()


class AcceptAllBody(AcceptBody):
    """The flags to accept, with the owner, the last day and the reason."""

    flags = Flags()


class OutcomeShape(serializers.Serializer[Any]):
    """The outcome for one flag: done, or the problem."""

    flag = serializers.IntegerField()
    done = serializers.BooleanField()
    problem = Problem(allow_null=True)


class OutcomesShape(serializers.Serializer[Any]):
    """The outcome for each flag, in the order of the request."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = OutcomeShape(many=True)


def accept(flag_id: int, *, accepted_until: Any = None, until: Any = None, **given: Any) -> Flag:
    """Accept a flag until a day; the day may have either field name."""
    return lifecycle.accept(flag_id, until=until or accepted_until, today=timezone.localdate(), **given)


def accept_all(
    flag_ids: list[int], *, accepted_until: Any = None, until: Any = None, **given: Any
) -> lifecycle.Outcomes:
    """Accept many flags until a day; the day may have either field name."""
    return lifecycle.accept_all(flag_ids, until=until or accepted_until, today=timezone.localdate(), **given)


def answered(flag_ids: Iterable[int], outcomes: lifecycle.Outcomes) -> dict[str, Any]:
    """The outcomes as they are answered; a flag named twice appears once."""
    results = list(_told(dict.fromkeys(flag_ids), outcomes))
    done = sum(each["done"] for each in results)
    return {"done": done, "refused": len(results) - done, "results": results}


def _told(flag_ids: Iterable[int], outcomes: lifecycle.Outcomes) -> Iterator[dict[str, Any]]:
    for pk in flag_ids:
        said = None
        if pk in outcomes.refused:
            said = problem(outcomes.refused[pk])[0]
        elif pk not in outcomes.done:
            said = document(HTTPStatus.NOT_FOUND, "Nothing was changed.", {"flag": [f"no flag has the id {pk}"]})
        yield {"flag": pk, "done": said is None, "problem": said}
