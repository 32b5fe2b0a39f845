"""Erasing a person takes what tells who they are, and leaves what they recorded."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.utils import timezone

from procurement.access.auditing import Act, note
from procurement.access.models import AccessToken, AuditEntry
from procurement.access.session_models import LoginSession
from procurement.access.session_store import SessionStore
from procurement.access.tokens import issue_token
from procurement.alerts.guessed_passwords import WRONG, tell_guessed
from procurement.alerts.models import Alert, Channel, Delivery, Subscription, VerificationMail
from procurement.delivery.models import Attempt
from procurement.programs.models import Program
from procurement.recovery.retention import forget_logs
from tests.makers import make_program

NAME, ADDRESS = "tanaka.hanako", "hanako@ministry.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    user = User.objects.create_user(NAME, ADDRESS, "a long password of hers", first_name="Hanako")
    user.groups.add(Group.objects.get(name="analyst"))
    channel = Channel.objects.create(owner=user, kind="email", address=ADDRESS)
    subscription = Subscription.objects.create(owner=user, name="of Hanako", channel=channel, events=["flag.opened"])
    sent = Delivery.objects.create(subscription=subscription, state="sent", sent_at=timezone.now())
    Delivery.objects.create(subscription=subscription)
    Attempt.objects.create(delivery=sent, outcome="sent", answer=f"accepted for {ADDRESS}")
    VerificationMail.objects.create(channel=channel, address=ADDRESS, sent_at=timezone.now())
    EmailAddress.objects.create(user=user, email=ADDRESS)
    issue_token(NAME, "read")
    token = AccessToken.objects.get(user=user)
    for row in (user, channel, token):
        kind = ContentType.objects.get_for_model(row)
        LogEntry.objects.create(user=user, content_type=kind, object_id=row.pk, object_repr=str(row), action_flag=1)
    for _ in range(WRONG):
        note(Act.LOGIN_FAILED, NAME)
    assert tell_guessed(NAME, now=timezone.now()) == 0  # nobody is subscribed to it
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=user, provider="x", uid="17", extra_data={"userinfo": {"email": ADDRESS}})
    AccessAttempt.objects.create(username=NAME, ip_address="192.0.2.1", failures_since_start=1)
    make_program("radar")
    Program.objects.update(entered_by=user)
    note(Act.LOGIN, NAME, by=user)
    return user


def everything() -> str:
    """All that tables outside of the audit log say."""
    tables = (
        *(User, Channel, Subscription, Delivery, Attempt, VerificationMail, AccessToken, AccessAttempt),
        *(LoginSession, Authenticator, SocialAccount, EmailAddress, LogEntry, Alert),
    )
    return repr([list(getattr(table, "everything", table.objects).values()) for table in tables])


def test_nothing_tells_who_it_was(person):
    call_command("erase_person", NAME)
    assert not [word for word in (NAME, ADDRESS, "Hanako") if word in everything()]
    assert not LoginSession.objects.exists()
    assert not Authenticator.objects.exists()
    erased = User.objects.get()
    assert (erased.username, erased.is_active, erased.has_usable_password()) == (f"erased-{person.pk}", False, False)


def test_the_record_still_names_the_number(person):
    call_command("erase_person", NAME)
    assert Program.objects.get().entered_by_id == person.pk
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "sent"]


def test_the_audit_log_stays_and_that_is_said(person, capsys):
    before = AuditEntry.objects.count()
    call_command("erase_person", NAME)
    assert "entries of the audit log that keep the name" in capsys.readouterr().out
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("pk").details == {"account": str(person.pk), "erased": True}


def test_the_only_administrator_stays(person):
    person.groups.add(Group.objects.get(name="administrator"))
    with pytest.raises(CommandError, match="is the only administrator"):
        call_command("erase_person", NAME)


def test_nobody_of_that_name_is_told():
    with pytest.raises(CommandError, match="there is no account"):
        call_command("erase_person", "nobody")


def test_only_old_logs_are_forgotten(person):
    now = timezone.now()
    assert set(forget_logs(days=90, now=now).values()) == {0}
    done = forget_logs(days=90, answers_days=90, now=now + dt.timedelta(days=500))
    assert done == {
        "failed logins": 1,
        "verification mails": 1,
        "sessions": 1,
        "tokens": 1,
        "answers of receivers": 1,
    }
    assert Attempt.objects.get().outcome == "sent"
