"""Composing messages from their alerts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.template.loader import render_to_string

from procurement.alerts.models import Alert, Delivery
from procurement.common.money import in_full
from procurement.delivery.message import Message
from procurement.delivery.unsubscribing import SALT

#: A subject is one line; mail programs show about this much of it.
SUBJECT_LENGTH = 180
PREFIX = "[Procurement tracker]"


def compose(delivery: Delivery) -> Message:
    """The message of a delivery: what happened, how the program stands, what is owed, and where to look."""
    alerts = list(Alert.objects.filter(notices__delivery=delivery).order_by("happened_at", "id"))
    context = {
        "subscription": delivery.subscription,
        "is_digest": delivery.digest_until is not None,
        "until": delivery.digest_until,
        "news": [shown(alert) for alert in alerts if not alert.late],
        "late": [shown(alert) for alert in alerts if alert.late],
        "public_url": settings.PUBLIC_URL,
        "unsubscribe_url": unsubscribe_url(delivery.subscription_id),
    }
    return Message(
        message_id=delivery.message_id,
        subject=subject_of(delivery, alerts),
        text=render_to_string("procurement/mail/message.txt", context),
        alerts=tuple({"id": alert.pk, "summary": alert.summary, **alert.payload} for alert in alerts),
        kind="digest" if delivery.digest_until is not None else "alerts",
        sequence=delivery.sequence,
        created_at=delivery.created_at,
        subscription_id=delivery.subscription_id,
        unsubscribe_url=unsubscribe_url(delivery.subscription_id),
    )


def unsubscribe_url(subscription_id: int) -> str:
    """The address of the page that switches a subscription off. It does not expire: a mail may be read years later."""
    return f"{settings.PUBLIC_URL}/en/unsubscribe/{Signer(salt=SALT).sign(str(subscription_id))}/"


def subject_of(delivery: Delivery, alerts: list[Alert]) -> str:
    """One line: what happened, or how many things did. Strips line breaks, so that it cannot inject mail headers."""
    said = [alert.summary for alert in alerts]
    if delivery.digest_until is not None:
        line = f"{delivery.subscription.name}: {len(said)} in this digest"
    else:
        line = said[0] if len(said) == 1 else f"{said[0] if said else 'nothing'} (and {len(said) - 1} more)"
    return one_line(f"{PREFIX} {line}")


def one_line(text: str) -> str:
    """Text on one line, without control characters, cut where it is too long."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= SUBJECT_LENGTH else flat[: SUBJECT_LENGTH - 1] + "…"


def shown(alert: Alert) -> dict[str, Any]:
    """The values that a template shows of an alert."""
    return {
        "summary": alert.summary,
        "event": alert.event,
        "happened_at": alert.happened_at,
        "standing": standing(alert.payload.get("program") or {}),
        "owed": list(owed(alert.payload)),
        **{name: alert.payload.get(name) for name in ("program", "contract", "source", "term", "quotation", "speaker")},
    }


def standing(program: dict[str, Any]) -> str:
    """A program's standing in words; older alerts, which lack the words, are described from their parts."""
    plain = f"{program['status']} since {program.get('status_since')}" if program.get("status") else "no decision known"
    dispute = program.get("dispute") or ("disputed" if program.get("disputed") else "")
    return ", ".join(filter(None, (program.get("standing") or plain, dispute)))


def owed(payload: Mapping[str, Any]) -> Iterator[str]:
    """What is owed, each sum named for what it is of: a contract, a program's share of it, a program's contracts."""
    share = payload.get("share")
    whole = "" if payload.get("contract") else " under all its contracts"
    yield from _amounts(payload, " under the whole contract" if share else whole)
    if share:
        yield from _amounts(share, f" in the program's share of {share['of']}")


def _amounts(given: Mapping[str, Any], of_what: str) -> Iterator[str]:
    for each in given.get("outstanding", ()):
        yield f"Outstanding{of_what}: {in_full(Decimal(each['amount']), each['currency'])}"
    for each in given.get("unaccounted", ()):
        amount = in_full(Decimal(each["amount"]), each["currency"])
        yield f"Unaccounted for{of_what}: {amount} (it is not known what was paid)"
