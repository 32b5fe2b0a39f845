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
