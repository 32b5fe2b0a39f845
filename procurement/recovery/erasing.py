"""Erasing who a person is: the account stays as a number, because the record names it."""

import datetime as dt
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, Model, Q, TextField, Value, When
from django.db.models.functions import Cast, Replace

from procurement.access.auditing import Act, note
from procurement.access.models import AccessToken, AuditEntry, RepeatableRequest
from procurement.access.session_models import LoginSession
from procurement.alerts.events import PASSWORDS_GUESSED
from procurement.alerts.leaving import delete_channel, delete_subscription
from procurement.alerts.models import Alert, Channel, Mute, Subscription, VerificationMail
from procurement.common.errors import Refused
from procurement.delivery.models import Attempt
from procurement.stories.models import StoryDraft

#: What stands in place of an address and of what receivers answered.
ERASED = "erased"


@transaction.atomic
def erase_person(username: str, *, now: dt.datetime) -> dict[str, int]:
    """Erase name, addresses, rights, tokens, sessions and subscriptions of an account; returns how many rows of what.

    Facts, notes and decisions keep the account's number, and the audit log keeps the name and addresses that it has:
    nothing may change it. Raises Refused where there is no such account, or it is the only administrator. A
    repetition finds no such name.
    """
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise Refused({"user": f"there is no account “{username}”"})
    administrators = User.objects.filter(Q(is_superuser=True) | Q(groups__name="administrator"), is_active=True)
    if administrators.filter(pk=user.pk).exists() and not administrators.exclude(pk=user.pk).exists():
        raise Refused({"user": f"“{username}” is the only administrator; make another one first"})
    named = _naming(user)  # before the addresses are gone
    _of_the_admin(user)
    done = _of_alerts(user, now) | _of_access(user)
    pseudonym = _account(user)
    note(Act.RIGHTS_CHANGED, pseudonym, account=str(user.pk), erased=True)
    return done | {"entries of the audit log that keep the name": named}


def _naming(user: User) -> int:
    """How many entries of the audit log are by somebody, or have their name or an address of theirs."""
    words = {user.username, user.email, *Channel.everything.filter(owner=user).values_list("address", flat=True)}
    found = Q(actor=user)
    for word in filter(None, words):
        found |= Q(about__contains=word) | Q(text__contains=word)
    return AuditEntry.objects.annotate(text=Cast("details", TextField())).filter(found).count()


def _of_the_admin(user: User) -> None:
    """What the admin's own list of changes calls somebody: by the name of their account, token or channel."""
    about: list[tuple[type[Model], Iterable[Model]]] = [
        (User, [user]),
        (AccessToken, AccessToken.objects.filter(user=user)),
        (Channel, Channel.everything.filter(owner=user)),
        (Subscription, Subscription.everything.filter(owner=user)),
    ]
    for model, rows in about:
        of_kind = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        of_kind.filter(object_id__in=[str(row.pk) for row in rows]).update(object_repr=ERASED, change_message="")


def _of_alerts(user: User, now: dt.datetime) -> dict[str, int]:
    """Nothing more is sent; the messages stay on record without where they went."""
    subscriptions = Subscription.everything.filter(owner=user)
    channels = Channel.everything.filter(owner=user)
    for pk in subscriptions.order_by("pk").values_list("pk", flat=True):
        delete_subscription(pk, now=now)
    for pk in channels.order_by("pk").values_list("pk", flat=True):
        delete_channel(pk, now=now)
    attempts = Attempt.objects.filter(Q(delivery__subscription__owner=user) | Q(delivery__sequence_of__owner=user))
    Mute.everything.filter(owner=user, deleted_at=None).update(deleted_at=now)
    return {
        "verification mails": VerificationMail.objects.filter(channel__owner=user).delete()[0],
        "answers of receivers": attempts.exclude(answer="").update(answer=ERASED)
        + attempts.exclude(error="").update(error=ERASED),
        "subscriptions": subscriptions.update(name=ERASED, words=[]),
        "addresses": channels.update(address=ERASED, paused_because=_because()),
    }


def _because() -> Case:
    """A paused channel must say why, and its reason may quote the address."""
    return Case(When(paused_at=None, then=Value("")), default=Value(ERASED))


def _of_access(user: User) -> dict[str, int]:
    """What lets somebody in, and what is kept of trying."""
    tried = Q(username=user.username)
    guessed = AuditEntry.objects.filter(act=Act.GUESSED, about=user.username).values("pk")
    alerts = Alert.objects.filter(
        event=PASSWORDS_GUESSED, origin_table=AuditEntry._meta.db_table, origin_id__in=guessed
    )
    alerts.update(summary=Replace("summary", Value(user.username), Value(ERASED)))
    EmailAddress.objects.filter(user=user).delete()
    RepeatableRequest.objects.filter(user=user).delete()
    StoryDraft.objects.filter(user=user).delete()
    return {
        "tokens": AccessToken.objects.filter(user=user).delete()[0],
        "sessions": LoginSession.objects.filter(user=user).delete()[0],
        "second factors": Authenticator.objects.filter(user=user).delete()[0],
        "accounts at the provider": SocialAccount.objects.filter(user=user).delete()[0],
        "failed logins": AccessAttempt.objects.filter(tried).delete()[0]
        + AccessFailureLog.objects.filter(tried).delete()[0],
    }


def _account(user: User) -> str:
    user.username = f"{ERASED}-{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    return user.username
