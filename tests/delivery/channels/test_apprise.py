"""Chat and push services by Apprise, to a real server on this machine."""

import importlib
import json
import logging
import re
import ssl
import time
from pathlib import Path

import pytest

from procurement.alerts.models import Channel
from procurement.common.errors import Refused
from procurement.delivery import chat_services
from procurement.delivery.addressing import change_channel, create_channel
from procurement.delivery.chat_services import SERVICES, address_in, plugin_of
from procurement.delivery.models import Attempt
from procurement.delivery.sending import send_due
from tests.admin.conftest import signed_in
from tests.alerts.subscribers import make_user, subscribe
from tests.api.conftest import caller
from tests.delivery.outbox import make_delivery
from tests.delivery.receiver import HOST, receiving

pytestmark = pytest.mark.django_db

#: Of the receiver, which nobody trusts unless told to; for tests on this machine only.
CERTIFICATE = Path(__file__).parents[1] / "certificate.pem"
TOKEN = "secret-token-of-a-room"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
NATIVE = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"


@pytest.fixture
def mattermost(settings, monkeypatch):
    """A server of Mattermost on this machine, which an administrator trusts."""
    settings.WEBHOOK_HOSTS = [HOST]
    monkeypatch.setattr(chat_services, "TRUSTED", str(CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with receiving(tls=context) as receiver:
        yield receiver


def address_of(receiver, path=""):
    """The address of a room; the path says how the server answers."""
    return f"mmosts://{receiver.url.partition('://')[2]}/{path}{TOKEN}"


def send(url, **given):
    owner = make_user()
    channel = create_channel(owner=owner, kind="apprise", address=url)
    delivery = make_delivery(subscribe(owner, channel=channel), **given)
    send_due()
    delivery.refresh_from_db()
    return delivery, delivery.attempts.get()


def test_a_message_is_said_in_a_room(mattermost):
    delivery, attempt = send(address_of(mattermost), summary="It stopped")
    (got,) = mattermost.got
    assert got.path == f"/hooks/{TOKEN}"
    assert "* It stopped" in json.loads(got.body)["text"]
    assert (delivery.state, attempt.status, attempt.answer) == ("sent", 200, "thank you")


def test_all_of_its_address_is_a_secret_wherever_one_looks(mattermost, caplog):
    caplog.set_level(logging.DEBUG)
    analyst = caller("an-analyst", "write")
    made = analyst.made("channels/", {"kind": "apprise", "address": address_of(mattermost, "500/")})
    assert re.fullmatch(rf"mmosts://{HOST}/…[0-9a-f]{{6}}", made["address"])
    assert (made["settings"], made["secrets"]) == ({}, ["url"])
    row = Channel.objects.get()
    make_delivery(subscribe(row.owner, channel=row))
    send_due()
    told = [str(analyst.read(path)) for path in ("channels/", "deliveries/", f"channels/{row.pk}/")]
    told += [str(row), str(Attempt.objects.values()), caplog.text]
    boss = signed_in("administrator")
    told += [boss.get(f"/admin/procurement/channel/{tail}").content.decode() for tail in ("", f"{row.pk}/change/")]
    assert [text for text in told if TOKEN in text] == []


def test_a_host_has_messages_in_hand_of_its_own(mattermost):
    send(address_of(mattermost))
    assert Channel.objects.get(kind="apprise").destination == HOST


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [("500/", 500, "answered 500"), ("elsewhere/", 307, "answered 307"), ("close/", None, "ConnectionError")],
)
def test_what_fails_is_said_with_the_answer_and_redirects_are_not_followed(mattermost, path, status, said):
    delivery, attempt = send(address_of(mattermost, path))
    assert (delivery.state, attempt.status, len(mattermost.got)) == ("pending", status, 1)
    assert said in attempt.error
    assert TOKEN not in attempt.error + attempt.answer


@pytest.mark.parametrize("path", ["hang/", "drip/"])
def test_nobody_waits_for_one_that_takes_too_long(mattermost, monkeypatch, path):
    monkeypatch.setattr(chat_services, "LONGEST", 1.0)
    began = time.monotonic()
    delivery, attempt = send(address_of(mattermost, path))
    assert (time.monotonic() - began < 10, delivery.state, bool(attempt.error)) == (True, "pending", True)


def test_one_that_is_gone_pauses_its_channel(mattermost):
    send(address_of(mattermost, "410/"))
    assert "answered 410" in Channel.objects.get(kind="apprise").paused_because


def test_one_that_asks_for_time_gets_it(mattermost):
    delivery, attempt = send(address_of(mattermost, "busy/"))
    assert 600 <= (delivery.next_try_at - attempt.at).total_seconds() <= 720


@pytest.mark.parametrize("host", [HOST, "localhost.", "0177.0.0.1", "[::ffff:127.0.0.1]", "127.1.1.1"])
def test_a_private_address_is_not_reached_however_it_is_written(mattermost, settings, host):
    settings.WEBHOOK_HOSTS = []
    port = mattermost.url.rpartition(":")[2]
    try:
        _, attempt = send(f"mmosts://{host}:{port}/{TOKEN}")
    except Refused:
        assert mattermost.got == []
    else:
        assert ("policy" in attempt.error or "resolve" in attempt.error, mattermost.got) == (True, [])


def test_a_certificate_that_nobody_trusts_is_not_accepted(mattermost, monkeypatch):
    monkeypatch.setattr(chat_services, "TRUSTED", True)
    _, attempt = send(address_of(mattermost))
    assert ("SSLError" in attempt.error, mattermost.got) == (True, [])


@pytest.mark.parametrize(
    "url",
    [
        "json://example.org/", "jsons://example.org/", "xml://example.org/", "form://example.org/", "file:///etc/passwd",
        "mailto://a:b@example.org", "syslog://", "dbus://", "exec://ls", "windows://", "gnome://", "smpp://a:b@example.org",
        "apprise://example.org/token", "http://example.org/", "https://example.org/", "mmost://example.org/token",
        "nothing", "slack://", "mmosts://room", "ntfys://topic",
        f"{SLACK}?template=/etc/passwd", f"{SLACK}/#general?template=file:///etc/passwd", f"{SLACK}?verify=no",
        f"{SLACK}?redirect=yes", "mmosts://example.org/token?+X-Header=1", "mmosts://example.org/token?icon_url=http://10.0.0.1/",
        "ntfys://example.org/topic?attach=http://10.0.0.1/",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_or_names_files_is_refused_and_not_repeated(url):
    with pytest.raises(Refused) as refused:
        create_channel(owner=make_user(), kind="apprise", address=url)
    said = str(refused.value)
    assert ("address" in refused.value.errors, url.partition("://")[2][:12] in said if len(url) > 20 else False) == (
        True,
        False,
    )
    assert re.search("accepted|needs|followed", said)


def test_the_address_that_a_service_hands_out_is_accepted_too():
    row = create_channel(owner=make_user(), kind="apprise", address=NATIVE)
    assert row.address.startswith("slack://hooks.slack.com/…")
    assert address_in(row.settings["url"]).scheme == "slack"


def test_the_same_twice_is_one_and_another_is_another():
    owner = make_user()
    first, again, other = (
        create_channel(owner=owner, kind="apprise", address=url) for url in (SLACK, SLACK, SLACK + "x")
    )
    assert (first.pk == again.pk, first.pk == other.pk) == (True, False)


def test_its_address_is_changed_as_that_of_others():
    row = create_channel(owner=make_user(), kind="apprise", address=SLACK)
    changed = change_channel(row.pk, address=f"{SLACK}y")
    assert (changed.address == row.address, changed.settings["url"]) == (False, f"{SLACK}y")
    assert change_channel(row.pk, settings={"url": SLACK}).address == row.address
    assert change_channel(row.pk, address=row.address).settings["url"] == SLACK


def test_in_the_admin_it_is_typed_like_a_password():
    analyst = signed_in("analyst")
    page = "/admin/procurement/channel/add/"
    assert 'type="password"' in analyst.get(page).content.decode()
    analyst.post(page, {"kind": "apprise", "address": "", "settings.url": SLACK})
    assert Channel.objects.get().settings == {"url": SLACK}


@pytest.mark.parametrize("scheme", SERVICES)
def test_a_service_asks_by_nothing_but_checked_requests(scheme):
    plugin = plugin_of(SERVICES[scheme])
    for each in {each.__module__ for each in plugin.__mro__ if each.__module__.startswith("apprise.plugins.")}:
        module = importlib.import_module(each)
        source = Path(module.__file__).read_text("utf-8")
        assert getattr(module, "requests", chat_services.CHECKED) is chat_services.CHECKED
        assert not re.search(
            r"^\s*(import|from) (socket|http|urllib\.request|smtplib|subprocess|ssl|ftplib)\b", source, re.MULTILINE
        )
        assert not re.search(r"requests\.(Session|session|sessions|adapters)\b", source)


def test_what_goes_around_the_checks_is_not_there():
    for name in ("Session", "session", "adapters", "head"):
        with pytest.raises(AttributeError):
            getattr(chat_services.CHECKED, name)
    with pytest.raises(LookupError):
        chat_services.CHECKED.get("https://example.org/")
