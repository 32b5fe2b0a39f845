"""Screening: evaluating the rules and keeping the stored flags in step. And backtests, which store nothing."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.dates import Asked
from procurement.contracts.models import ProgramAllocation
from procurement.flags.decide import Step, Stored, decide
from procurement.flags.evaluation.evaluate import MOST_READ, differences, differing, evaluate
from procurement.flags.evaluation.scope import EVERYTHING, Scope, of_programs
from procurement.flags.models import Flag, FlagEvent, SweptRule
from procurement.flags.rule import Finding, Limits, Rule
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.screening.marks import look_again
from procurement.flags.screening.store import Change, store
from procurement.flags.thresholds.values import limits_in_force

log = logging.getLogger(__name__)

#: How many contracts a sweep takes into one transaction: few enough that nobody waits long for its locks.
CHUNK = 500
#: Of more contracts than so many times those of one plan, what is kept is read.
MOST_PARTS = 20
#: So many locks guard flags, by the numbers of their programs and contracts. A few hundred in all, because every
#: session's locks share one table of the server's, and a sweep may take all of them.
PROGRAM_LOCKS, CONTRACT_LOCKS = 256, 64

Key = tuple[str, int | None, int | None]
Where = Scope | Collection[int] | None
History = Callable[[Flag], bool]

#: A contract's fact waits for every program that the contract ever belonged to. One that only waits for the day on
#: which it takes effect has changed nothing yet. Marks are no news and no history.
WAITING = """
WITH waiting AS (
    SELECT program_id, contract_id, historical FROM procurement_recheck
     WHERE not_before IS NULL OR not_before <= now() OR failures > 0
    UNION ALL
    SELECT CASE WHEN kind <> 'contract' THEN key END, CASE WHEN kind = 'contract' THEN key END, NULL
      FROM procurement_screeningmark WHERE kind <> 'organization'
    UNION ALL
    SELECT s.program_id, NULL, NULL
      FROM procurement_screeningmark m JOIN procurement_statuschange s ON s.organization_id = m.key
     WHERE m.kind = 'organization'
), reached AS (
    SELECT program_id, NULL::bigint AS contract_id, historical FROM waiting
     WHERE program_id = ANY (%(programs)s::bigint[])
    UNION ALL
    SELECT a.program_id, NULL, w.historical FROM waiting w JOIN procurement_programallocation a USING (contract_id)
     WHERE a.program_id = ANY (%(programs)s::bigint[])
    UNION ALL
    SELECT NULL, contract_id, historical FROM waiting WHERE contract_id = ANY (%(contracts)s::bigint[])
)
SELECT program_id, contract_id, COALESCE(bool_and(historical), false) FROM reached GROUP BY program_id, contract_id
"""


@dataclass(frozen=True)
class Decided:
    """What is to be done to one flag, stored or new, because of what is found now."""

    stored: Stored | None
    finding: Finding | None
    step: Step

    @property
    def key(self) -> Key:
        """What the flag is about."""
        return self.finding.key if self.finding else self.stored.key if self.stored else ("", None, None)


@dataclass(frozen=True)
class Screened:
    """What happened to flags, and which of them changed although nothing waited that could have changed them."""

    events: list[FlagEvent]
    unexplained: list[Flag]

    @property
    def kinds(self) -> Counter[str]:
        """How many events there were of each kind."""
        return Counter(event.kind for event in self.events)

    def __add__(self, other: "Screened") -> "Screened":
        return Screened(self.events + other.events, self.unexplained + other.unexplained)


def backtest(
    asked: Asked,
    *,
    program_ids: Collection[int] | None = None,
    rules: Collection[str] | None = None,
    limits: dict[str, Limits] | None = None,
) -> list[Finding]:
    """The flags that would be open at the asked dates, by program, rule and contract. Raises Refused.

    What people did is ignored: a flag that was acknowledged, accepted or resolved by hand is found all the same.
    Thresholds are those in force, as they were recorded by then.
    """
    chosen = rules_named(rules)
    scope = EVERYTHING if program_ids is None else of_programs(program_ids)
    found = evaluate(asked, scope, chosen, limits_in_force(asked.recorded_by) if limits is None else limits)
    return [each for each in found if program_ids is None or each.program_id in set(program_ids)]


@transaction.atomic
def screen(
    where: Where,
    *,
    today: dt.date,
    historical: bool | Collection[int] | History = False,
    rules: Sequence[Rule] | None = None,
) -> list[FlagEvent]:
    """Bring the flags of a scope (of programs, of everything) in step with the facts; returns what happened to them.

    `historical` says which events come from facts of history: all, those of the programs named, or as a function says.
    With `rules` only their flags are looked at. In the caller's transaction, or its own. Safe to repeat: a finding that
    is stored already changes nothing. Safe to race: locks on programs and contracts, taken in sorted order before
    anything is read, make two workers take turns, and the second reads what the first committed. A caller that screens
    twice in one transaction should do it in one call. The number of queries does not depend on the scope.
    """
    changes, is_history = _changes(_scope(where), today, rules), _history(historical)
    return store(changes, as_of=today, historical=[is_history(change.flag) for change in changes])


def screen_all(
    today: dt.date, *, within: Scope = EVERYTHING, rules: Sequence[Rule] | None = None, is_history: bool = False
) -> Screened:
    """Screen everything, or a large scope: look first, and change only what differs.

    First one statement looks, without a lock, where flags and findings differ; then that is screened, a transaction for
    some contracts at a time, so it must not run inside one. Safe to repeat, to break off, and to run beside another.
    """
    limits = limits_in_force()
    about = [
        each
        for part in _read_at_once(within)
        for each in differing(Asked(as_of=today), part, rules or all_rules(), limits)
    ]
    found = Screened([], [])
    for scope in _in_chunks(about):
        found += screen_unasked(scope, today, rules=rules, is_history=is_history)
    log.info("flags swept", extra={"differing": len(about), "events": len(found.events)})
    return found


def _read_at_once(scope: Scope) -> list[Scope]:
    """A scope in parts that are each read from the ledger with one plan; itself where it is too large for that."""
    if scope.programs is None or scope.contracts is None or len(scope.contracts) > MOST_PARTS * MOST_READ:
        return [scope]
    contracts = sorted(scope.contracts)
    parts = [frozenset(contracts[i : i + MOST_READ]) for i in range(0, len(contracts), MOST_READ)]
    return [Scope(scope.programs, frozenset()), *(Scope(frozenset(), part) for part in parts)]


def _in_chunks(about: Iterable[tuple[int | None, int | None]]) -> list[Scope]:
    contracts = sorted({contract for _, contract in about if contract is not None})
    programs = sorted({program for program, contract in about if contract is None and program is not None})
    starts = range(0, max(len(contracts), len(programs)), CHUNK)
    return [Scope(frozenset(programs[i : i + CHUNK]), frozenset(contracts[i : i + CHUNK])) for i in starts]


@transaction.atomic
def screen_unasked(
    scope: Scope,
    today: dt.date,
    *,
    known: Collection[int] = frozenset(),
    rules: Sequence[Rule] | None = None,
    is_history: bool = False,
) -> Screened:
    """Screen a scope without a fact that asks for it; what only queued facts of history can have caused is marked so.

    So is what happens to the flags `known` by id, and with `is_history` everything: what it is about is history.
    """
    changes = _changes(scope, today, rules)
    waiting = _waiting([change.flag for change in changes])
    old = [is_history or each.flag.pk in known for each in changes]
    historical = [was or waiting.get(_subject(each.flag), False) for was, each in zip(old, changes, strict=True)]
    events = store(changes, as_of=today, historical=historical)
    return Screened(events, [change.flag for change in changes if _subject(change.flag) not in waiting])


def _subject(flag: Flag) -> tuple[int | None, int | None]:
    """The program of a flag, of one without a program the contract."""
    return (flag.program_id, None) if flag.program_id else (None, flag.contract_id)


def _waiting(flags: Collection[Flag]) -> dict[tuple[int | None, int | None], bool]:
    """The subjects of flags about which something waits to be looked at, and whether that is all marked as history.

    Asked after the facts were gathered: a re-check that was drained since then would have waited for our locks.
    """
    if not flags:
        return {}
    programs = sorted({flag.program_id for flag in flags if flag.program_id is not None})
    contracts = sorted({flag.contract_id for flag in flags if flag.program_id is None and flag.contract_id is not None})
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"programs": programs, "contracts": contracts})
        return {(program, contract): historical for program, contract, historical in cursor.fetchall()}


def _history(said: bool | Collection[int] | History) -> History:  # noqa: FBT001  (as the caller was given it)
    if isinstance(said, Collection):
        return lambda flag: flag.program_id in said
    return said if callable(said) else lambda _flag: said


def _scope(where: Where) -> Scope:
    if where is None:
        return EVERYTHING
    return where if isinstance(where, Scope) else of_programs(where)


def lock_flags(about: Iterable[tuple[int | None, int | None]]) -> None:
    """Take the locks under which flags about these (program, contract) may change, to the end of the transaction.

    A contract's flag is guarded by its contract too: a screening of that contract may not know yet of a program that it
    was allocated to a moment ago.
    """
    lock_keys(key for program, contract in about for key in _locks(program, contract))


def _locks(program: int | None, contract: int | None) -> Iterator[str]:
    if program is not None:
        yield f"flags:program:{program % PROGRAM_LOCKS}"
    if contract is not None:
        yield f"flags:contract:{contract % CONTRACT_LOCKS}"


def lock_scope(scope: Scope) -> None:
    """Take the locks under which flags about a scope may change, to the end of the transaction."""
    if scope.programs is None or scope.contracts is None:
        programs, contracts = {*range(PROGRAM_LOCKS)}, {*range(CONTRACT_LOCKS)}
    else:
        programs = {*scope.programs, *ProgramAllocation.objects.programs_of(scope.contracts)}
        contracts = {*scope.contracts}
    lock_flags([*((program, None) for program in programs), *((None, contract) for contract in contracts)])


def _changes(scope: Scope, today: dt.date, chosen: Sequence[Rule] | None) -> list[Change]:
    """What has to happen to the flags of a scope, decided under their locks."""
    if scope.programs == scope.contracts == frozenset():
        return []
    lock_scope(scope)
    if SweptRule.objects.filter(begun__gt=today).exists():
        look_again(scope)
    steps = decided(scope, today, chosen or all_rules())
    flags = Flag.objects.in_bulk([each.stored.id for each in steps if each.stored is not None])
    return [
        Change(_new(each.key) if each.stored is None else flags[each.stored.id], each.finding, each.step)
        for each in steps
    ]


def decided(scope: Scope, today: dt.date, rules: Sequence[Rule]) -> list[Decided]:
    """What a screening would do to the flags of a scope. Stores nothing, and takes no lock."""
    each_movement = {rule.code: rule.each_movement for rule in rules}
    found = []
    for stored, finding in differences(Asked(as_of=today), scope, rules, limits_in_force()):
        code = finding.rule if finding else stored.key[0] if stored else ""
        step = decide(stored, finding, each_movement=each_movement.get(code, False), today=today)
        if step is not None:
            found.append(Decided(stored, finding, step))
    return found


def _new(key: Key) -> Flag:
    rule, program, contract = key
    return Flag(rule=rule, program_id=program, contract_id=contract)
