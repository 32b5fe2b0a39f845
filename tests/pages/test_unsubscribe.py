"""Leaving by the link in a mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from procurement.alerts.models import Delivery, Subscription
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import subscribe
from tests.api.conftest import caller
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(settings):
    """The address in the header of a mail, without its host."""
    settings.ANONYMOUS_READ = False
    make_delivery(subscribe(name="Stops <b>"))
    send_due()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>")
    assert url in mail.outbox[0].body
    return url.removeprefix(settings.PUBLIC_URL)


def test_opening_the_link_asks_and_changes_nothing(address):
    for ask in (Client().get, Client().head):
        answer = ask(address)
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert "Stops &lt;b&gt;" in Client().get(address).content.decode()
    assert Subscription.objects.get().active


def test_a_mail_program_posts_without_a_cookie_and_what_waits_is_not_sent(address):
    make_delivery(Subscription.objects.get())
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, Subscription.objects.get().active) == (200, False)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "sent"]
    assert Client().post(address).status_code == 200
    assert "Nothing more is sent" in client.get(address).content.decode()


def test_in_japanese_too(address):
    answer = Client().get(address.replace("/en/", "/ja/"))
    assert (answer.status_code, 'lang="ja"' in answer.content.decode()) == (200, True)


def test_another_subscription_is_not_left_by_it(address):
    other = subscribe()
    forged = re.sub(r"unsubscribe/\d+", f"unsubscribe/{other.pk}", address)
    assert [Client().post(forged).status_code, Client().get(forged).status_code] == [404, 404]
    assert Subscription.objects.get(pk=other.pk).active


@pytest.mark.parametrize("signed", ["1", "1:", ":", "x:y", "1%00:x"])
def test_what_nobody_signed_leads_nowhere(signed):
    assert Client().post(f"/en/unsubscribe/{signed}/").status_code == 404


def test_a_test_message_has_no_such_link():
    analyst = caller("an-analyst", "write")
    made = analyst.made("channels/", {"address": "me@example.org"})
    analyst.post(f"channels/{made['id']}/test/", {})
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
