"""Channels and their addresses."""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, connections

from procurement.alerts.models import Channel
from procurement.common.errors import Conflict, Refused
from procurement.common.options import Option
from procurement.delivery.addressing import change_channel, create_channel, secrets_in, shown_settings
from procurement.delivery.channels import carriers
from procurement.delivery.channels.email import Email
from tests.alerts.subscribers import make_user


@pytest.mark.django_db
def test_a_setting_that_its_kind_has_not_is_refused():
    with pytest.raises(Refused) as refused:
        create_channel(owner=make_user(), kind="email", address="a@example.org", settings={"colour": "red"})
    assert refused.value.errors == {"settings.colour": ["is unknown; accepted: none"]}


@pytest.fixture
def pigeons(monkeypatch):
    """A kind with settings, beside those that there are."""

    class Pigeon(Email):
        kind = "pigeon"
        options = (Option("ring", "its number", needed=True, secret=True), Option("loft", "where it starts"))

        @staticmethod
        def faults(_address, settings):
            return {"settings.loft": "is far away; home would be accepted"} if settings["loft"] == "far" else {}

    known = {**carriers(), "pigeon": Pigeon}
    monkeypatch.setattr("procurement.delivery.addressing.carriers", lambda: known)


def pigeon(owner, **settings):
    return create_channel(owner=owner, kind="pigeon", address="north", settings=settings)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("settings", "field"),
    [({}, "settings.ring"), ({"ring": "7", "loft": "far"}, "settings.loft"), ({"ring": None}, "settings.ring")],
)
def test_settings_that_a_carrier_does_not_take_are_refused(pigeons, settings, field):
    with pytest.raises(Refused) as refused:
        pigeon(make_user(), **settings)
    assert list(refused.value.errors) == [field]


@pytest.mark.django_db
def test_the_same_channel_with_other_settings_is_a_conflict(pigeons):
    user = make_user()
    row = pigeon(user, ring="7")
    assert pigeon(user, ring="7") == row
    with pytest.raises(Conflict) as conflict:
        pigeon(user, ring="8")
    assert (conflict.value.existing, Channel.objects.get().settings) == (row.pk, {"ring": "7"})


@pytest.mark.django_db
def test_a_change_keeps_the_settings_that_it_does_not_name(pigeons):
    row = pigeon(make_user(), ring="7", loft="home")
    assert change_channel(row.pk, settings={"loft": None}).settings == {"ring": "7"}
    assert change_channel(row.pk, settings={"ring": "8"}, address="south").address == "south"
    assert Channel.objects.get().settings == {"ring": "8"}


@pytest.mark.django_db
def test_a_change_is_refused_as_a_new_channel_would_be(pigeons):
    row = pigeon(make_user(), ring="7")
    with pytest.raises(Refused, match=r"settings\.ring: is missing"):
        change_channel(row.pk, settings={"ring": None})
    assert Channel.objects.get().settings == {"ring": "7"}


@pytest.mark.django_db
def test_a_channel_does_not_change_into_another_one():
    user = make_user()
    one, other = (create_channel(owner=user, kind="email", address=f"{name}@example.org") for name in "ab")
    with pytest.raises(Conflict) as conflict:
        change_channel(other.pk, address=one.address)
    assert (conflict.value.existing, Channel.objects.get(pk=other.pk).address) == (one.pk, "b@example.org")


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_both_count(pigeons):
    row = pigeon(make_user(), ring="7", loft="home")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda settings: change_alone(row.pk, settings), [{"ring": "8"}, {"loft": "away"}]))
    assert Channel.objects.get().settings == {"ring": "8", "loft": "away"}


def change_alone(pk, settings):
    try:
        change_channel(pk, settings=settings)
    finally:
        connections.close_all()


def test_of_a_kind_that_is_gone_nothing_is_shown():
    assert (shown_settings("gone", {"ring": "7"}), secrets_in("gone", {"ring": "7"})) == ({}, {"ring": "7"})


@pytest.mark.django_db
def test_the_database_takes_only_settings_with_names():
    with pytest.raises(IntegrityError, match="channel_settings_have_names"):
        Channel.objects.create(owner=make_user(), address="a@example.org", settings=["red"])


def test_channels_are_found_by_listing_their_package():
    assert "email" in carriers()
    assert all(carrier.kind == kind for kind, carrier in carriers().items())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "address", "field"),
    [
        ("pigeon", "a@example.org", "kind"),
        ("email", "nobody", "address"),
        ("email", "a@example.org\nBcc: b@example.org", "address"),
        ("email", "A Name <a@example.org>", "address"),
        ("email", "a@example.org, b@example.org", "address"),
        ("email", "", "address"),
        ("email", "a\x00@example.org", "address"),
        ("email", "a" * 400 + "@example.org", "address"),
    ],
)
def test_a_channel_that_leads_nowhere_is_refused(kind, address, field):
    with pytest.raises(Refused) as refused:
        create_channel(owner=make_user(), kind=kind, address=address)
    assert field in refused.value.errors
    assert not Channel.objects.exists()


@pytest.mark.django_db
def test_the_same_channel_twice_is_one():
    user = make_user()
    rows = {create_channel(owner=user, kind="email", address="a@example.org") for _ in range(2)}
    assert len(rows) == 1


def test_mail_in_a_folder_is_one_whole_file_a_message(settings, tmp_path: Path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    backend = get_connection("procurement.delivery.mailfolder.EmailBackend")
    for subject in ("イージス", "two"):
        EmailMessage(subject, "本文", to=["a@example.org"], connection=backend).send()
    files = sorted((tmp_path / "mail").glob("*.eml"))
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["Subject"] for message in messages] == ["イージス", "two"]
    assert "本文" in messages[0].get_content()
