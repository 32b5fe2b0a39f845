"""E-mail."""

import smtplib
import socketserver
import threading

import pytest
from django.core import mail
from django.test import Client

from procurement.alerts.models import Delivery, Subscription
from procurement.delivery.models import Attempt
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import subscribe
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


class Picky(socketserver.StreamRequestHandler):
    """A real mail server that does not know one mailbox, and takes the rest over one connection."""

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().strip():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                self.server.taken.append(self.to)
            elif verb == b"RCPT":
                self.to = line.decode()
            self.say("550 no such user" if verb == b"RCPT" and b"nobody" in line else "250 fine")

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def picky(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Picky) as server:
        server.daemon_threads, server.taken = True, []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        server.shutdown()


def test_one_mailbox_of_many_that_is_refused_disturbs_no_other(picky):
    deliveries = [make_delivery(subscribe(address=f"{name}@example.org")) for name in ("a", "nobody", "b", "c")]
    assert send_due() == 4
    states = [Delivery.objects.get(pk=each.pk).state for each in deliveries]
    assert (states, len(picky.taken)) == (["sent", "failed", "sent", "sent"], 3)
    refused = Attempt.objects.get(outcome="failed")
    assert (refused.status, refused.answer) == (550, "no such user")


def test_one_who_leaves_a_shared_address_leaves_for_that_subscription_alone():
    """As RFC 8058 has it: a POST to the address in the header, without a cookie, that changes nothing else."""
    shared = [subscribe(address="team@example.org", name=name) for name in ("one", "other")]
    for each in shared:
        make_delivery(each)
    send_due()
    headers = {each.extra_headers["List-Unsubscribe"]: each for each in mail.outbox}
    assert len(headers) == 2
    url = next(header for header, each in headers.items() if "“one”" in each.body).strip("<>")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(url.removeprefix("http://127.0.0.1:8000"), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert [Subscription.objects.get(pk=each.pk).active for each in shared] == [False, True]
