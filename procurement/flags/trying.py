"""Doing something on trial: what it would do to flags is found out, and everything is taken back.

Nothing is left behind: what the act stored, the marks that its facts left and the locks that it took go with the
savepoint, and what it wanted to do after a commit never happens. Only numbers of sequences are used up.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from procurement.flags.evaluation.scope import NOTHING, Scope
from procurement.flags.models import Flag
from procurement.flags.rule import rank
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import Decided, Key, decided

T = TypeVar("T")

#: Flags of more contracts are not tried out: the act's locks are held, and everybody's horizon waits meanwhile.
MOST_CONTRACTS = 1_000
#: How long a statement that evaluates the rules may take.
SECONDS = 4

OPENS, REOPENS, RESOLVES, RISES, FALLS = "opens", "reopens", "resolves", "rises", "falls"
_KINDS: Mapping[str, str] = {"opened": OPENS, "reopened": REOPENS, "resolved": RESOLVES, "escalated": RISES}


@dataclass(frozen=True)
class Foreseen:
    """What would happen to one flag; a severity is empty where there would be, or is, no open flag."""

    kind: str
    rule: str
    program_id: int | None
    contract_id: int | None
    was: str
    becomes: str
    summary: str


@dataclass(frozen=True)
class Trial(Generic[T]):
    """What an act gave, and what it would do to flags: the worst first."""

    outcome: T
    flags: tuple[Foreseen, ...] = ()
    #: of so many contracts flags would have to be evaluated, which are too many; 0 if they were
    too_many: int = 0
    took_too_long: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is known what would happen to flags."""
        return not self.too_many and not self.took_too_long


def try_out(act: Callable[[], T], touches: Callable[[T], Scope], *, day: dt.date) -> Trial[T]:
    """Do an act, see what a screening of that day would do to the flags of what it touches, and take all of it back.

    What a screening would do without the act is not counted. Raises what the act raises. Reads nothing of what people
    may do with flags meanwhile, so it is a forecast.
    """
    with transaction.atomic():
        outcome = act()
        scope = touches(outcome)
        number = len(scope.contracts or ())
        is_small = scope.contracts is not None and number <= MOST_CONTRACTS
        after = _in_time(scope, day) if is_small else None
        transaction.set_rollback(True)
    if not is_small:
        return Trial(outcome, too_many=number)
    before = None if after is None else _in_time(scope, day)
    if after is None or before is None:
        return Trial(outcome, took_too_long=True)
    return Trial(outcome, _differing(before, after))


def _in_time(scope: Scope, day: dt.date) -> Mapping[Key, Decided] | None:
    """What a screening would do, by what the flag is about; None if that takes too long."""
    if scope == NOTHING:
        return {}
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
            found = {each.key: each for each in decided(scope, day, all_rules())}
            transaction.set_rollback(True)  # the settings of this session, too, are as they were
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
    return found


def _differing(before: Mapping[Key, Decided], after: Mapping[Key, Decided]) -> tuple[Foreseen, ...]:
    new = [each for key, each in after.items() if _told(each) and _told(each) != _told(before.get(key))]
    summaries = _summaries([each.stored.id for each in new if each.finding is None and each.stored])
    found = [_foreseen(each, summaries) for each in new]
    return tuple(sorted(found, key=lambda each: (-rank(each.becomes or each.was), each.rule, each.contract_id or 0)))


def _told(each: Decided | None) -> tuple[str, str] | None:
    """What is said of a flag: what happens, and which severity it would have; None where that is nothing."""
    kind = "" if each is None else _kind(each)
    return (kind, each.finding.severity if each and each.finding else "") if kind else None


def _kind(each: Decided) -> str:
    if each.step.kind == "refreshed" and each.stored and each.finding:
        return FALLS if rank(each.finding.severity) < rank(each.stored.severity) else ""
    return _KINDS.get(each.step.kind, "")


def _foreseen(each: Decided, summaries: Mapping[int, str]) -> Foreseen:
    rule, program, contract = each.key
    is_open = each.stored is not None and each.stored.state != Flag.State.RESOLVED
    return Foreseen(
        kind=_kind(each),
        rule=rule,
        program_id=program,
        contract_id=contract,
        was=each.stored.severity if each.stored and is_open else "",
        becomes=each.finding.severity if each.finding else "",
        summary=each.finding.summary if each.finding else summaries.get(each.stored.id if each.stored else 0, ""),
    )


def _summaries(flag_ids: Collection[int]) -> dict[int, str]:
    return dict(Flag.objects.filter(pk__in=flag_ids).values_list("pk", "summary")) if flag_ids else {}
