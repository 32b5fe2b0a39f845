"""Mails as HTML."""

import email
import email.policy
import time
from collections import OrderedDict

import pytest
from django.core.mail import EmailMultiAlternatives

from procurement.alerts.models import Channel
from procurement.charts.timeline import apart
from procurement.delivery import charting
from procurement.delivery.channels.email import composed
from procurement.delivery.composing import compose
from procurement.delivery.letters import wanted
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.channels.test_webhook import SECRET
from tests.delivery.outbox import make_delivery
from tests.delivery.test_composing import PAYLOAD
from tests.makers import decide, make_program, make_source

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def with_charts(settings):
    settings.MAIL_CHARTS = True


@pytest.fixture
def charts(monkeypatch):
    """Charts that are drawn at once; how long it takes may be set, and what comes of it."""
    made = charting.Charts()
    monkeypatch.setattr("procurement.delivery.letters.CHARTS", made)
    drawn = {"picture": PNG, "seconds": 0.0, "asked": []}

    def draw(asked):
        drawn["asked"].append(asked.program)
        time.sleep(drawn["seconds"])
        return drawn["picture"]

    monkeypatch.setattr(charting, "_drawn", draw)
    return drawn


def parts_of(mail: EmailMultiAlternatives):
    """A mail as a mail program reads it."""
    return email.message_from_bytes(mail.message().as_bytes(), policy=email.policy.default)


def mail_of(delivery):
    return parts_of(composed(compose(delivery), "reader@example.org"))


def html_of(delivery):
    return mail_of(delivery).get_body(("html",)).get_content()


@pytest.mark.django_db
def test_a_mail_has_text_and_html_with_its_chart_inside(charts):
    mail = mail_of(make_delivery(summary="It stopped", payload=PAYLOAD))
    assert mail.get_content_type() == "multipart/related"
    assert "* It stopped" in mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"].strip("<>") in html
    assert (picture.get_content_disposition(), picture.get_content()) == ("inline", PNG)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        '<html lang="en">',
        "prefers-color-scheme: dark",
        '<a href="http://127.0.0.1:8000/en/programs/aegis-ashore/">Aegis Ashore</a> (イージス・アショア)',
        'alt="Chart of Aegis Ashore through time; its page has the figures."',
        "suspended since 2020-06-15, disputed",
        "Outstanding: 28,455,000,000 JPY",
        '<a href="https://example.org/1">記者会見</a>',
        "Kono Taro: “停止” “プロセスを停止する”",
        "http://127.0.0.1:8000/en/unsubscribe/",
    ],
)
def test_it_says_what_the_text_says_with_links_to_pages(charts, said):
    html = html_of(make_delivery(payload=PAYLOAD))
    assert said in html
    assert "/api/" not in html


@pytest.mark.django_db
def test_values_are_escaped_and_only_web_addresses_become_links(charts):
    bad = PAYLOAD | {"quotation": "<script>1</script>", "source": {"title": "<i>", "url": "javascript:alert(1)"}}
    delivery = make_delivery(subscribe(name="<b>mine</b>"), summary='<img src="x">', payload=bad)
    html = html_of(delivery)
    assert ("<script" in html, '<img src="x"' in html, "<i>" in html, "<b>mine" in html) == (False,) * 4
    assert "javascript:" not in html
    assert "&lt;script&gt;1&lt;/script&gt;" in html


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "shown"), [("Asia/Tokyo", "2026-01-05 17:00 JST"), ("Asia/Kolkata", "13:30 IST")])
def test_times_are_those_of_the_subscription(charts, zone, shown):
    delivery = make_delivery(subscribe(zone=zone), digest_until="2026-01-05T08:00Z", alerts=1)
    mail = mail_of(delivery)
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert shown in text
        assert f"Times are those of {zone}." in text


@pytest.mark.django_db
def test_a_program_has_its_chart_once_and_a_message_few(charts):
    for code in "abcde":
        make_delivery(payload={"program": {"code": code, "name": code}})
    alerts = [each.alert for delivery in [make_delivery(alerts=2, payload=PAYLOAD)] for each in delivery.notices.all()]
    assert [each.program for each in wanted(alerts)] == ["aegis-ashore"]
    html = html_of(make_delivery(alerts=2, payload=PAYLOAD))
    assert html.count("<img") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["nothing", "slow"])
def test_a_chart_that_cannot_be_drawn_in_time_stops_no_mail(charts, monkeypatch, trouble):
    monkeypatch.setattr(charting, "PATIENCE", 0.1)
    charts |= {"picture": None} if trouble == "nothing" else {"seconds": 1.0}
    mail = mail_of(make_delivery(payload=PAYLOAD))
    assert "<img" not in mail.get_body(("html",)).get_content()
    assert [part for part in mail.walk() if part.get_content_type() == "image/png"] == []


@pytest.mark.django_db
def test_they_can_be_left_out_altogether(charts, settings):
    settings.MAIL_CHARTS = False
    assert ("<img" in html_of(make_delivery(payload=PAYLOAD)), charts["asked"]) == (False, [])


@pytest.mark.django_db
def test_news_to_many_is_drawn_once(charts):
    first = make_delivery(payload=PAYLOAD)
    for _ in range(3):
        html_of(first)
    assert charts["asked"] == ["aegis-ashore"]


@pytest.mark.django_db
def test_where_many_wait_nobody_waits_behind_them(charts, monkeypatch):
    monkeypatch.setattr(charting, "MOST_WAITING", 1)
    monkeypatch.setattr(charting, "PATIENCE", 0.01)
    charts["seconds"] = 2.0
    html_of(make_delivery(payload=PAYLOAD))
    monkeypatch.setattr(charting, "PATIENCE", 300)
    monkeypatch.setattr(apart, "LONGEST", 300)
    began = time.monotonic()
    html_of(make_delivery(payload={"program": {"code": "other", "name": "Other"}}))
    assert (time.monotonic() - began < 1.5, charts["asked"]) == (True, ["aegis-ashore"])


@pytest.mark.django_db
def test_only_channels_that_show_it_have_a_letter(charts, settings):
    owner = make_user()
    posted = Channel.objects.create(
        owner=owner, kind="webhook", address="https://example.org/", settings={"secret": SECRET}
    )
    assert compose(make_delivery(subscribe(owner, channel=posted))).letter is None
    assert compose(make_delivery()).letter is not None


@pytest.mark.django_db
def test_what_happened_between_and_figures_are_shown_where_given(charts):
    message = compose(make_delivery(payload=PAYLOAD))
    steps = [{"happened_at": message.created_at, "summary": "It <stopped>"}]
    message.letter.context.update(
        {
            "between": [{"line": "It is suspended again", "steps": steps}],
            "figures": [{"title": "Aegis, under all its contracts", "lines": ["Outstanding: 5 JPY -> 7 JPY (+2 JPY)"]}],
        }
    )
    html = message.letter.html({})
    for said in ("It is suspended again", "It &lt;stopped&gt;", "Aegis, under all", "5 JPY -&gt; 7 JPY (+2 JPY)"):
        assert said in html


@pytest.mark.django_db(transaction=True)
def test_the_chart_is_the_one_of_the_page(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(charting, "PATIENCE", 60)
    monkeypatch.setattr(charting.CHARTS, "_asked", OrderedDict())  # other tests have a program of this name
    settings.EMAIL_BACKEND = "procurement.delivery.mailfolder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    program = make_program(code="radar")
    decide(program, "suspended", "2020-06-15", source=make_source())
    make_delivery(payload={"program": {"code": "radar", "name": "Radar"}})
    send_due()
    (file,) = tmp_path.glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content().startswith(PNG)
    assert len(picture.get_content()) > 5000
