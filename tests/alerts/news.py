"""Makers of news, and what became of them."""

import datetime as dt
from itertools import count
from typing import Any

from django.utils import timezone

from procurement.alerts.events import Happening
from procurement.alerts.models import Delivery, Notice, Subscription
from procurement.alerts.routing import route_news
from procurement.delivery.composing import compose
from procurement.programs.models import Program

_numbers = count(1)
SECOND = dt.timedelta(seconds=1)


def changed(program: Program, before: str = "active", after: str = "suspended", **more: Any) -> Happening:
    """A program's status became another."""
    number = next(_numbers)
    given: dict[str, Any] = {"event": "status.changed", "origin_table": "t", "origin_id": number}
    given |= {"happened_at": timezone.now() + number * dt.timedelta(microseconds=1)}
    given |= {"summary": f"{program.name} is now {after}", "facts": {"before": before, "after": after}}
    return Happening(**given | {"program_id": program.pk, "programs": frozenset({program.pk})} | more)


def flagged(program: Program, severity: str = "low", **more: Any) -> Happening:
    """A flag of a program opened."""
    facts = {"flag": 1, "rule": "r", "severity": severity}
    return changed(program, event="flag.opened", rule="r", severity=severity, facts=facts, **more)


def tell(*happenings: Happening, at: dt.datetime) -> int:
    """Route news at a moment; how many messages that makes."""
    return route_news(happenings, now=at).messages


def messages(subscription: Subscription | None = None) -> list[list[str]]:
    """What each message says, the first message first."""
    rows = Delivery.objects.order_by("pk")
    rows = rows if subscription is None else rows.filter(subscription=subscription)
    return [[alert["summary"] for alert in compose(row).alerts] for row in rows]


def waiting() -> int:
    """How many notices are in no message yet."""
    return Notice.objects.waiting().count()
