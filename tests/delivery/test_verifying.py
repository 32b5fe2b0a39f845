"""Addresses are verified before they get messages."""

import datetime as dt
import re
import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from procurement.access.models import AuditEntry
from procurement.alerts.models import Channel, Delivery, VerificationMail
from procurement.common.errors import Conflict, Refused
from procurement.delivery.addressing import change_channel, create_channel
from procurement.delivery.asking import ask_readers
from procurement.delivery.pausing import pause, release_held, resume
from procurement.delivery.sending import send_due
from procurement.delivery.testing import send_test
from procurement.delivery.verifying import MOST, ask_anew, link, verify, vouch
from tests.admin.conftest import signed_in
from tests.alerts.subscribers import make_user, subscribe
from tests.api.conftest import caller
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture(autouse=True)
def verifying(settings):
    settings.VERIFY_ADDRESSES = True


def asked(address: str = "reader@example.org"):
    """A message for an address that nobody has verified, which waits."""
    delivery = make_delivery(subscribe(address=address))
    send_due()
    delivery.refresh_from_db()
    return delivery


def link_in(message):
    """The path of the link in a mail."""
    return re.search(r"http://[^/]+(/en/verify/\S+/)", message.body).group(1)


def test_nothing_is_sent_before_and_what_waited_is_sent_after():
    delivery = asked()
    assert (delivery.state, len(mail.outbox)) == ("held", 0)
    assert ask_readers() == 1
    client = Client(enforce_csrf_checks=True)
    page = client.get(link_in(mail.outbox[0]))
    assert (page.status_code, Channel.objects.get().verified_at, page.cookies) == (200, None, {})
    assert "Messages go to reader@example.org" in client.post(link_in(mail.outbox[0])).content.decode()
    assert send_due() == 1
    assert [each.subject for each in mail.outbox[1:]] == [f"[Procurement tracker] {delivery.notices.get().alert}"]


def test_the_mail_says_who_asks_in_text_and_html():
    owner = make_user("a-<b>")
    create_channel(owner=owner, kind="email", address="reader@example.org")
    ask_readers()
    (sent,) = mail.outbox
    ((html, kind),) = sent.alternatives
    assert (sent.to, kind) == (["reader@example.org"], "text/html")
    assert "a-<b> asks the procurement tracker" in sent.body
    assert "a-&lt;b&gt; asks" in html
    assert 'lang="en"' in html
    assert link_in(sent) in html


@pytest.mark.parametrize("days", [4, 400])
def test_an_old_link_leads_nowhere(days):
    asked()
    old = link(Channel.objects.get().pk, "reader@example.org").removeprefix("http://127.0.0.1:8000")
    with time_machine.travel(NOW() + dt.timedelta(days=days)):
        assert [Client().get(old).status_code, Client().post(old).status_code] == [410, 410]
    assert Channel.objects.get().verified_at is None


@pytest.mark.parametrize("signed", ["x", "a:b:c", "WzEsICJhIl0:1vP:abc"])
def test_nor_does_one_that_nobody_signed(signed):
    assert Client().post(f"/en/verify/{signed}/").status_code == 410


def test_in_japanese_too():
    asked()
    ask_readers()
    page = Client().get(link_in(mail.outbox[0]).replace("/en/", "/ja/"))
    assert 'lang="ja"' in page.content.decode()


def test_a_changed_address_is_verified_anew_and_the_old_link_is_not_for_it():
    delivery = asked()
    ask_readers()
    old = link_in(mail.outbox.pop())
    Client().post(old)
    change_channel(delivery.subscription.channel_id, address="other@example.org")
    send_due()
    assert (Channel.objects.get().verified_at, Client().post(old).status_code, mail.outbox) == (None, 410, [])
    ask_readers()
    assert mail.outbox[0].to == ["other@example.org"]
    Client().post(link_in(mail.outbox[0]))
    send_due()
    assert [each.to for each in mail.outbox] == [["other@example.org"]] * 2


def test_an_address_gets_few_such_mails_a_day_whoever_asks():
    for _ in range(MOST + 2):
        create_channel(owner=make_user(), kind="email", address="Reader@example.org")
    create_channel(owner=make_user(), kind="email", address="reader@EXAMPLE.org")
    assert ask_readers() == MOST
    with pytest.raises(Conflict, match="wait until tomorrow"):
        ask_anew(Channel.objects.latest("id").pk, now=NOW())
    ask_anew(Channel.objects.latest("id").pk, now=NOW() + dt.timedelta(hours=25))


def test_what_is_verified_is_not_asked_again():
    asked()
    row = Channel.objects.get()
    vouch(row.pk, by=make_user(is_superuser=True), now=NOW())
    with pytest.raises(Refused, match="nothing to verify"):
        ask_anew(row.pk, now=NOW())
    assert ask_readers() == 0


def test_only_an_administrator_vouches_and_it_is_audited():
    asked()
    row = Channel.objects.get()
    with pytest.raises(Refused, match="only an administrator"):
        vouch(row.pk, by=make_user(), now=NOW())
    boss = make_user("boss", is_superuser=True)
    vouch(row.pk, by=boss, now=NOW())
    entry = AuditEntry.objects.get(act="address_vouched")
    assert (entry.actor, entry.about, send_due()) == (boss, "reader@example.org", 1)


def test_the_address_of_the_own_account_needs_no_mail():
    owner = make_user(email="Reader@example.org")
    make_delivery(subscribe(owner))
    assert (send_due(), ask_readers()) == (1, 0)


def test_no_test_is_sent_to_it_before():
    asked()
    with pytest.raises(Refused, match="is not verified"):
        send_test(Channel.objects.get(), now=NOW())


def test_what_is_paused_and_not_verified_waits_for_both():
    delivery = asked()
    row = delivery.subscription.channel
    pause(row.pk, because="it failed", now=NOW())
    assert resume(row.pk, now=NOW()) == 0
    pause(row.pk, because="it failed", now=NOW())
    verify(link(row.pk, row.address).split("/")[-2], now=NOW())
    assert Delivery.objects.get().state == "held"
    assert resume(row.pk, now=NOW()) == 1


def test_a_webhook_needs_no_word(receiver):
    from tests.delivery.channels.test_webhook import lead_to

    make_delivery(lead_to(receiver.url))
    send_due()
    assert len(receiver.got) == 1


def test_without_a_mail_server_nothing_waits_and_nobody_is_asked(settings):
    delivery = asked()
    settings.VERIFY_ADDRESSES = False
    assert release_held(now=NOW()) == 1
    send_due()
    create_channel(owner=make_user(), kind="email", address="another@example.org")
    delivery.refresh_from_db()
    assert (delivery.state, VerificationMail.objects.filter(address="another@example.org").exists()) == ("sent", False)


class Refusing:
    """A mail server that knows no such mailbox."""

    code = 550

    def __init__(self, **_options):
        pass

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"no")})


class Busy(Refusing):
    """One that is busy."""

    code = 450


@pytest.mark.parametrize(("server", "again"), [("Refusing", 0), ("Busy", 1)])
def test_a_mail_that_fails_is_tried_again_unless_the_mailbox_is_refused_for_good(settings, server, again):
    settings.EMAIL_BACKEND = f"{__name__}.{server}"
    asked()
    assert (ask_readers(), ask_readers()) == (0, 0)
    VerificationMail.objects.update(next_try_at=NOW())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (ask_readers(), VerificationMail.objects.count()) == (again, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail():
    asked()
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: ask_alone(), range(2))) == 1
    assert len(mail.outbox) == 1


def ask_alone():
    try:
        return ask_readers()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_no_message_stays_held_where_the_reader_answers_at_that_moment():
    for _ in range(10):
        delivery = make_delivery(subscribe(address="reader@example.org"))
        row = delivery.subscription.channel
        signed = link(row.pk, row.address).split("/")[-2]
        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(alone, send_due), pool.submit(alone, lambda: verify(signed, now=NOW()))]  # noqa: B023
            [each.result() for each in done]
        send_due()
        delivery.refresh_from_db()
        assert delivery.state == "sent"


def alone(act):
    try:
        return act()
    finally:
        connections.close_all()


# through each door


def test_the_api_says_what_waits_and_sends_the_link_again():
    analyst = caller("an-analyst", "write")
    made = analyst.made("channels/", {"address": "reader@example.org"})
    assert (made["verified_at"], made["waits_because"]) == (None, "waits: its address is not verified")
    make_delivery(subscribe(Channel.objects.get().owner, channel=Channel.objects.get()))
    send_due()
    (told,) = analyst.read("deliveries/")["results"]
    assert (told["state"], told["waits_because"]) == ("held", "waits: its address is not verified")
    assert analyst.post(f"channels/{made['id']}/verify/", {}).status_code == 200
    assert ask_readers() == 2
    Client().post(link_in(mail.outbox[0]))
    assert analyst.read(f"channels/{made['id']}/")["waits_because"] == ""


def test_over_the_api_only_an_administrator_vouches():
    analyst = caller("an-analyst", "write")
    made = analyst.made("channels/", {"address": "reader@example.org"})
    assert analyst.post(f"channels/{made['id']}/vouch/", {}).status_code == 403
    boss = caller("an-administrator", "admin")
    assert boss.post(f"channels/{made['id']}/vouch/", {}).json()["waits_because"] == ""


def test_the_admin_says_so_and_sends_the_link_again():
    analyst, boss = signed_in("analyst"), signed_in("administrator")
    analyst.post("/admin/procurement/channel/add/", {"kind": "email", "address": "reader@example.org"})
    row = Channel.objects.get()
    page = f"/admin/procurement/channel/{row.pk}"
    text = analyst.get(f"{page}/change/").content.decode()
    assert "waits: its address is not verified" in text
    assert ("Send the link again" in text, "Vouch" in text, f"{page}/test/" in text) == (True, False, False)
    analyst.post(f"{page}/ask/")
    assert VerificationMail.objects.count() == 2
    assert analyst.post(f"{page}/vouch_for/").status_code == 403
    boss.post(f"{page}/vouch_for/")
    row.refresh_from_db()
    assert row.verified_at is not None
