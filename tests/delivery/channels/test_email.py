"""E-mail."""

import smtplib

import pytest

from procurement.delivery.models import Attempt
from procurement.delivery.sending import send_due
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db


class Refusing:
    """A mail server that refuses every message."""

    def __init__(self, **_options):
        pass

    def open(self):
        pass

    def close(self):
        pass

    def send_messages(self, _messages):
        raise smtplib.SMTPSenderRefused(451, b"come back later", "tracker@example.org")


def test_the_code_of_a_mail_server_is_kept(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    make_delivery()
    send_due()
    made = Attempt.objects.get()
    assert (made.outcome, made.status) == ("failed", 451)
    assert "come back later" in made.error


class RefusingRecipients(Refusing):
    """A mail server that knows no such mailbox."""

    code = 550

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"no such user")})


class BusyMailbox(RefusingRecipients):
    """A mail server whose mailbox is busy."""

    code = 450


class NotLetIn(Refusing):
    """A mail server that does not accept the service's own password."""

    def send_messages(self, _messages):
        raise smtplib.SMTPAuthenticationError(535, b"bad password")


@pytest.mark.parametrize(
    ("server", "status", "state"),
    [("RefusingRecipients", 550, "failed"), ("BusyMailbox", 450, "pending"), ("NotLetIn", 535, "pending")],
)
def test_only_what_is_refused_of_a_mailbox_for_good_is_not_tried_again(settings, server, status, state):
    settings.EMAIL_BACKEND = f"{__name__}.{server}"
    delivery = make_delivery()
    send_due()
    delivery.refresh_from_db()
    made = Attempt.objects.get()
    assert (delivery.state, made.status, made.milliseconds is None) == (state, status, False)


def test_what_it_answered_is_kept(settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingRecipients"
    make_delivery()
    send_due()
    assert Attempt.objects.get().answer == "no such user"
