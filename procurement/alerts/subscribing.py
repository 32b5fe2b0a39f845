"""Creating and changing subscriptions."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import available_timezones

from django.contrib.auth.models import User
from django.db import transaction

from procurement.alerts.events import ALL_EVENTS, EVENTS
from procurement.alerts.models import Channel, Subscription, administers
from procurement.alerts.periods import CADENCES, IMMEDIATE
from procurement.common.errors import Complaints
from procurement.common.money import LARGEST, currency_fault, decimals, is_country
from procurement.common.validation import complain_of_fields
from procurement.flags.rule import SEVERITIES
from procurement.flags.rules import all_rules
from procurement.parties.models import Organization
from procurement.programs.models import Program

EIGHT = dt.time(8)


@dataclass(frozen=True)
class SubscriptionInput:
    """What a subscription asks for; an empty filter means all."""

    name: str
    channel: Channel
    events: Collection[str]
    programs: Collection[Program] = field(default_factory=tuple)
    organizations: Collection[Organization] = field(default_factory=tuple)
    countries: Collection[str] = field(default_factory=tuple)
    rules: Collection[str] = field(default_factory=tuple)
    min_severity: str = ""
    min_outstanding: Decimal | None = None
    currency: str = ""
    cadence: str = IMMEDIATE
    local_time: dt.time = EIGHT
    zone: str = "UTC"
    active: bool = True


@transaction.atomic
def create_subscription(given: SubscriptionInput, *, owner: User) -> Subscription:
    """Store a subscription; it gets alerts about events from now on. Raises Refused."""
    return _keep(Subscription(owner=owner), given)


@transaction.atomic
def change_subscription(subscription: Subscription, given: SubscriptionInput) -> Subscription:
    """Replace all fields of a subscription; messages made before are unchanged. Raises Refused."""
    return _keep(subscription, given)


def _keep(row: Subscription, given: SubscriptionInput) -> Subscription:
    row.name, row.channel, row.active = given.name.strip(), given.channel, given.active
    row.events, row.countries, row.rules = _listed(given.events), _listed(given.countries), _listed(given.rules)
    row.min_severity, row.min_outstanding, row.currency = given.min_severity, given.min_outstanding, given.currency
    row.cadence, row.local_time, row.zone = given.cadence, given.local_time, given.zone
    row.channel = locked_channel(row.channel)
    refuse_bad_subscription(row)
    row.save()
    row.programs.set(given.programs)
    row.organizations.set(given.organizations)
    return row


def locked_channel(channel: Channel) -> Channel:
    """The channel as it is now, which nobody deletes before the transaction ends."""
    return Channel.everything.select_for_update(no_key=True).get(pk=channel.pk)


def _listed(values: Collection[str]) -> list[str]:
    return list(dict.fromkeys(values))


def refuse_bad_subscription(row: Subscription) -> None:
    """Raise Refused when a subscription asks for something that does not exist."""
    complaints = Complaints()
    _complain_of_unknown(row, complaints)
    _complain_of_minimum(row, complaints)
    if row.active and row.channel.deleted_at is not None:
        complaints.add("channel", "this channel was deleted; give another one of yours")
    if row.channel.owner_id != row.owner_id:
        complaints.add("channel", "belongs to somebody else; give one of your own")
    if not row.events:
        complaints.add("events", f"choose at least one; accepted: {', '.join(EVENTS)}")
    if row.zone not in available_timezones():
        complaints.add("zone", f"“{row.zone[:60]}” is not an IANA time zone; Asia/Tokyo or UTC would be accepted")
    if not complaints.errors:
        complain_of_fields(row, complaints)
    complaints.refuse_if_any()


def _complain_of_unknown(row: Subscription, complaints: Complaints) -> None:
    known: Mapping[str, tuple[Collection[str], Collection[str]]] = {
        "events": (row.events, ALL_EVENTS if administers(row.owner) else EVENTS),
        "rules": (row.rules, [rule.code for rule in all_rules()]),
        "cadence": ([row.cadence], CADENCES),
        "min_severity": ([row.min_severity] if row.min_severity else [], SEVERITIES),
    }
    for name, (given, accepted) in known.items():
        unknown = [value for value in given if value not in accepted]
        if unknown:
            complaints.add(name, f"unknown: {', '.join(unknown)[:200]}; accepted: {', '.join(accepted)}")
    strange = [country for country in row.countries if not is_country(country)]
    if strange:
        complaints.add("countries", f"not ISO 3166-1 alpha-2: {', '.join(strange)[:200]}; JP or US would be accepted")


def _complain_of_minimum(row: Subscription, complaints: Complaints) -> None:
    amount = row.min_outstanding
    if amount is None:
        if row.currency:
            complaints.add("currency", "goes with min_outstanding")
        return
    if not row.currency:
        complaints.add("currency", "name the currency of min_outstanding, e.g. JPY")
    elif fault := currency_fault(row.currency):
        complaints.add("currency", fault)
    elif not amount.is_finite() or not 0 <= amount < LARGEST:
        complaints.add("min_outstanding", f"must lie between 0 and {LARGEST:f}")
    elif amount != amount.quantize(Decimal(1).scaleb(-decimals(row.currency))):
        complaints.add("min_outstanding", f"may have at most {decimals(row.currency)} decimals in {row.currency}")
