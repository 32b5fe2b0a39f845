"""Lists of facts: stored all or none, or each row by itself."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError

from procurement.api.http.fields import read_ahead
from procurement.api.http.parsing import faults_by_path
from procurement.api.http.problems import flattened, problem
from procurement.api.http.warnings import warnings_of
from procurement.common.errors import Conflict, Refused
from procurement.sources.appending import Recorded
from procurement.sources.long_lists import Outcome, record_long

MOST_ROWS = 1000
#: The name of an error that is about a whole row.
WHOLE = "body"


def refuse_bad_length(rows: Sequence[Any]) -> None:
    """Raise ValidationError for a list that is too long or empty."""
    if len(rows) > MOST_ROWS:
        raise ValidationError({WHOLE: [f"at most {MOST_ROWS} rows in one request"]})
    if not rows:
        raise ValidationError({WHOLE: ["an empty list posts nothing; give at least one row"]})


class FactList:
    """The rows of one request, for one fact table. `resource` is its viewset, with the request."""

    def __init__(self, resource: Any, rows: Sequence[Any]) -> None:
        self.resource, self.rows = resource, rows

    def all_or_none(self) -> list[Recorded[Any]]:
        """Store all rows. Raises Refused, or Conflict if there is nothing else, that names each bad row."""
        outcomes = self._outcomes({})
        refused = {index: each.refused for index, each in enumerate(outcomes) if each.refused}
        if refused:
            raise _refusal(refused)
        return [each.recorded[0] for each in outcomes]  # of each row one: `_outcomes` merged them

    def each(self) -> list[Outcome[Any]]:
        """Store the good rows and say what is wrong with the others, which leave nothing.

        A bad row may have created what it gives inline before it was refused: then all is undone and done again
        without that row.
        """
        faults = ((index, faults_by_path(row)) for index, row in enumerate(self.rows))
        left_out = {index: Refused(found) for index, found in faults if found}
        while True:
            with transaction.atomic():
                outcomes = self._outcomes(left_out)
                undoing = self._refused_with_inline(outcomes, left_out)
                if not undoing:
                    return outcomes
                transaction.set_rollback(True)
            left_out |= undoing

    def _refused_with_inline(
        self, outcomes: Sequence[Outcome[Any]], known: Mapping[int, Refused]
    ) -> dict[int, Refused]:
        stored = {each.fact.pk for outcome in outcomes for each in outcome.recorded if each.created}
        return {
            index: _of_no_row(outcome.refused, stored)
            for index, outcome in enumerate(outcomes)
            if outcome.refused and index not in known and _has_inline(self.rows[index])
        }

    def _outcomes(self, left_out: Mapping[int, Refused]) -> list[Outcome[Any]]:
        """What becomes of each row; the good ones are judged and stored together, as those of any list."""
        read = _Reading(self.resource, self.rows, left_out)
        facts = [drawn for drawn in read.answers if not isinstance(drawn, Refused)]
        posted = (self._merged(each) for each in record_long(self.resource.recorder, facts))
        said = iter(read.warnings)
        return [
            Outcome(refused=each) if isinstance(each, Refused) else _with_warnings(next(posted), next(said))
            for each in read.answers
        ]

    def _merged(self, outcome: Outcome[Any]) -> Outcome[Any]:
        """What became of a row that is several facts."""
        if outcome.refused:
            return Outcome(refused=self.resource.refusal(outcome.refused))
        return Outcome([self.resource.merged(outcome.recorded)])


class _Reading:
    """The facts of each row, or why it has none; with the warnings about those that have."""

    def __init__(self, resource: Any, rows: Sequence[Any], left_out: Mapping[int, Refused]) -> None:
        self.context = resource.get_serializer_context()
        self.body, self.draw = resource.body(context=self.context), resource.drawn
        read_ahead(self.body, [row for index, row in enumerate(rows) if index not in left_out])
        self.warnings: list[Sequence[str]] = []
        self.answers = [left_out.get(index) or self._read(row) for index, row in enumerate(rows)]

    def _read(self, row: Any) -> Any:
        before = len(warnings_of(self.context))
        try:
            facts = self.draw(self.body.run_validation(row))
        except ValidationError as error:
            return Refused(flattened(error.detail))
        except Refused as refused:
            return refused
        self.warnings.append(warnings_of(self.context)[before:])
        return facts


def _has_inline(row: Any) -> bool:
    return isinstance(row, Mapping) and any(isinstance(each, Mapping | list) for each in row.values())


def _of_no_row(refused: Refused, undone: set[int]) -> Refused:
    """The refusal, but for the id of a row that is undone."""
    if isinstance(refused, Conflict) and refused.existing in undone:
        return Conflict(dict.fromkeys(refused.errors, "another row of this list has this key and other content"))
    return refused


def _with_warnings(outcome: Outcome[Any], said: Sequence[str]) -> Outcome[Any]:
    if outcome.refused:
        return outcome
    return Outcome([each.with_warnings((*said, *each.warnings)) for each in outcome.recorded])


def _refusal(refused: Mapping[int, Refused]) -> Refused:
    """One refusal of a whole list: each error under the number of its row."""
    errors = {_at(index, name): said for index, each in refused.items() for name, said in each.errors.items()}
    if not all(isinstance(each, Conflict) for each in refused.values()):
        return Refused(errors)
    existing = [each.existing for each in refused.values() if isinstance(each, Conflict)]
    return Conflict(errors, existing=existing[0] if len(existing) == 1 else None)


def _at(index: int, name: str) -> str:
    return str(index) if name in {"", WHOLE} else f"{index}.{name}"


# the answer to a list whose rows are stored each by itself


def outcome_answers(outcomes: Sequence[Outcome[Any]], stored: Sequence[Any]) -> dict[str, Any]:
    """How many rows were created, were there already, wait for a second person, and were refused; what became of each.

    `stored` are the answers of the rows that are stored, in their order.
    """
    answers = iter(stored)
    results = [_refused(each.refused) if each.refused else _kept(each, next(answers)) for each in outcomes]
    counts = {status: sum(each["status"] == status for each in results) for status in (201, 200, 202)}
    told = {"created": counts[201], "repeated": counts[200], "waiting": counts[202]}
    return {**told, "refused": len(results) - sum(counts.values()), "results": results}


def _kept(outcome: Outcome[Any], answer: Any) -> dict[str, Any]:
    return {"status": int(_status(outcome)), "row": answer, "problem": None}


def _status(outcome: Outcome[Any]) -> HTTPStatus:
    if outcome.recorded[0].draft is not None:
        return HTTPStatus.ACCEPTED
    return HTTPStatus.CREATED if outcome.recorded[0].created else HTTPStatus.OK


def _refused(refused: Refused) -> dict[str, Any]:
    said = problem(refused)[0] | {"detail": "This row was not stored; see errors."}
    return {"status": said["status"], "row": None, "problem": said}
