"""What a past would have seen: the turns of flags through a period, each day with what was known on it.

It is the life of the stored flags (`decide.py`) on flags in memory, and nobody acts: each is open or resolved.
Nothing is stored here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from procurement.common.dates import Asked
from procurement.common.prepared_statements import Fetch, fetched, planned_once
from procurement.contracts.models import Contract
from procurement.flags.decide import OPEN, RESOLVED, Stored, decide
from procurement.flags.evaluation.evaluate import evaluate
from procurement.flags.evaluation.scope import EVERYTHING, Scope
from procurement.flags.history.turning_days import turning_days
from procurement.flags.rule import Finding, Limits, Rule

Key = tuple[str, int | None, int | None]

#: What stood already on the eve of the first day, and when nobody looked before.
STANDING = "standing"
ONE_DAY = dt.timedelta(days=1)
#: Over so few contracts one plan serves all days; over more, planning takes little of the time, and a plan made for any
#: values may be a bad one.
FEW = 200


@dataclass(frozen=True)
class Past:
    """A period, and whether each day sees what became public later."""

    first: dt.date
    last: dt.date
    rules: Sequence[Rule]
    #: the thresholds that were changed, by rule
    limits: Mapping[str, Limits] = field(default_factory=dict)
    scope: Scope = EVERYTHING
    #: know on each day also what became public later about it
    hindsight: bool = False
    #: without hindsight: facts of unknown publication count as public from their effective date
    undated: bool = False
    #: look at every day, not only at those on which something can turn
    every_day: bool = False

    def days(self) -> list[dt.date]:
        """The days to look at, in order."""
        if self.every_day:
            return [self.first + dt.timedelta(days=number) for number in range((self.last - self.first).days + 1)]
        return turning_days(self.first, self.last, scope=self.scope, rules=self.rules, limits=self.limits)

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is about what is in scope: contracts of its programs may be others' too."""
        programs = self.scope.programs
        return programs is None or finding.program_id is None or finding.program_id in programs

    def findings(self, day: dt.date, fetch: Fetch) -> list[Finding]:
        """What the rules find on a day."""
        asked = Asked(as_of=day, published_by=None if self.hindsight else day, undated=self.undated)
        found = evaluate(asked, self.scope, self.rules, self.limits, fetch=fetch)
        return [each for each in found if self.covers(each)]


@dataclass(frozen=True)
class Turn:
    """What happened to a flag on a day; of one that is resolved the finding is the last one that it showed."""

    day: dt.date
    kind: str
    reason: str
    finding: Finding


def turns(past: Past, *, eve: bool = False) -> Iterator[Turn]:
    """What happens to flags in a past, in the order of days, and each day by program, rule and contract.

    The first day opens whatever it finds; with `eve`, what stood on the day before is told as standing then, and opens
    nothing. About six queries for each day that is looked at. One at a time, and nothing is kept but each flag as it
    last was; should facts arrive meanwhile, they are seen from then on (exposure/snapshot.py holds one moment).
    """
    flags = Flags(past.rules)
    with planned_once() if _is_small(past.scope) else nullcontext(fetched) as fetch:
        if eve:
            before = past.first - ONE_DAY
            yield from (replace(turn, kind=STANDING) for turn in flags.look(past.findings(before, fetch), before))
        for day in past.days():
            yield from flags.look(past.findings(day, fetch), day)


def _is_small(scope: Scope) -> bool:
    contracts = scope.contracts
    if contracts is None:
        return Contract.objects.order_by()[: FEW + 1].count() <= FEW
    return len(contracts) <= FEW


class Flags:
    """Flags in memory."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.each_movement = {rule.code: rule.each_movement for rule in rules}
        self.stored: dict[Key, Stored] = {}
        self.shown: dict[Key, Finding] = {}

    def look(self, findings: Sequence[Finding], day: dt.date) -> list[Turn]:
        """Bring the flags in step with what is found on a day."""
        found = {finding.key: finding for finding in findings}
        held = {key for key, stored in self.stored.items() if stored.condition_holds}
        turned = (self._turned(key, found.get(key), day) for key in sorted(held | set(found), key=_in_order))
        return [turn for turn in turned if turn is not None]

    def _turned(self, key: Key, finding: Finding | None, day: dt.date) -> Turn | None:
        stored = self.stored.get(key)
        step = decide(stored, finding, each_movement=self.each_movement[key[0]], today=day)
        if step is None:
            return None
        self._keep(key, finding)
        return Turn(day, step.kind, step.reason, self.shown[key])

    def _keep(self, key: Key, finding: Finding | None) -> None:
        """As storing would (screening/store.py), when nobody has acknowledged, accepted or closed anything."""
        if finding is None:
            self.stored[key] = replace(self.stored[key], state=RESOLVED, condition_holds=False)
            return
        self.shown[key] = finding
        self.stored[key] = Stored(
            id=0,
            key=key,
            state=OPEN,
            severity=finding.severity,
            condition_since=finding.condition_since,
            condition_holds=True,
            digest=finding.digest,
            accepted_until=None,
            movements=finding.movements,
        )


def _in_order(key: Key) -> tuple[bool, int, str, int]:
    rule, program, contract = key
    return (program is None, program or 0, rule, contract or 0)
