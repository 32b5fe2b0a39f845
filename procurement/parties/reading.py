"""Reads which organizations are one and which groups they form, at asked dates or as known now."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.utils import timezone

from procurement.common.dates import Asked
from procurement.parties.linking import Bodies, Link, bodies, leading_from
from procurement.parties.models import OrganizationLink
from procurement.sources.facts import PUBLISHED


def bodies_at(asked: Asked) -> Bodies:
    """Which organizations are one, and which groups they form, at the asked dates. One query."""
    return bodies(_links(OrganizationLink.objects.standing(asked)), asked.as_of)


def bodies_now() -> Bodies:
    """The same today, by all that is recorded. One query."""
    return bodies_at(Asked(timezone.localdate()))


def bodies_at_days(days: Sequence[dt.date], asked: Asked) -> list[Bodies]:
    """The same at each of some days in their order, by what was known at the other dates. One query."""
    links = _links(OrganizationLink.objects.standing(replace(asked, as_of=days[-1])))
    turns = {each.effective_on for each in links}
    found = [bodies(links, days[0])]
    for before, day in pairwise(days):
        turned = any(before < turn <= day for turn in turns)
        found.append(bodies(links, day) if turned else found[-1])
    return found


def links_from(organizations: Iterable[int]) -> list[Link]:
    """The links that organizations may lead on by, of those that nothing recorded takes back. One query."""
    return leading_from(_links(OrganizationLink.objects.unreversed()), organizations)


def _links(rows: Any) -> list[Link]:
    columns = ("effective_on", PUBLISHED, "id", "kind", "organization_id", "other_id")
    return [Link(*row) for row in rows.order_by().values_list(*columns)]
