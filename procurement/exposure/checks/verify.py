"""Verifying on live data what must always hold (DESIGN.md section 5), and that what is kept says what the ledger says.

All is read in one REPEATABLE READ transaction, so of one moment, also while facts are posted and refreshed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, localcontext
from functools import cache, partial
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import F, Q, Sum

from procurement.common.dates import Asked
from procurement.exposure.answering import Answer, Question, answer, answer_from_ledger, answer_from_mirror
from procurement.exposure.checks.comparing import lines_against_facts, totals_against_lines
from procurement.exposure.checks.sampling import FEW, Sample, Sizes
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.refreshing import kept_parameters
from procurement.exposure.kept.statements import KEPT, OF_PROGRAMS
from procurement.exposure.line_columns import AMOUNTS
from procurement.exposure.organizations import GROUP
from procurement.exposure.rows import DIGITS, Row
from procurement.exposure.snapshot import one_moment
from procurement.exposure.valuing import value_contracts
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import fact_models, rows_of

#: Of one check so many differences are reported.
MOST = 20
#: Contracts whose days are valued in one statement.
CHUNK = 500
#: Questions that are asked of the mirror.
MIRRORED = 5
#: What must be alike in a row and in the one that takes it back, where a table has it.
ALIKE = ("effective_on", "effective_precision", "contract_id", "program_id", "measure", "organization_id")
ZERO = Decimal(0)
USUAL = Sizes()


@dataclass(frozen=True)
class Difference:
    """Where two figures that must be equal are not."""

    question: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Check:
    """One thing that must hold: in how many cases it was looked at, and where it does not."""

    name: str
    cases: int
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a verification found."""

    seed: int
    checks: tuple[Check, ...]

    @property
    def is_good(self) -> bool:
        """Whether everything held."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that found a difference."""
        return tuple(check for check in self.checks if check.differences)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {"seed": self.seed, "good": self.is_good, "checks": [asdict(check) for check in self.checks]}


@dataclass(frozen=True)
class Case:
    """One comparison; `ours` is what is kept or answered, `theirs` what it must be."""

    question: str
    ours: Any
    theirs: Any
    #: for how many cases it stands
    times: int = 1

    @property
    def difference(self) -> Difference | None:
        """What differs, if anything."""
        return None if self.ours == self.theirs else Difference(self.question, str(self.ours), str(self.theirs))


Progress = Callable[[Check], None]


def verify(*, seed: int, sizes: Sizes = USUAL, whole: bool = False, progress: Progress = lambda _check: None) -> Report:
    """Look at everything that must hold, at a sample drawn by the seed; with `whole`, at the whole ledger once as well.

    Reads only, so it may be killed and repeated. Must not run in a transaction. A rebuild waits with its change of
    tables until this has ended.
    """
    checks: list[Check] = []
    with one_moment(), localcontext() as context:
        context.prec = DIGITS
        sample = Sample(seed, sizes)
        for name, cases in _checks(sample, whole=whole).items():
            checks.append(_checked(name, cases()))
            progress(checks[-1])
    return Report(seed, tuple(checks))


def _checks(sample: Sample, *, whole: bool) -> Mapping[str, Callable[[], Iterator[Case]]]:
    """What is looked at, in the order of the report."""
    kept = cache(partial(_kept_answers, sample))  # asked once, for two of them
    return {
        "a reversal restores every figure": _reversals,
        "totals are the sums of lines": _totals,
        "lines are what the facts say": partial(_lines, sample),
        "answers are what the ledger says": partial(_answers, sample),
        **({"answers are what the whole ledger says": partial(_whole, sample)} if whole else {}),
        "committed + paid_uncommitted = paid + outstanding + unaccounted": lambda: _parts(kept()),
        "no count is negative": lambda: _counts(kept()),
        "groups sum to the total": lambda: _groups(kept()),
        "what is owed changes by what is committed less what is paid": partial(_growth, sample),
        "re-homing changes no total": partial(_rehomings, sample),
        "the mirror says what the ledger says": partial(_mirrored, sample),
    }


def _checked(name: str, cases: Iterable[Case]) -> Check:
    count = 0
    differences: list[Difference] = []
    for case in cases:
        count += case.times
        found = case.difference
        if found is not None and len(differences) < MOST:
            differences.append(found)
    return Check(name, count, tuple(differences))


# what is kept


def _compared(text: str, values: Mapping[str, Any], about: str) -> Iterator[Case]:
    """The cases of a comparing statement: those that differ, and for all others that they do not."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows = cursor.fetchall()
    differing = [Case(f"{what}{about}", ours, theirs) for _, what, ours, theirs in rows if what is not None]
    yield from differing
    yield Case("all others", None, None, times=rows[0][0] - len(differing))


def _totals() -> Iterator[Case]:
    for dimension in Total.Dimension:
        yield from _compared(totals_against_lines(int(dimension)), {}, "")


def _lines(sample: Sample) -> Iterator[Case]:
    known = sample.known_contracts
    for start in range(0, len(known), CHUNK):
        yield from _compared(lines_against_facts(), kept_parameters(known[start : start + CHUNK]), "")


# answers


def _answers(sample: Sample) -> Iterator[Case]:
    for question in sample.questions():
        yield from _against_ledger(question)


def _whole(sample: Sample) -> Iterator[Case]:
    yield from _against_ledger(Question(Asked(sample.random.choice(sample.days)), ("program",)))


def _mirrored(sample: Sample) -> Iterator[Case]:
    """Some questions, as of what was public on some day too; none where this host has no mirror."""
    for question in sample.questions()[:MIRRORED]:
        public = replace(question.asked, published_by=sample.random.choice(sample.days))
        for each in (question, replace(question, asked=public)):
            mirrored = answer_from_mirror(each)
            yield from () if mirrored is None else _against_ledger(each, mirrored)


def _against_ledger(question: Question, answered: Answer | None = None) -> Iterator[Case]:
    """The rows of both answers, each by its keys; the usual answer, unless another one is held to the ledger."""
    kept, ledger = answered or answer(question), answer_from_ledger(question)
    for which in ("rows", "totals"):
        ours, theirs = _by_key(getattr(kept, which)), _by_key(getattr(ledger, which))
        for key in sorted({*ours, *theirs}, key=str):
            yield Case(f"{_asked(question)}, {which} {key}", *_differing(ours.get(key), theirs.get(key)))


def _by_key(rows: Iterable[Row]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {(*row.keys.values(), row.currency): _comparable(row) for row in rows}


def _comparable(row: Row) -> dict[str, Any]:
    due = row.next_due
    return {
        "contracts": row.contracts,
        "contracts_without_commitment": row.contracts_without_commitment,
        "disputed": sorted(row.disputed),
        **row.figures,
        **{f"{name} covered": part for name, part in row.covered.items()},
        **{f"{name} unknown": number for name, number in row.uncovered.items()},
        "gross": row.gross,
        **{f"{name} open": number for name, number in row.open_ends.items()},
        **asdict(row.age),
        "next_due": due and (due.due_on.isoformat(), due.amount),
    }


def _differing(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> tuple[Any, Any]:
    """Of two rows what differs."""
    if ours is None or theirs is None:
        return ours, theirs
    names = [name for name in ours if ours[name] != theirs[name]]
    return {name: ours[name] for name in names}, {name: theirs[name] for name in names}


def _asked(question: Question) -> str:
    filters = ", ".join(f"{name}={_listed(given)}" for name, given in question.filters.items())
    return f"as_of {question.asked.as_of}, by {'+'.join(question.group_by) or 'none'}, {filters or 'unfiltered'}"


def _listed(given: Sequence[Any]) -> str:
    return ",".join(map(str, given)) if len(given) <= FEW else f"{len(given)} of the sample"


# figures among themselves


def _kept_answers(sample: Sample) -> list[Answer]:
    """Answers about everything on the kept day, by each grouping, and about some contracts on other days."""
    everything = [Question(Asked(sample.kept_day), (name,)) for name in (*KEPT, *OF_PROGRAMS, GROUP)]
    some = {"contract": sample.contracts}
    several = [Question(Asked(day), ("program", "contract_status"), some) for day in sample.days]
    return [answer(question) for question in (*everything, *several)]


def _rows(answers: Iterable[Answer]) -> Iterator[tuple[str, Row]]:
    for answered in answers:
        for row in (*answered.rows, *answered.totals):
            yield f"{_asked(answered.question)}, {row.keys} {row.currency}", row


def _parts(answers: Iterable[Answer]) -> Iterator[Case]:
    for about, row in _rows(answers):
        sides = (("committed", "paid_uncommitted"), ("paid", "outstanding", "unaccounted"))
        ours, theirs = (sum((row.amounts[name] or ZERO for name in side), ZERO) for side in sides)
        yield Case(about, ours, theirs)


def _counts(answers: Iterable[Answer]) -> Iterator[Case]:
    for about, row in _rows(answers):
        unknown = (*row.uncovered.values(), *row.open_ends.values())
        counts = (row.contracts, row.contracts_without_commitment, row.age.presumed, *unknown)
        yield Case(about, [number for number in counts if number < 0], [])


def _groups(answers: Iterable[Answer]) -> Iterator[Case]:
    for answered in answers:
        if answered.next_offset is None:  # a page is not the whole
            rows = (row for row in answered.rows if row.currency)
            yield Case(_asked(answered.question), _sums(rows), _sums(answered.totals))


def _sums(rows: Iterable[Row]) -> dict[tuple[str | None, str], Decimal]:
    """Every amount by currency; what comes to nothing is left out."""
    found: Counter[tuple[str | None, str]] = Counter()
    for row in rows:
        for name in AMOUNTS:
            found[row.currency, name] += row.amounts[name] or ZERO  # type: ignore[assignment]
    return {key: amount for key, amount in found.items() if amount}  # type: ignore[misc]


def _growth(sample: Sample) -> Iterator[Case]:
    """Between two days, what is owed or unaccounted for grows by what is committed less what is paid of it."""
    some = {"contract": sample.contracts}
    totals = [_sums(answer(Question(Asked(day), (), some)).totals) for day in sample.days]
    for (before, after), days in zip(pairwise(totals), pairwise(sample.days), strict=True):
        for currency in sorted({key[0] or "" for key in (*before, *after)}):
            grown = {name: after.get((currency, name), ZERO) - before.get((currency, name), ZERO) for name in AMOUNTS}
            owed = grown["outstanding"] + grown["unaccounted"]
            more = grown["committed"] - grown["paid"] + grown["paid_uncommitted"]
            yield Case(f"{currency} from {days[0]} to {days[1]}", owed, more)


def _rehomings(sample: Sample) -> Iterator[Case]:
    """On a day of re-homing the shares of a contract and the rest make one, and its total is that of its entries."""
    for contract, day in sample.rehomings:
        about = f"contract {contract} on {day}"
        values = value_contracts(Asked(day), contract_ids=[contract])
        yield Case(f"{about}, shares", sum((value.share for value in values), ZERO), Decimal(1))
        yield Case(f"{about}, negative shares", [value.share for value in values if value.share < 0], [])
        totals = answer(Question(Asked(day), ("program",), {"contract": [contract]})).totals
        entries = LedgerEntry.objects.filter(contract=contract, measure="commitment", effective_on__lte=day)
        committed = entries.aggregate(sum=Sum("amount"))["sum"] or ZERO
        yield Case(f"{about}, committed", sum((row.amounts["committed"] or ZERO for row in totals), ZERO), committed)


def _reversals() -> Iterator[Case]:
    """Every row that takes one back says the opposite of the same thing, and is taken back by none."""
    for model in fact_models():
        reversals = rows_of(model).filter(reverses__isnull=False)
        found = list(reversals.filter(_not_opposite(model)).order_by("pk").values_list("pk", "reverses")[:MOST])
        yield from (Case(f"{model._meta.db_table} {pk}", "not the opposite", reverses) for pk, reverses in found)
        yield Case("all others", None, None, times=reversals.count() - len(found))


def _not_opposite(model: Any) -> Q:
    columns = {field.attname for field in model._meta.concrete_fields}
    unfit = Q(reverses__reverses__isnull=False)
    for name in sorted(columns.intersection(ALIKE)):
        unfit |= ~Q(**{name: F(f"reverses__{name}")}) & ~Q(**{name: None, f"reverses__{name}": None})
    if model is LedgerEntry:
        unfit |= ~Q(amount=-F("reverses__amount"))
    return unfit
