"""One organization: its names, its group, its money as supplier and as buyer, and what it said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from procurement.cases.records.rows import in_view
from procurement.common.dates import Asked
from procurement.common.withdrawable import recorded_then
from procurement.contracts.models import Contract, ContractParty
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Row
from procurement.exposure.snapshot import one_moment
from procurement.figures.models import ReportedFigure
from procurement.parties.models import Organization, OrganizationIdentifier, OrganizationLink
from procurement.parties.reading import bodies_at
from procurement.programs.models import Program, StatusChange
from procurement.sources.past_view import as_recorded, in_past_view

#: Contracts of which sums by program are made while a reader waits.
MOST_SPLIT = 20_000
#: How many rows of a kind a page shows.
MOST = 100


@dataclass(frozen=True)
class Money:
    """What some contracts come to: in all, and by another key while they are not too many."""

    totals: Sequence[Row]
    #: rows with the program, supplier or country that they are of; None: too many contracts
    split: Sequence[tuple[Any, Row]] | None
    more: bool = False


@dataclass(frozen=True)
class OrganizationCase:
    """What is on record of an organization at the asked dates."""

    organization: Organization
    #: the one that remains of it, where it was merged into another
    remains: Organization | None
    #: those that are merged into it
    also: Sequence[Organization]
    identifiers: Sequence[OrganizationIdentifier]
    #: the links that say so, in view
    links: Sequence[OrganizationLink]
    #: the top of its group, and the others in it
    top: Organization | None
    group: Sequence[Organization]
    as_supplier: Money
    as_group: Money | None
    as_buyer: Money


def organization_on_record(pk: int, asked: Asked) -> Organization | None:
    """An organization that was recorded by then. One query.

    Whether a fact about it is in view is no matter: a group has money by its members alone.
    """
    rows = as_recorded(Organization, asked).filter(pk=pk)
    return rows.first() if asked.recorded_by is None else rows.filter(recorded_then(asked.recorded_by)).first()


def organization_case(organization: Organization, asked: Asked) -> OrganizationCase:
    """All about an organization, as of one moment. Makes the same number of queries for any number of rows."""
    with one_moment():
        bodies, pk = bodies_at(asked), organization.pk
        members = [each for each in bodies.group_of([pk]) if each != bodies.one(pk)]
        named = _named([*bodies.all_of([pk]), *members[:MOST]])
        top = bodies.top(pk)
        return OrganizationCase(
            organization=organization,
            remains=named.get(bodies.one(pk)) if bodies.one(pk) != pk else None,
            also=[named[each] for each in bodies.also.get(pk, ()) if each in named],
            identifiers=_identifiers(bodies.all_of([pk])),
            links=_links(asked, bodies.all_of([pk])),
            top=named.get(top) if members and top != bodies.one(pk) else None,
            group=[named[each] for each in members if each in named],
            as_supplier=_by_program(asked, {"supplier": [pk]}),
            as_group=_by_supplier(asked, pk) if members else None,
            as_buyer=_by_program(asked, {"buyer": [pk]}),
        )


def contracts_supplied(organization: Organization, asked: Asked) -> QuerySet[Contract]:
    """The contracts to which an organization, or one that is one with it, is party in any role."""
    one = bodies_at(asked).all_of([organization.pk])
    parties = ContractParty.objects.standing(asked).filter(organization__in=one).values("contract")
    return as_recorded(Contract, asked).filter(pk__in=parties).order_by("id")


def contracts_bought(organization: Organization, asked: Asked) -> QuerySet[Contract]:
    """The contracts of a buyer."""
    one = bodies_at(asked).all_of([organization.pk])
    return in_past_view(as_recorded(Contract, asked).filter(buyer__in=one), asked).order_by("id")


def rows_of_contracts(contracts: Sequence[Contract], asked: Asked) -> list[tuple[Contract, Row | None]]:
    """Some contracts with what they come to."""
    ids = [each.pk for each in contracts]
    rows = answer(Question(asked, ("contract",), {"contract": ids})).rows if ids else []
    found = {row.keys["contract"]: row for row in rows}
    return [(each, found.get(each.pk)) for each in contracts]


def said_by(organization: Organization, asked: Asked) -> QuerySet[Any]:
    """The decisions and statements of an organization, the latest first."""
    one = bodies_at(asked).all_of([organization.pk])
    rows = in_view(StatusChange, asked, "program", organization__in=one)
    return rows.order_by("-effective_on", "-sequence", "-id")


def figures_of(organization: Organization, asked: Asked) -> QuerySet[Any]:
    """The figures that an organization gave, or that somebody gave about it."""
    one = bodies_at(asked).all_of([organization.pk])
    rows = in_view(ReportedFigure, asked, "program", "contract")
    return rows.filter(Q(speaker_organization__in=one) | Q(organization__in=one)).order_by("-as_of_date", "-id")


def _named(ids: Sequence[int]) -> dict[int, Organization]:
    return Organization.everything.in_bulk(list(ids))


def _identifiers(ids: Sequence[int]) -> list[OrganizationIdentifier]:
    rows = OrganizationIdentifier.objects.filter(organization__in=ids).select_related("organization")
    return list(rows.order_by("scheme", "value")[:MOST])


def _links(asked: Asked, ids: Sequence[int]) -> list[OrganizationLink]:
    rows = in_view(OrganizationLink, asked, "organization", "other")
    return list(rows.filter(Q(organization__in=ids) | Q(other__in=ids))[:MOST])


def _by_program(asked: Asked, filters: Mapping[str, Sequence[Any]]) -> Money:
    return split(asked, filters, "program", Program.everything.in_bulk)


def _by_supplier(asked: Asked, pk: int) -> Money:
    return split(asked, {"supplier_group": [pk]}, "supplier", _named)


def split(asked: Asked, filters: Mapping[str, Sequence[Any]], by: str, named: Any) -> Money:
    """The money of some contracts, in all and by a key; `named` gives what ids stand for."""
    totals = [row for row in answer(Question(asked, (), filters)).rows if row.currency]
    if sum(row.contracts for row in totals) > MOST_SPLIT:
        return Money(totals, None)
    found = answer(Question(asked, (by,), filters, limit=MOST)) if totals else None
    rows = [row for row in found.rows if row.currency] if found else []
    things = named([row.keys[by] for row in rows if row.keys[by] is not None]) if rows else {}
    pairs = [(things.get(row.keys[by]), row) for row in rows]
    return Money(totals, pairs, bool(found and found.next_offset is not None))
