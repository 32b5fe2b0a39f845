"""Composing messages from their alerts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.utils.functional import lazy

from procurement.alerts.between import Told, between
from procurement.alerts.carried import Carried, carried_by
from procurement.alerts.events import NAMES
from procurement.alerts.models import Alert, Delivery
from procurement.common.money import in_full
from procurement.delivery.channels import carriers
from procurement.delivery.figures_in_words import figures_in_words
from procurement.delivery.letters import Letter, rendered, wanted
from procurement.delivery.message import Message
from procurement.delivery.unsubscribing import SALT

#: A subject is one line; mail programs show about this much of it.
SUBJECT_LENGTH = 180
PREFIX = "[Procurement tracker]"
#: What of an alert's payload templates show as it is.
SHOWN = ("program", "contract", "flag", "source", "term", "quotation", "speaker")


def compose(delivery: Delivery) -> Message:
    """The message of a delivery: what happened, how the program stands, what is owed, and where to look."""
    carried = carried_by(delivery)
    alerts = carried.alerts
    changed = changes_of(alerts)
    is_shown = shows_letters(delivery.subscription.channel.kind)
    return Message(
        message_id=delivery.message_id,
        subject=subject_of(delivery, alerts, changed),
        alerts=tuple({"id": alert.pk, "summary": alert.summary, **alert.payload} for alert in alerts),
        kind="digest" if delivery.digest_until is not None else "alerts",
        sequence=delivery.sequence,
        created_at=delivery.created_at,
        subscription_id=delivery.subscription_id,
        subscription_ids=tuple(each.pk for each in carried.subscriptions),
        figures=tuple(delivery.figures or ()),
        unsubscribe_url=unsubscribe_url(delivery.subscription_id),
        text=_written(delivery, carried, changed),
        letter=Letter(context_of(delivery, carried, changed), wanted(alerts)) if is_shown else None,
    )


def changes_of(alerts: Iterable[Alert]) -> list[Any]:
    """What changed several times among the news."""
    news = (each for each in alerts if not each.late)
    return list(between(Told(each.pk, each.event, each.happened_at, each.summary, each.payload) for each in news))


def context_of(delivery: Delivery, carried: Carried, changed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the templates of a message show."""
    is_digest = delivery.digest_until is not None
    listed = set() if is_digest else {pk for each in changed for pk in each["earlier"]}
    news = [alert for alert in carried.alerts if not alert.late]
    return {
        "subscription": delivery.subscription,
        "zone": delivery.subscription.zone,
        "reasons": [
            {"subscription": each, "unsubscribe_url": unsubscribe_url(each.pk)} for each in carried.subscriptions
        ],
        "between": changed,
        "figures": [figures_in_words(each) for each in delivery.figures or ()],
        "sent_before": delivery.sent_before,
        "is_digest": is_digest,
        "until": delivery.digest_until,
        "news": [shown(alert) for alert in news if alert.pk not in listed],
        "late": [shown(alert) for alert in carried.alerts if alert.late],
        "public_url": settings.PUBLIC_URL,
    }


def shows_letters(kind: str) -> bool:
    """Whether channels of a kind show what HTML there is of a message."""
    return getattr(carriers().get(kind), "shows_letters", False)


def _write(delivery: Delivery, carried: Carried, changed: Sequence[Mapping[str, Any]]) -> str:
    return rendered("procurement/mail/message.txt", context_of(delivery, carried, changed))


#: Written when somebody reads it, without the database: what programs are sent has no such text.
_written = lazy(_write, str)


def unsubscribe_url(subscription_id: int) -> str:
    """The address of the page that switches a subscription off. It does not expire: a mail may be read years later."""
    return f"{settings.PUBLIC_URL}/en/unsubscribe/{Signer(salt=SALT).sign(str(subscription_id))}/"


def subject_of(
    delivery: Delivery, alerts: Sequence[Alert], changed: Sequence[Mapping[str, Any]] = (), *, prefix: str = PREFIX
) -> str:
    """One line: what happened, or how many things did. Strips line breaks, so that it cannot inject mail headers.

    If something `changed` several times, where it stands now.
    """
    said = [alert.summary for alert in alerts]
    if delivery.digest_until is not None:
        line = f"{delivery.subscription.name}: {len(said)} in this digest"
    elif changed:
        more = len(said) - len(changed[0]["steps"])
        line = f"{changed[0]['line']}{f' (and {more} more)' if more else ''}"
    else:
        line = said[0] if len(said) == 1 else f"{said[0] if said else 'nothing'} (and {len(said) - 1} more)"
    return one_line(f"{prefix} {line}")


def one_line(text: str) -> str:
    """Text on one line, without control characters, cut where it is too long."""
    plain = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    flat = " ".join(plain.split())
    return flat if len(flat) <= SUBJECT_LENGTH else flat[: SUBJECT_LENGTH - 1] + "…"


def shown(alert: Alert) -> dict[str, Any]:
    """The values that a template shows of an alert."""
    return {
        "summary": alert.summary,
        "event": alert.event,
        "event_name": NAMES.get(alert.event, alert.event),
        "happened_at": alert.happened_at,
        "standing": standing(alert.payload.get("program") or {}),
        "owed": list(owed(alert.payload)),
        "web_source": (alert.payload.get("source") or {}).get("url", "").startswith(("https://", "http://")),
        **{name: alert.payload.get(name) for name in SHOWN},
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
