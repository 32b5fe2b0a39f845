"""Sending the mails that ask readers whether they want messages."""

import datetime as dt
import logging
import time

from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string

from procurement.alerts.models import VerificationMail
from procurement.common.clock import database_now
from procurement.delivery.backoff import GAPS, next_gap
from procurement.delivery.channels.email import refusal
from procurement.delivery.composing import PREFIX, one_line
from procurement.delivery.message import NotCarried
from procurement.delivery.verifying import VALID, link

log = logging.getLogger(__name__)

#: A worker that took a mail and does not say within this time how it went has died: the mail is taken again.
TAKEN = dt.timedelta(minutes=5)
#: After so many failures a mail is given up.
GIVEN_UP = len(GAPS) + 1


def ask_readers(*, seconds: float = 60.0) -> int:
    """Send the mails that were asked for, for at most some seconds; returns how many were sent.

    Safe to race: a mail is taken by a conditional update. Safe to kill: what was taken is taken again after some
    minutes, so that a mail may come twice, with the same meaning. What is not needed any more is dropped.
    """
    deadline = time.monotonic() + seconds
    sent = 0
    for mail in _due(database_now()).select_related("channel__owner").order_by("next_try_at", "id"):
        if time.monotonic() > deadline:
            break
        if _is_needed(mail) and _taken(mail):
            sent += _sent(mail)
    return sent


def _due(now: dt.datetime) -> QuerySet[VerificationMail]:
    return VerificationMail.objects.filter(sent_at=None, next_try_at__lte=now, failures__lt=GIVEN_UP)


def _is_needed(mail: VerificationMail) -> bool:
    channel = mail.channel
    needed = channel.deleted_at is None and channel.verified_at is None and channel.address == mail.address
    if not needed:
        VerificationMail.objects.filter(pk=mail.pk, sent_at=None).delete()
    return needed and channel.owner.is_active


def _taken(mail: VerificationMail) -> bool:
    now = database_now()
    return bool(_due(now).filter(pk=mail.pk).update(next_try_at=now + TAKEN))


def _sent(mail: VerificationMail) -> bool:
    try:
        composed(mail).send()
    except Exception as error:
        log.exception("reader could not be asked", extra={"channel": mail.channel_id})
        _put_off(mail, refusal(error))
        return False
    VerificationMail.objects.filter(pk=mail.pk).update(sent_at=database_now())
    return True


def _put_off(mail: VerificationMail, error: Exception) -> None:
    """Try again later, for about three days; at once no more where the mailbox is refused for good.

    The row stays, as it counts among those that the address may get in a day.
    """
    is_refused = isinstance(error, NotCarried) and error.permanent
    failures = GIVEN_UP if is_refused else mail.failures + 1
    gap = next_gap(failures, 0) or dt.timedelta()
    row = VerificationMail.objects.filter(pk=mail.pk, sent_at=None)
    row.update(failures=failures, next_try_at=database_now() + gap)


def composed(mail: VerificationMail) -> EmailMultiAlternatives:
    """The mail: who wants to send what there, the link, and that nothing happens without it."""
    channel = mail.channel
    context = {
        "name": channel.owner.get_full_name() or channel.owner.get_username(),
        "address": mail.address,
        "link": link(channel.pk, mail.address),
        "days": VALID.days,
    }
    made = EmailMultiAlternatives(
        subject=one_line(f"{PREFIX} Do you want messages at this address?"),
        body=render_to_string("procurement/mail/verify.txt", context),
        to=[mail.address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    made.attach_alternative(render_to_string("procurement/mail/verify.html", context), "text/html")
    return made
