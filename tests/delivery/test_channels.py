"""Channels and their addresses."""

import email
import email.policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

from procurement.alerts.models import Channel
from procurement.common.errors import Refused
from procurement.delivery.addressing import create_channel
from procurement.delivery.channels import carriers
from tests.alerts.subscribers import make_user


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
    files = sorted((tmp_path / "mail").iterdir())
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["Subject"] for message in messages] == ["イージス", "two"]
    assert "本文" in messages[0].get_content()
