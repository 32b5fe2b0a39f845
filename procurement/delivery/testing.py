"""Sending a test message to a channel, and showing what its receiver answered."""

import datetime as dt
from contextlib import closing

from django.conf import settings
from django.db.models import Q

from procurement.alerts.models import Channel, new_message_id
from procurement.common.errors import Conflict, Refused
from procurement.delivery.carrying import Carriers, Tried, try_once
from procurement.delivery.message import Message
from procurement.delivery.pausing import resume
from procurement.delivery.waiting import UNVERIFIED, channel_waits_for

#: A test is a message that anybody with a login can cause: not more often than this to one channel.
APART = dt.timedelta(seconds=10)


def send_test(channel: Channel, *, now: dt.datetime) -> Tried:
    """Hand a test message over at once, and say how that went; a paused channel that accepts it is resumed.

    Not inside a transaction. Raises Refused where nobody has said yet that its address wants messages, Conflict where
    the channel was tested a moment ago: a conditional update.
    """
    if channel_waits_for(channel) == UNVERIFIED:
        said = "is not verified: its reader opens the link in the mail that was sent there, and then it can be tested"
        raise Refused({"address": said})
    rested = Q(tested_at=None) | Q(tested_at__lte=now - APART) | Q(tested_at__gt=now)
    if not Channel.objects.filter(rested, pk=channel.pk).update(tested_at=now):
        said = f"this channel was tested less than {APART.seconds} seconds ago; wait a moment"
        raise Conflict({"channel": said}, existing=channel.pk)
    with closing(Carriers()) as opened:
        tried = try_once(opened, a_test(channel, now), channel)
    if not tried.error and channel.paused_at is not None:
        resume(channel.pk, now=now)
    return tried


def a_test(channel: Channel, now: dt.datetime) -> Message:
    """A message that says that it is a test."""
    return Message(
        message_id=new_message_id(),
        subject="[Procurement tracker] Test",
        text=f"This is a test of the channel {channel}. Nothing happened.\n{settings.PUBLIC_URL}/\n",
        kind="test",
        created_at=now,
    )
