"""Plans: what is read for a question, from where, and with which values, decided once. `reading.py` runs them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from procurement.common.dates import Asked
from procurement.exposure.kept.answers import Wanted
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.statements import KEPT, OF_PROGRAMS, Reading
from procurement.exposure.kept.waiting import Filters
from procurement.exposure.organizations import GROUP, asks_of_organizations, group_parameters, widened
from procurement.exposure.questions import Question
from procurement.exposure.ranking import MOST
from procurement.exposure.sql.grouping import NO_KEYS
from procurement.parties.linking import Bodies
from procurement.parties.reading import bodies_at

#: More rows than there can be.
EVERY = 2**40


@dataclass(frozen=True)
class Plan:
    """How one question is answered; what is kept comes first, and where it is of no use the facts."""

    question: Question
    asked: Asked
    filters: Filters
    #: the keys of a row
    own: tuple[str, ...]
    #: the first row that is read: of all rows where some may merge
    offset: int
    #: what statements over lines take beside dates and standings: accepted values, and from which row on how many
    values: dict[str, Any]
    #: the kept totals that have the answer; None where kept lines are summed
    totals: Wanted | None
    #: the plan of the totals, where they are not summed up with the rows
    beside: "Plan | None" = None


def planned(question: Question) -> Plan:
    """Decide how a question is answered. One query, where it asks of organizations: which are one, and their groups."""
    asked = question.asked
    asks = asks_of_organizations(question.group_by, question.filters)
    return planned_with(question, bodies_at(asked) if asks else Bodies())


def planned_with(question: Question, bodies: Bodies) -> Plan:
    """The same with what is known of organizations.

    A contract has one currency, so rows by contract never merge when they are converted.
    """
    own, filters = tuple(name for name in question.group_by if name not in NO_KEYS), widened(question.filters, bodies)
    merges = question.currency is not None and "contract" not in own
    offset, limit = (0, EVERY) if merges else (question.offset, question.limit + 1)
    if question.ranking is not None:
        offset, limit = 0, MOST + 1  # any of them may be the first
    totals = reading_for(own, filters)
    if totals is not None and totals.groups and not bodies.tops:
        totals = replace(totals, groups=False)  # each supplier is a group of its own
    values = {name: list(given) for name, given in filters.items()}
    if GROUP in own:
        values |= group_parameters([question.asked.as_of], [bodies])
    return Plan(
        question=question,
        asked=question.asked,
        filters=filters,
        own=own,
        offset=offset,
        values=values | {"offset": offset, "limit": limit, "beyond": question.beyond or 0},
        totals=None if totals is None else Wanted(totals, question.asked, own, filters, values, offset, limit),
        beside=planned_with(replace(question, group_by=(), currency=None, ranking=None, offset=0, beyond=None), bodies)
        if totals is None and totals_apart(own, filters)
        else None,
    )


def totals_apart(own: Sequence[str], filters: Filters) -> bool:
    """Whether rows of lines are read without their totals: these are kept, or rows are made of a page's lines alone."""
    return tuple(own) == ("contract",) or (bool(own) and reading_for((), filters) is not None)


def reading_for(own: Sequence[str], filters: Filters) -> Reading | None:
    """What to read of the totals to answer a grouping with filters; None when they cannot.

    Counts of contracts add up over keys of contracts, but not over programs; and a supplier filter matches parties that
    are not the lead.
    """
    if len(own) > 1 or len(filters) > 1:
        return None
    if filters:
        ((name, accepted),) = filters.items()
        alone = name in KEPT and name != "supplier" and (name != "program" or len(set(accepted)) == 1)
        return Reading(KEPT[name], tuple(accepted)) if alone and set(own) <= {name} else None
    if not own:
        return Reading(Total.Dimension.ALL)
    if own[0] == GROUP:
        return Reading(Total.Dimension.SUPPLIER, groups=True)
    if own[0] in OF_PROGRAMS:
        return Reading(Total.Dimension.PROGRAM, label=own[0])
    return Reading(KEPT[own[0]]) if own[0] in KEPT else None
