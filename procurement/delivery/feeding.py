"""The feed of a subscription: its messages at a secret address, for people who read feeds, or have no mail at all.

The address is signed and not stored: its key is unguessable, its owner can see it at any time, and a copy of the
database opens no feed. Renewing it raises a serial that is signed along, so that older addresses lead nowhere.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, F, OuterRef

from procurement.alerts.carried import Carried
from procurement.alerts.models import Alert, Delivery, Notice, Subscription
from procurement.common.errors import Refused
from procurement.delivery.composing import changes_of, context_of, subject_of
from procurement.delivery.letters import Letter

#: Signatures of other purposes are not accepted.
SALT = "procurement.feed"
#: Characters that XML cannot hold.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: So many messages a feed has, the newest.
MOST = 50


def feed_url(subscription: Subscription) -> str:
    """The secret address of a subscription's feed."""
    signed = Signer(salt=SALT).sign(f"{subscription.pk}.{subscription.feed_serial}")
    return f"{settings.PUBLIC_URL}/feeds/{signed}.atom"


def renew_feed(subscription_id: int) -> Subscription:
    """Give the feed of a subscription another address; older ones end. Raises Refused when it was deleted.

    Safe to race: of two that renew it at once both end the old address, and the later one's holds.
    """
    if not Subscription.objects.filter(pk=subscription_id).update(feed_serial=F("feed_serial") + 1):
        raise Refused({"subscription": "this subscription was deleted; it has no feed"})
    return Subscription.objects.get(pk=subscription_id)


@dataclass(frozen=True)
class Found:
    """What a feed's address leads to: a subscription that has a feed now, one that had (`ended`), or nothing."""

    subscription: Subscription | None = None
    ended: bool = False


def feed_at(signed: str) -> Found:
    """What the secret part of an address leads to. Whoever made one up learns nothing, not even whose ids there are."""
    try:
        pk, _, serial = Signer(salt=SALT).unsign(signed).partition(".")
    except BadSignature:
        return Found()
    row = Subscription.everything.select_related("owner", "channel").filter(pk=int(pk)).first()
    if row is None or row.deleted_at is not None or row.feed_serial != int(serial):
        return Found(ended=True)
    return Found(row if row.active and row.owner.is_active else None)


@dataclass(frozen=True)
class Entry:
    """One message as an entry."""

    id: str
    title: str
    content: str
    link: str
    at: dt.datetime


def messages_of(subscription: Subscription) -> list[Delivery]:
    """The newest messages with something for a subscription, the newest first: all but those that were cancelled.

    Also those that could not be sent, or wait for something at their channel: the feed is another way to the same.
    """
    own = Notice.objects.filter(delivery=OuterRef("pk"), subscription=subscription)
    rows = Delivery.objects.filter(Exists(own), subscription__channel=subscription.channel_id)
    return list(rows.exclude(state=Delivery.State.CANCELLED).order_by("-id")[:MOST])


def entries_of(subscription: Subscription, messages: Sequence[Delivery]) -> list[Entry]:
    """These messages as entries, with what is for the subscription. One query."""
    alerts = _alerts_of(subscription, messages)
    found = []
    for message in messages:
        message.subscription = subscription
        carried, changed = Carried(alerts[message.pk], [subscription]), changes_of(alerts[message.pk])
        content = CONTROLS.sub("", Letter(context_of(message, carried, changed)).part())
        title = subject_of(message, carried.alerts, changed, prefix="")
        found.append(Entry(uuid_of(message), title, content, _link(carried.alerts), message.created_at))
    return found


def uuid_of(message: Delivery) -> str:
    """The id of a message's entry, the same for ever (RFC 4287, 4.2.6): the unique part of its message id."""
    name = message.message_id.strip("<>").partition("@")[0]
    try:
        return uuid.UUID(name).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, message.message_id).urn


def _alerts_of(subscription: Subscription, messages: Sequence[Delivery]) -> dict[int, list[Alert]]:
    found: dict[int, list[Alert]] = defaultdict(list)
    carried = Notice.objects.filter(subscription=subscription, delivery__in=messages).select_related("alert")
    for notice in carried.order_by("alert__happened_at", "alert"):
        found[notice.delivery_id or 0].append(notice.alert)
    return found


def _link(alerts: Sequence[Alert]) -> str:
    """The page that a message is about: of its first alert with one."""
    for alert in alerts:
        program, contract = alert.payload.get("program"), alert.payload.get("contract")
        if program:
            return f"{settings.PUBLIC_URL}/en/programs/{program['code']}/"
        if contract and contract.get("id"):
            return f"{settings.PUBLIC_URL}/en/contracts/{contract['id']}/"
    return f"{settings.PUBLIC_URL}/en/"
