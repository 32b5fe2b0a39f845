"""Channels: where a user's messages go, and which of their settings may be shown."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from procurement.alerts.models import Channel
from procurement.common.clock import database_now
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.options import Option, chosen
from procurement.common.validation import complain_of_fields
from procurement.delivery.channels import carriers
from procurement.delivery.pausing import resume
from procurement.delivery.verifying import ask_if_new, is_known

#: The prefix of a setting's name in errors.
SETTINGS = "settings."


@transaction.atomic
def create_channel(*, owner: User, kind: str, address: str, settings: Mapping[str, Any] | None = None) -> Channel:
    """Store a channel, or return the owner's stored one of this kind and address.

    The reader of an address that must be verified is asked (verifying.py). Raises Refused; Conflict when the stored one
    has other settings. Safe to repeat and to race: there is one for each owner, kind and address (unique).
    """
    now = database_now()
    row = Channel(owner=owner, kind=kind, address=address.strip(), settings=_given(settings or {}))
    part(row)
    refuse_bad_channel(row)
    kept = {"settings": row.settings, "verified_at": now if is_known(owner, row.address) else None}
    stored, made = Channel.objects.get_or_create(owner=owner, kind=row.kind, address=row.address, defaults=kept)
    if stored.settings != row.settings:
        said = "your channel with this address has other settings; change that one"
        raise Conflict({"settings": said}, existing=stored.pk)
    if made:
        ask_if_new(stored, now=now)
    return stored


@transaction.atomic
def change_channel(
    channel_id: int, *, address: str | None = None, settings: Mapping[str, Any] | None = None
) -> Channel:
    """Change a channel's address or some of its settings (None removes one); its kind stays.

    Messages that wait in the outbox are sent to the new address, also where the channel was paused; if it must be
    verified, they wait for that, as the reader of the old one spoke for the old one. Raises Refused; Conflict when the
    owner has another channel with that address. Two simultaneous changes of different settings both count: each reads
    the locked row.
    """
    row = Channel.objects.select_for_update().filter(pk=channel_id).first()
    if row is None:
        raise Refused({"address": "this channel was deleted; make a new one"})
    before = row.address
    row.address = row.address if address is None else address.strip()
    row.settings = _given({**row.settings, **(settings or {})})
    part(row)
    refuse_bad_channel(row)
    now = database_now()
    if row.address != before:
        row.verified_at = now if is_known(row.owner, row.address) else None
    try:
        with transaction.atomic():
            row.save(update_fields=["address", "settings", "verified_at"])
    except IntegrityError as error:
        same = Channel.objects.filter(owner=row.owner_id, kind=row.kind, address=row.address).exclude(pk=row.pk)
        existing = same.values_list("pk", flat=True).first()
        raise Conflict({"address": "another channel of yours has this address"}, existing=existing) from error
    if row.address != before:
        ask_if_new(row, now=now)
    if row.paused_at is not None:
        resume(row.pk, now=now)
    return row


def part(row: Channel) -> None:
    """Part an address that is itself a secret: into what may be shown, and a secret setting. Raises Refused."""
    carrier = carriers().get(row.kind)
    parted = getattr(carrier, "parted", None)
    if parted is not None:
        row.address, secret = parted(row.address, row.settings)
        row.settings = {**row.settings, **secret}


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def refuse_bad_channel(row: Channel) -> None:
    """Check a channel, and convert its settings into the form in which they are stored.

    Raises Refused when its kind is unknown, its address is invalid, or its carrier does not accept a setting.
    """
    complaints = Complaints()
    complain_of_fields(row, complaints)
    carrier = carriers().get(row.kind)
    if carrier is None:
        complaints.add("kind", f"“{row.kind[:20]}” is unknown; accepted: {', '.join(carriers())}")
    complaints.refuse_if_any()
    assert carrier is not None
    values = chosen(carrier.options, row.settings, prefix=SETTINGS)
    for name, said in carrier.faults(row.address, values).items():
        complaints.add(name, said)
    complaints.refuse_if_any()
    row.settings = {name: value for name, value in values.items() if name in row.settings}


def options_of(kind: str) -> Mapping[str, Option]:
    """The options of a kind; none for a kind without a carrier."""
    carrier = carriers().get(kind)
    return {option.name: option for option in carrier.options} if carrier else {}


def shown_settings(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that may be shown: those that the carrier declares and that are not secret."""
    options = options_of(kind)
    return {name: value for name, value in settings.items() if name in options and not options[name].secret}


def secrets_in(kind: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """All other settings, which are never shown."""
    return {name: str(value) for name, value in settings.items() if name not in shown_settings(kind, settings)}
