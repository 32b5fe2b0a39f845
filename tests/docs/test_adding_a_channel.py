"""The channel of docs/adding-a-channel.md works as the page says."""

import hmac
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from procurement.alerts.models import Channel
from procurement.delivery import channels
from procurement.delivery.sending import send_due
from tests.admin.conftest import signed_in
from tests.admin.test_facts import refusals
from tests.alerts.subscribers import make_user, subscribe
from tests.api.calling import Caller
from tests.api.conftest import caller
from tests.delivery.outbox import make_delivery
from tests.docs.blocks import block, plug_in

PAGE = "adding-a-channel.md"
SECRET = "a secret of 24 characters"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The module of the page, beside those of the package; gives the folder that messages go to."""
    plug_in(monkeypatch, tmp_path, channels, "folder", block(PAGE, "python"), channels.carriers)
    settings.TRACKER_HOME = tmp_path
    yield tmp_path / "messages" / "press"
    sys.modules.pop(f"{channels.__name__}.folder", None)
    channels.carriers.cache_clear()


@pytest.fixture
def analyst() -> Caller:
    return caller("an-analyst", "write")


def channel_of(owner: User, **settings: str) -> Channel:
    return Channel.objects.create(owner=owner, kind="folder", address="press", settings={"secret": SECRET} | settings)


def test_the_page_shows_what_the_api_answers(analyst: Caller) -> None:
    pk = 0
    for method, address, body, status, part in json.loads(block(PAGE, "json")):
        answer = {"POST": analyst.post, "PATCH": analyst.patch}[method](address.format(id=pk), body)
        said = answer.json()
        pk = said.get("id", pk)
        assert (answer.status_code, said | part) == (status, said)


def test_a_subscription_names_a_channel_with_its_settings_inline(analyst: Caller) -> None:
    body = {"channel": {"kind": "folder", "address": "press", "settings": {"secret": SECRET}}}
    assert analyst.made("subscriptions/", body)["channel"] == Channel.objects.get().pk
    body["channel"]["settings"] = {"secret": "one that is not the stored one"}
    answer = analyst.post("subscriptions/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (409, ["channel.settings"])


def test_a_secret_that_was_stored_is_shown_by_no_answer(analyst: Caller) -> None:
    made = analyst.made("channels/", {"kind": "folder", "address": "press", "settings": {"secret": SECRET}})
    for address in (f"channels/{made['id']}/", "channels/", "channels/?format=csv", "channels/?format=jsonl"):
        assert SECRET not in b"".join(analyst.get(address)).decode()
    assert Channel.objects.get().settings == {"secret": SECRET}


def test_a_message_is_carried_with_the_settings_of_its_channel(folder: Path) -> None:
    owner = make_user()
    make_delivery(subscribe(owner, channel=channel_of(owner)), payload={"contract": "A1"})
    assert send_due() == 1
    (file,) = folder.glob("*.json")
    assert json.loads(file.read_text("utf-8"))[0]["contract"] == "A1"
    signature = hmac.new(SECRET.encode(), file.read_bytes(), "sha256").hexdigest()
    assert file.with_suffix(".sig").read_text("utf-8") == signature


def test_the_admin_offers_the_settings_and_never_the_secret() -> None:
    analyst = signed_in("analyst")
    page = "/admin/procurement/channel/add/"
    typed = {"kind": "folder", "address": "press", "settings.content": "text"}
    assert "signs each file" in analyst.get(page).content.decode()
    assert "settings.secret" in refusals(analyst.post(page, typed | {"settings.secret": "short"}))
    analyst.post(page, typed | {"settings.secret": SECRET})
    row = Channel.objects.get()
    assert row.settings == {"secret": SECRET, "content": "text"}
    assert SECRET not in analyst.get(f"/admin/procurement/channel/{row.pk}/change/").content.decode()


def test_the_admin_keeps_a_secret_that_is_left_empty_and_takes_away_what_is_emptied() -> None:
    analyst = signed_in("analyst")
    row = channel_of(analyst.user, content="text")
    typed = {"address": "news", "settings.secret": "", "settings.content": ""}
    analyst.post(f"/admin/procurement/channel/{row.pk}/change/", typed)
    row.refresh_from_db()
    assert (row.address, row.settings) == ("news", {"secret": SECRET})
