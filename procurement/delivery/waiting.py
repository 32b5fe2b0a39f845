"""Why messages wait for a channel: it is paused, or nobody has said yet that its address wants them."""

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy

from procurement.alerts.models import Channel
from procurement.delivery.channels import carriers

PAUSED, UNVERIFIED = "paused", "unverified"
#: What API and admin say of it.
IN_WORDS = {
    PAUSED: gettext_lazy("waits: its channel is paused, because it kept failing"),
    UNVERIFIED: gettext_lazy("waits: its address is not verified"),
}


def verified_kinds() -> list[str]:
    """The kinds of which an address is verified before it gets messages."""
    return [kind for kind, carrier in carriers().items() if getattr(carrier, "asks_its_reader", False)]


def must_be_verified(kind: str) -> bool:
    """Whether an address of this kind gets nothing before it is verified, as this service is set up."""
    return settings.VERIFY_ADDRESSES and kind in verified_kinds()


def waiting() -> Q:
    """Messages whose channel gets nothing for now."""
    paused = Q(subscription__channel__paused_at__isnull=False)
    if not settings.VERIFY_ADDRESSES:
        return paused
    return paused | Q(subscription__channel__kind__in=verified_kinds(), subscription__channel__verified_at=None)


def waits_for(verified_at: dt.datetime | None, paused_at: dt.datetime | None, *, kind: str) -> str:
    """Why a channel with these columns gets nothing for now; empty if it does."""
    if verified_at is None and must_be_verified(kind):
        return UNVERIFIED
    return PAUSED if paused_at is not None else ""


def channel_waits_for(channel: Channel) -> str:
    """The same of a channel."""
    return waits_for(channel.verified_at, channel.paused_at, kind=channel.kind)


def in_words(reason: str) -> str:
    """Such a reason in the language of whoever reads it; empty where there is none."""
    return str(IN_WORDS.get(reason, ""))
