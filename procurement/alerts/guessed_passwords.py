"""Alerting administrators that somebody guesses passwords: from one address, or from many of one account."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction

from procurement.access.auditing import Act, note, tried_account
from procurement.access.models import AuditEntry
from procurement.alerts.administrators import subscribe_administrators
from procurement.alerts.events import PASSWORDS_GUESSED, Happening
from procurement.alerts.routing import route
from procurement.common.advisory_locks import lock_keys
from procurement.common.clock import database_now

#: So many wrong passwords of one account within so long a time are guesses, from wherever they come. People who forgot
#: theirs give up earlier.
WRONG, WITHIN = 20, dt.timedelta(hours=1)


def listen() -> None:
    """Hear of failed logins; call it once, after access/auditing.py, whose entries are counted."""
    user_locked_out.connect(_locked_out, dispatch_uid="tell_locked_out")
    user_login_failed.connect(_failed, dispatch_uid="tell_guessed")


def _locked_out(ip_address: str | None = None, **_: Any) -> None:
    tell_locked_out(ip_address or "an unknown address", now=database_now())


def _failed(credentials: Mapping[str, Any], **_: Any) -> None:
    if account := tried_account(credentials):
        tell_guessed(account, now=database_now())


@transaction.atomic
def tell_locked_out(address: str, *, now: dt.datetime) -> int:
    """Note that nobody can log in from an address for a while, and tell administrators; returns how many messages.

    Once for each time that it is so: of several at once the second waits for the first one's commit.
    """
    lock_keys([f"locked out {address}"])
    rest = dt.timedelta(minutes=settings.LOGIN_REST_MINUTES)
    if AuditEntry.objects.filter(act=Act.LOCKED_OUT, about=address, at__gt=now - rest).exists():
        return 0
    said = (
        f"{settings.AXES_FAILURE_LIMIT} logins from {address} failed; nobody can log in from there for "
        f"{settings.LOGIN_REST_MINUTES} minutes"
    )
    return _tell(note(Act.LOCKED_OUT, address), said, now)


@transaction.atomic
def tell_guessed(account: str, *, now: dt.datetime) -> int:
    """Note that many wrong passwords were tried on an account, and tell administrators; once in the time counted."""
    lock_keys([f"guessed {account}"])
    if AuditEntry.objects.filter(act=Act.GUESSED, about=account, at__gt=now - WITHIN).exists():
        return 0
    failures = AuditEntry.objects.filter(act=Act.LOGIN_FAILED, about=account, at__gt=now - WITHIN)
    if len(failures.values_list("pk")[:WRONG]) < WRONG:
        return 0
    said = f"{WRONG} wrong passwords were tried on the account {account} within an hour"
    return _tell(note(Act.GUESSED, account), said, now)


def _tell(entry: AuditEntry, summary: str, now: dt.datetime) -> int:
    subscribe_administrators(PASSWORDS_GUESSED, now=now)
    happened = Happening(
        event=PASSWORDS_GUESSED,
        origin_table=AuditEntry._meta.db_table,
        origin_id=entry.pk,
        happened_at=now,
        summary=f"{summary}. The audit log in the admin has each attempt; see docs/running.md",
    )
    return route([happened], now=now)
