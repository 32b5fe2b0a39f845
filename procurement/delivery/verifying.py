"""Verifying addresses: before an e-mail address gets messages, whoever reads there says that they want them.

A mail with a signed link is asked for in the transaction that stores the address; a worker sends it. What the link
leads to is a page with a button, and only the button verifies: programs that look at links in mails open them.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare

from procurement.access.auditing import Act, note
from procurement.alerts.models import Channel, VerificationMail, administers
from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict, Refused
from procurement.delivery.pausing import release
from procurement.delivery.waiting import must_be_verified

#: Signatures of other purposes are not accepted.
SALT = "procurement.verify"
#: So long a link leads somewhere.
VALID = dt.timedelta(days=3)
#: So many such mails one address gets in so long, whoever asks for them.
MOST, WITHIN = 3, dt.timedelta(hours=24)


def is_known(owner: AbstractUser, address: str) -> bool:
    """Whether an address needs no mail, because it is that of the owner's account, which an administrator entered."""
    return bool(owner.email) and owner.email.casefold() == address.casefold()


def ask_if_new(channel: Channel, *, now: dt.datetime) -> None:
    """Ask the reader of an address that nobody has verified; not once more than it may be asked.

    Inside the transaction that stored the address.
    """
    if channel.verified_at is None and must_be_verified(channel.kind) and _may_be_asked(channel.address, now):
        VerificationMail.objects.create(channel=channel, address=channel.address, asked_at=now, next_try_at=now)


@transaction.atomic
def ask_anew(channel_id: int, *, now: dt.datetime) -> None:
    """Ask the reader of an address again.

    Raises Refused where there is nothing to ask, and Conflict where the address was asked too often. Safe to race: who
    asks one address takes turns.
    """
    channel = _locked(channel_id)
    if channel.verified_at is not None or not must_be_verified(channel.kind):
        raise Refused({"address": "messages are sent to this address already; there is nothing to verify"})
    if not _may_be_asked(channel.address, now):
        said = f"this address got {MOST} such mails within a day; open the link in one of them, or wait until tomorrow"
        raise Conflict({"address": said}, existing=channel.pk)
    ask_if_new(channel, now=now)


def _locked(channel_id: int) -> Channel:
    channel = Channel.objects.select_for_update(no_key=True).filter(pk=channel_id).first()
    if channel is None:
        raise Refused({"channel": "this channel was deleted; make a new one"})
    return channel


def _may_be_asked(address: str, now: dt.datetime) -> bool:
    lock_keys([f"verification {address.lower()}"])
    asked = VerificationMail.objects.filter(address__iexact=address, asked_at__gt=now - WITHIN, asked_at__lte=now)
    return asked.count() < MOST


# the link


def link(channel_id: int, address: str) -> str:
    """The page where the reader of an address says that they want messages there."""
    signed = signing.dumps([channel_id, address], salt=SALT, compress=True)
    return f"{settings.PUBLIC_URL}/en/verify/{signed}/"


def channel_in(signed: str) -> Channel | None:
    """The channel that a signed part of an address names, if it leads to the same address still, and is not too old."""
    try:
        channel_id, address = signing.loads(signed, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    channel: Channel | None = Channel.objects.filter(pk=channel_id).select_related("owner").first()
    return channel if channel and constant_time_compare(channel.address, address) else None


# saying yes


@transaction.atomic
def verify(signed: str, *, now: dt.datetime) -> Channel | None:
    """Let messages go to the address that a link names, and first what waited; None where it leads nowhere.

    Safe to repeat and to race: it, a change of the address and who holds messages back lock the channel.
    """
    found = channel_in(signed)
    if found is None:
        return None
    locked = Channel.objects.select_for_update(no_key=True).filter(pk=found.pk, address=found.address).first()
    return _verified(locked, now) if locked else None


@transaction.atomic
def vouch(channel_id: int, *, by: AbstractUser, now: dt.datetime) -> Channel:
    """Let messages go to an address because an administrator knows that its reader wants them; it is audited.

    Raises Refused when somebody else says so, or the channel was deleted.
    """
    if not administers(by):
        raise Refused({"channel": "only an administrator vouches for an address"})
    channel = _locked(channel_id)
    if channel.verified_at is None:
        note(Act.ADDRESS_VOUCHED, channel.address, by=by, channel=channel.pk, owner=channel.owner.get_username())
    return _verified(channel, now)


def _verified(channel: Channel, now: dt.datetime) -> Channel:
    if channel.verified_at is None:
        channel.verified_at = now
        channel.save(update_fields=["verified_at"])
        release(channel.pk, now=now)
    return channel
