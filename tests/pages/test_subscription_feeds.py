"""The feed of a subscription at its secret address."""

import datetime as dt
import re
import uuid
from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.test import Client

from procurement.alerts.leaving import delete_subscription, switch_off
from procurement.alerts.models import Subscription
from procurement.delivery.addressing import create_channel
from procurement.delivery.feeding import feed_url, renew_feed
from procurement.delivery.sending import send_due
from tests.admin.conftest import signed_in
from tests.alerts.subscribers import make_user, subscribe
from tests.api.conftest import caller
from tests.delivery.outbox import make_delivery
from tests.delivery.test_composing import PAYLOAD

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def path_of(subscription) -> str:
    subscription.refresh_from_db()
    return feed_url(subscription).removeprefix("http://127.0.0.1:8000")


def read(subscription, **headers):
    return Client().get(path_of(subscription), headers=headers)


def entries(subscription):
    return list(ET.fromstring(read(subscription).content).iter(f"{ATOM}entry"))


@pytest.fixture
def fed():
    """A subscription without mail: its channel is a feed."""
    owner = make_user()
    channel = create_channel(owner=owner, kind="feed", address="my reader")
    return subscribe(owner, channel=channel, name="Stops & more", zone="Asia/Tokyo")


def test_whoever_has_no_mail_reads_messages_as_a_feed(fed, settings):
    settings.VERIFY_ADDRESSES = True
    delivery = make_delivery(fed, summary="It <stopped>", payload=PAYLOAD)
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.get().outcome, mail.outbox) == ("sent", "sent", [])
    (entry,) = entries(fed)
    assert entry.findtext(f"{ATOM}title") == "It <stopped>"
    assert entry.find(f"{ATOM}link").get("href") == "http://127.0.0.1:8000/en/programs/aegis-ashore/"
    assert "It &lt;stopped&gt;" in entry.findtext(f"{ATOM}summary")


def test_it_is_atom_as_the_specification_wants_it(fed):
    delivery = make_delivery(fed)
    answer = read(fed)
    feed = ET.fromstring(answer.content)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.findtext(f"{ATOM}title") == "Stops & more – Defence-procurement tracker"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Defence-procurement tracker"
    assert {each.get("rel") for each in feed.findall(f"{ATOM}link")} == {"alternate", "self"}
    (entry,) = feed.iter(f"{ATOM}entry")
    assert uuid.UUID(entry.findtext(f"{ATOM}id")) == uuid.UUID(delivery.message_id.strip("<>").partition("@")[0])
    for each in (feed, entry):
        assert all(each.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        assert dt.datetime.fromisoformat(each.findtext(f"{ATOM}updated")).tzinfo is not None


def test_ids_stay_whatever_becomes_of_the_address(fed):
    make_delivery(fed)
    before = re.findall("<id>.*?</id>", read(fed).content.decode())
    renew_feed(fed.pk)
    assert re.findall("<id>.*?</id>", read(fed).content.decode()) == before
    assert len(before) == 2


def test_an_empty_one_is_as_old_as_its_subscription(fed):
    feed = ET.fromstring(read(fed).content)
    assert dt.datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == fed.created_at


def test_who_has_it_is_told_so_until_something_is_new(fed):
    make_delivery(fed)
    first = read(fed)
    assert read(fed, if_none_match=first["ETag"]).status_code == 304
    assert read(fed, if_modified_since=first["Last-Modified"]).status_code == 304
    make_delivery(fed)
    assert read(fed, if_none_match=first["ETag"]).status_code == 200


def test_it_sets_no_cookie_and_is_kept_for_nobody_else(fed):
    answer = read(fed)
    assert (dict(answer.cookies), answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ({}, "no-referrer", "noindex")
    assert {"private", "no-cache"} <= set(re.split(", *", answer["Cache-Control"]))


def test_times_are_those_of_the_subscription(fed):
    make_delivery(fed)
    assert re.search(r"\d\d:\d\d JST", entries(fed)[0].findtext(f"{ATOM}summary"))


def test_it_has_what_could_not_be_sent_too_but_not_what_was_cancelled(fed):
    make_delivery(fed, state="failed", summary="failed")
    make_delivery(fed, state="held", summary="held")
    make_delivery(fed, state="cancelled", summary="cancelled")
    assert [each.findtext(f"{ATOM}title") for each in entries(fed)] == ["held", "failed"]


def test_it_has_the_newest_messages_with_few_queries(fed, django_assert_max_num_queries):
    for _ in range(60):
        make_delivery(fed, alerts=2)
    with django_assert_max_num_queries(4):
        assert len(entries(fed)) == 50


def test_another_subscription_s_messages_are_not_in_it(fed):
    make_delivery(subscribe(fed.owner, channel=fed.channel))
    assert entries(fed) == []


def test_what_xml_cannot_hold_does_not_break_it(fed):
    make_delivery(fed, summary="a\x08b\x1fc", payload={"quotation": "\x0b\ufffe", "term": "x"})
    assert entries(fed)[0].findtext(f"{ATOM}title") == "a b c"


def delete(row):
    delete_subscription(row.pk, now=row.created_at)


@pytest.mark.parametrize("end", [lambda row: renew_feed(row.pk), delete])
def test_an_old_address_is_gone(fed, end):
    old = path_of(fed)
    end(fed)
    assert Client().get(old).status_code == 410


def deactivate(row):
    row.owner.is_active = False
    row.owner.save(update_fields=["is_active"])


@pytest.mark.parametrize("off", [lambda row: switch_off(row.pk), deactivate])
def test_while_it_is_off_there_is_none(fed, off):
    off(fed)
    assert read(fed).status_code == 404


@pytest.mark.parametrize("forged", ["1.0", "1.0:AAAA", "x", "1.0:"])
def test_a_made_up_address_leads_nowhere(fed, forged):
    assert Client().get(f"/feeds/{forged}.atom").status_code == 404


def test_it_is_read_and_never_written(fed):
    assert Client().post(path_of(fed)).status_code == 405


# who sees the address


def test_the_api_tells_the_owner_alone_and_renews_it():
    analyst, boss = caller("an-analyst", "write"), caller("an-administrator", "admin")
    made = analyst.made("subscriptions/", {"channel": {"kind": "feed", "address": "my reader"}})
    row = Subscription.objects.get()
    page = f"subscriptions/{made['id']}/feed/"
    assert analyst.read(page) == {"url": feed_url(row)}
    assert (boss.get(page).status_code, boss.post(page, {}).status_code) == (404, 404)
    renewed = analyst.post(page, {}).json()["url"]
    assert renewed != feed_url(row)
    assert analyst.read(page) == {"url": renewed}


def test_the_admin_tells_the_owner_alone_and_renews_it():
    analyst, boss = signed_in("analyst"), signed_in("administrator")
    row = subscribe(analyst.user)
    page = f"/admin/procurement/subscription/{row.pk}"
    assert feed_url(row) in analyst.get(f"{page}/change/").content.decode()
    assert "/feeds/" not in boss.get(f"{page}/change/").content.decode()
    assert boss.post(f"{page}/renew/").status_code in {403, 404}
    analyst.post(f"{page}/renew/")
    row.refresh_from_db()
    assert row.feed_serial == 1
