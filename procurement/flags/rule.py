"""What a rule is, and what it finds. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Any, LiteralString, TypeAlias

from psycopg import sql

LOW, MEDIUM, HIGH = "low", "medium", "high"
SEVERITIES = (LOW, MEDIUM, HIGH)

#: The parameter of a rule's SELECT that is no threshold of its own.
PRESUMED_DAYS = "presumed_days"
#: After so many days without a word a live contract is only presumed to run, unless an administrator says otherwise.
PRESUMED_AFTER = 730

#: Evidence that moves by itself each day: it is kept in a snapshot, and alone is no reason to take a new one.
MOVES_BY_ITSELF = ("as_of", "days_stopped", "days_under_order")


@dataclass(frozen=True)
class Days:
    """A threshold in days, which an administrator may change within its range."""

    name: str
    default: int
    reason: str
    lowest: int = 0
    highest: int = 3650
    unit: str = "days"


@dataclass(frozen=True)
class Percent:
    """A threshold in percent."""

    name: str
    default: Decimal
    reason: str
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(100)
    unit: str = "percent"


@dataclass(frozen=True)
class Money:
    """A threshold in money, one amount for each currency; None where no amount is set for a currency."""

    name: str
    default: Mapping[str, Decimal]
    reason: str
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(10) ** 18
    unit: str = "money per currency"


Threshold = Days | Percent | Money
#: As what the statement takes each kind: a number, or JSON of amounts by currency.
_TYPES: Mapping[type[Threshold], LiteralString] = {Days: "int", Percent: "numeric", Money: "jsonb"}


@dataclass(frozen=True, eq=False)
class Group:
    """Thresholds that belong to no rule alone."""

    code: str
    title: str
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True)
class Limits:
    """The thresholds of one rule in force: the defaults, but for those that were changed (by name).

    Of a threshold in money each currency may be changed alone. `presumed_days` is every rule's.
    """

    changed: Mapping[str, Any] = field(default_factory=dict)
    presumed_days: int = PRESUMED_AFTER

    def days(self, threshold: Days) -> int:
        """A threshold in days."""
        return int(self.changed.get(threshold.name, threshold.default))

    def percent(self, threshold: Percent) -> Decimal:
        """A threshold in percent."""
        return Decimal(self.changed.get(threshold.name, threshold.default))

    def amounts(self, threshold: Money) -> dict[str, Decimal]:
        """A threshold in money, by currency."""
        return {**threshold.default, **self.changed.get(threshold.name, {})}

    def value(self, threshold: Threshold) -> Any:
        """A threshold of any kind: a number, or amounts by currency."""
        if isinstance(threshold, Days):
            return self.days(threshold)
        return self.percent(threshold) if isinstance(threshold, Percent) else self.amounts(threshold)


class Dates(Enum):
    """The dates from which clocks run; `evaluation/clocks.py` says where each is stored."""

    CONTRACT_END = auto()
    HALT = auto()
    DELIVERY_DUE = auto()
    PAYMENT_DUE = auto()
    COMPLETE_THROUGH = auto()
    REPORTED_TOTAL = auto()
    SIGN_OF_LIFE = auto()
    STOP = auto()
    NEWS = auto()


@dataclass(frozen=True)
class Clock:
    """A number of days after or before a date, when a rule's finding may change although no fact was recorded."""

    dates: Dates
    #: None means the days of the presumption
    days: Days | int | None = 0
    before: bool = False
    #: 1 for a condition that begins or ends on the day after
    more: int = 0
    #: whether a finding may begin on that day; if not, the clock only changes or ends findings
    opens: bool = True

    def shift(self, limits: Limits) -> dt.timedelta:
        """The distance of the clock's day from its date."""
        if self.days is None:
            days = limits.presumed_days
        else:
            days = self.days if isinstance(self.days, int) else limits.days(self.days)
        return dt.timedelta(days=(-days if self.before else days) + self.more)


@dataclass(frozen=True)
class Clause:
    """The rule of law or contract that sets a clock or a cap, as it is shown with a flag."""

    reference: str
    says: str
    url: str


@dataclass(frozen=True)
class Parameters:
    """The placeholders under which the statement of all rules takes the thresholds of one rule."""

    rule: str

    def __call__(self, threshold: Threshold) -> sql.Composed:
        """The placeholder of a threshold: days, a number, or JSON of amounts by currency."""
        return self._typed(threshold.name, sql.SQL(_TYPES[type(threshold)]))

    @property
    def presumed_days(self) -> sql.Composed:
        """The placeholder of the days after which a live state is only presumed."""
        return self._typed(PRESUMED_DAYS, sql.SQL("int"))

    def _typed(self, name: str, kind: sql.SQL) -> sql.Composed:
        return sql.SQL("{}::{}").format(sql.Placeholder(self.name(name)), kind)

    def name(self, threshold: str) -> str:
        """The name of a threshold's placeholder."""
        return f"{self.rule.replace('-', '_')}__{threshold}"


#: Makes a rule's SELECT with the placeholders of its thresholds.
Select: TypeAlias = Callable[[Parameters], sql.Composable]


@dataclass(frozen=True)
class Movements:
    """Which payments and commitments a finding has seen, in short."""

    count: int = 0
    latest: int = 0

    def has_more_than(self, seen: "Movements") -> bool:
        """Whether one came that was not seen: there are more, or one was recorded later (others may be taken back)."""
        return self.count > seen.count or self.latest > seen.latest


@dataclass(frozen=True)
class Finding:
    """One program, or contract (under a program, or under none), that meets a rule at a day, and with what evidence."""

    rule: str
    program_id: int | None
    contract_id: int | None
    severity: str
    condition_since: dt.date
    summary: str
    evidence: Mapping[str, Any]
    #: changes when the evidence does, other than by the passing of days
    digest: str
    movements: Movements = Movements()

    @property
    def outstanding(self) -> Decimal | None:
        """What the evidence says is outstanding, if it does."""
        amount = self.evidence.get("outstanding")
        return None if amount is None else Decimal(amount)

    @property
    def key(self) -> tuple[str, int | None, int | None]:
        """What a flag is about; there is one flag for each."""
        return (self.rule, self.program_id, self.contract_id)


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule: which facts meet it, and how that is said.

    `select` makes a SELECT over the tables of `evaluation/tables.py`. Its columns are program_id, contract_id (null:
    about the program), condition_since, severity where it is not always the rule's, movements and latest_movement where
    new movements matter, and whatever the evidence shows. It is handed the placeholders of the rule's thresholds.
    `say` makes the sentence of a row's evidence, before amounts are rounded.
    `clocks` name the days on which its findings may change although no fact was recorded: the sweep evaluates it only
    where a clock struck or something was recorded, and backtests only on those days.
    `each_movement`: it finds things that happened, not a state that lasts, so that one more reopens what somebody
    has acknowledged or resolved.
    """

    code: str
    title: str
    select: Select
    say: Callable[[Mapping[str, Any]], str]
    severity: str = ""
    thresholds: tuple[Threshold, ...] = ()
    clocks: tuple[Clock, ...] = ()
    clauses: tuple[Clause, ...] = ()
    each_movement: bool = False

    @property
    def presumes(self) -> bool:
        """Whether it matters to it after how long a live contract is only presumed to run."""
        return any(clock.days is None for clock in self.clocks)

    @property
    def parameters(self) -> Parameters:
        """The placeholders of its thresholds."""
        return Parameters(self.code)

    @property
    def statement(self) -> sql.Composable:
        """Its SELECT, with those placeholders."""
        return self.select(self.parameters)

    def values(self, limits: Limits) -> dict[str, Any]:
        """The values of those placeholders: numbers, and amounts by currency."""
        name = self.parameters.name
        return {name(PRESUMED_DAYS): limits.presumed_days} | {name(t.name): limits.value(t) for t in self.thresholds}


def rank(severity: str) -> int:
    """Severities in order."""
    return SEVERITIES.index(severity)
