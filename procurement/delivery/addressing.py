"""Channels: where a user's messages go."""

from django.contrib.auth.models import User
from django.db import transaction

from procurement.alerts.models import Channel
from procurement.common.errors import Complaints
from procurement.common.validation import complain_of_fields
from procurement.delivery.channels import carriers


@transaction.atomic
def create_channel(*, owner: User, kind: str, address: str) -> Channel:
    """Store a channel, or return the owner's stored one of this kind and address. Raises Refused.

    Safe to repeat and to race: there is one for each owner, kind and address (unique).
    """
    row = Channel(owner=owner, kind=kind, address=address.strip())
    refuse_bad_channel(row)
    return Channel.objects.get_or_create(owner=owner, kind=row.kind, address=row.address)[0]


def refuse_bad_channel(row: Channel) -> None:
    """Raise Refused when a channel's kind is unknown or its address is invalid."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    carrier = carriers().get(row.kind)
    if carrier is None:
        complaints.add("kind", f"“{row.kind[:20]}” is unknown; accepted: {', '.join(carriers())}")
    elif not complaints.errors:
        fault = carrier.fault(row.address)
        if fault:
            complaints.add("address", fault)
    complaints.refuse_if_any()
