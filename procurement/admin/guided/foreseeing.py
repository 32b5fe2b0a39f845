"""What an act would change, shown before it is saved: it is done on trial, compared, and taken back."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.admin.entering import as_refused
from procurement.admin.guided.comparing import Look, compared
from procurement.admin.guided.flag_changes import flags_table
from procurement.common.errors import Refused, TryAgain
from procurement.contracts.models import ContractFact
from procurement.flags.evaluation.scope import NOTHING, Scope, of_contracts, of_programs
from procurement.flags.trying import Trial, try_out
from procurement.sources.documents import DocumentInput, create_document
from procurement.sources.facts import Fact
from procurement.sources.models import Document


@dataclass(frozen=True)
class Outcome:
    """What an act recorded: the message about it, its facts, and the warnings about them."""

    said: Any
    facts: Sequence[Fact] = ()
    warnings: Sequence[str] = ()
    #: contracts that were edited or made
    edited: Collection[int] = field(default_factory=tuple)

    @property
    def contracts(self) -> frozenset[int]:
        """The contracts that it is about."""
        return frozenset((*_ids(self.facts, "contract_id"), *self.edited))

    @property
    def programs(self) -> frozenset[int]:
        """The programs that facts of it are about without a contract."""
        return frozenset(_ids((each for each in self.facts if not isinstance(each, ContractFact)), "program_id"))


def _ids(facts: Iterable[Fact], name: str) -> list[int]:
    return [pk for each in facts if (pk := getattr(each, name, None)) is not None]


def scope_of(outcome: Outcome) -> Scope:
    """Whose flags an act may change: those of its contracts, and of its programs with all that belongs to them."""
    programs = of_programs(outcome.programs) if outcome.programs else NOTHING
    return (of_contracts(outcome.contracts) if outcome.contracts else NOTHING) | programs


def foresee(act: Callable[[], Outcome], *, day: dt.date | None) -> dict[str, Any]:
    """What an act would change by its day, or today if that is later; or what is wrong with it. Stores nothing."""
    today = timezone.localdate()
    as_of = max(day or today, today)

    def tried() -> tuple[Outcome, Look]:
        outcome = act()
        return outcome, Look.at(as_of, outcome.contracts, outcome.programs)

    try:
        trial = try_out(tried, lambda found: scope_of(found[0]), day=as_of)
    except (Refused, TryAgain, IntegrityError) as error:
        return {"faults": _faults(as_refused(error))}
    outcome, after = trial.outcome
    before = Look.at(as_of, outcome.contracts, outcome.programs)
    return {
        "day": as_of,
        "is_later": as_of > today,
        "comparisons": compared(before, after),
        "warnings": list(dict.fromkeys(outcome.warnings)),
        "flags": flags_table(trial.flags) if trial.flags else None,
        "flags_unknown": why_unknown(trial),
    }


def why_unknown(trial: Trial[Any]) -> str:
    """Why nothing is said about flags; nothing if it is."""
    if trial.too_many:
        said = _("Flags were not tried out: %(number)s contracts are concerned, which are too many for a preview.")
        return said % {"number": f"{trial.too_many:,}"}
    return _("Flags were not tried out: it would take too long.") if trial.took_too_long else ""


def _faults(refused: Refused) -> list[str]:
    return [f"{name}: {each}" if name else each for name, said in refused.errors.items() for each in said]


def with_source(given: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a form that is still being filled in: where the source is missing, one that stands for it.

    To be called on trial only.
    """
    return {**given, "source": given.get("source") or stand_in()}


def stand_in() -> Document:
    """A source that is taken back with the trial for which it stands in."""
    return create_document(DocumentInput(title=_("not named yet")))
