"""Pausing a channel that keeps failing, telling its owner, and resuming it with its backlog."""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from procurement.alerts.models import Channel, Delivery, in_order
from procurement.common.errors import Refused
from procurement.delivery.composing import PREFIX, one_line
from procurement.delivery.waiting import waiting

log = logging.getLogger(__name__)

#: So long it is tried to tell an owner by mail; API and admin say it for as long as it is so.
TELLING = dt.timedelta(days=3)


def pause(channel_id: int, *, because: str, now: dt.datetime) -> None:
    """Send nothing more to a channel, and keep what waits. Inside a transaction that holds the channel locked."""
    log.warning("channel paused", extra={"channel": channel_id, "because": because})
    Channel.everything.filter(pk=channel_id).update(paused_at=now, paused_because=because, pause_told_at=None)
    waiting = Delivery.objects.filter(subscription__channel=channel_id, state=Delivery.State.PENDING)
    in_order(waiting).update(state=Delivery.State.HELD)


@transaction.atomic
def resume(channel_id: int, *, now: dt.datetime) -> int:
    """Send to a paused channel again, and first what waited; returns how many messages are due now.

    Raises Refused when it was deleted. Safe to repeat and to race: it and who holds messages back lock the channel.
    """
    channel = Channel.objects.select_for_update(no_key=True).filter(pk=channel_id).first()
    if channel is None:
        raise Refused({"channel": "this channel was deleted; nothing more is sent"})
    Channel.objects.filter(pk=channel_id).update(
        paused_at=None, paused_because="", pause_told_at=None, failures=0, failing_since=None
    )
    return release(channel_id, now=now)


def release(channel_id: int, *, now: dt.datetime) -> int:
    """Make due what is held for a channel, unless something else holds it; returns how many messages.

    Inside a transaction that holds the channel locked, as does who holds a message back.
    """
    held = Delivery.objects.filter(~waiting(), subscription__channel=channel_id, state=Delivery.State.HELD)
    return in_order(held).update(state=Delivery.State.PENDING, attempt_count=0, next_try_at=now, waits_since=now)


@transaction.atomic
def release_held(*, now: dt.datetime) -> int:
    """Make due what is held though its channel sends: its subscription got another channel. Returns how many."""
    held = Delivery.objects.filter(~waiting(), state=Delivery.State.HELD)
    return in_order(held).update(state=Delivery.State.PENDING, next_try_at=now, waits_since=now)


def tell_paused(*, now: dt.datetime) -> int:
    """Tell owners by mail that a channel of theirs is paused, where they have an address that is not that channel.

    Returns how many were told. Claimed by a conditional update, so that two workers do not both tell; a mail that
    fails is tried again at the next call.
    """
    untold = Channel.objects.filter(paused_at__gt=now - TELLING, pause_told_at=None).exclude(owner__email="")
    told = 0
    for channel in untold.filter(owner__is_active=True).select_related("owner").order_by("pk"):
        row = Channel.objects.filter(pk=channel.pk, pause_told_at=None)
        if channel.owner.email != channel.address and row.update(pause_told_at=now):
            told += _told(channel)
    return told


def _told(channel: Channel) -> bool:
    assert channel.paused_at is not None
    held = Delivery.objects.filter(subscription__channel=channel, state=Delivery.State.HELD).count()
    context = {"channel": channel, "held": held, "public_url": settings.PUBLIC_URL}
    mail = EmailMessage(
        subject=one_line(f"{PREFIX} Nothing more is sent to {channel}"),
        body=render_to_string("procurement/mail/paused.txt", context),
        to=[channel.owner.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except Exception:
        log.exception("owner could not be told of a paused channel", extra={"channel": channel.pk})
        Channel.objects.filter(pk=channel.pk).update(pause_told_at=None)
        return False
    return True
