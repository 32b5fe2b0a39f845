"""Creating and changing subscriptions."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction

from procurement.alerts.events import ALL_EVENTS, EVENTS, NO_STATUS
from procurement.alerts.manners import complain_of_manners
from procurement.alerts.models import Channel, Subscription, administers
from procurement.alerts.models.subscriptions import GROUP_SECONDS
from procurement.alerts.periods import CADENCES, IMMEDIATE
from procurement.common.errors import Complaints
from procurement.common.money import LARGEST, currency_fault, decimals, is_country
from procurement.common.searching import folded
from procurement.common.texts import text_fault
from procurement.common.validation import complain_of_fields
from procurement.contracts.models import ContractStatusChange
from procurement.flags.rule import SEVERITIES
from procurement.flags.rules import all_rules
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.reading import strange_domains

EIGHT = dt.time(8)
#: The statuses of programs and contracts between which a status changes.
STATUSES = (*dict.fromkeys((*StatusChange.Status.values, *ContractStatusChange.Status.values)), NO_STATUS)
#: So many words a subscription looks for.
MOST_WORDS = 20


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
    #: whether programs are meant with their parts and successors, and organizations with their groups
    with_related: bool = True
    with_group: bool = True
    domains: Collection[str] = field(default_factory=tuple)
    words: Collection[str] = field(default_factory=tuple)
    from_statuses: Collection[str] = field(default_factory=tuple)
    to_statuses: Collection[str] = field(default_factory=tuple)
    cadence: str = IMMEDIATE
    local_time: dt.time = EIGHT
    zone: str = "UTC"
    active: bool = True
    #: None: as usual
    group_seconds: int | None = None
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    quiet_passes: str = ""


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
    let_select(row, given)
    let_behave(row, given)
    row.channel = locked_channel(row.channel)
    refuse_bad_subscription(row)
    row.save()
    row.programs.set(given.programs)
    row.organizations.set(given.organizations)
    return row


def let_select(row: Subscription, given: SubscriptionInput) -> None:
    """Let a row select what is given, but for programs and organizations, which are rows of their own."""
    row.events, row.countries, row.rules = _listed(given.events), _listed(given.countries), _listed(given.rules)
    row.domains, row.words = _listed(given.domains), _listed(given.words)
    row.from_statuses, row.to_statuses = _listed(given.from_statuses), _listed(given.to_statuses)
    row.with_related, row.with_group = given.with_related, given.with_group
    row.min_severity, row.min_outstanding, row.currency = given.min_severity, given.min_outstanding, given.currency


def let_behave(row: Subscription, given: SubscriptionInput) -> None:
    """Let a row have the manners that are given: when its messages go, and what goes in one."""
    row.cadence, row.local_time, row.zone = given.cadence, given.local_time, given.zone
    row.group_seconds = GROUP_SECONDS if given.group_seconds is None else given.group_seconds
    row.quiet_from, row.quiet_until, row.quiet_passes = given.quiet_from, given.quiet_until, given.quiet_passes


def locked_channel(channel: Channel) -> Channel:
    """The channel as it is now, which nobody deletes before the transaction ends."""
    return Channel.everything.select_for_update(no_key=True).get(pk=channel.pk)


def _listed(values: Collection[str]) -> list[str]:
    return list(dict.fromkeys(values))


def events_open_to(owner: AbstractBaseUser | AnonymousUser) -> Collection[str]:
    """The events that a user may ask for: those of the service itself are for administrators."""
    return ALL_EVENTS if administers(owner) else EVENTS


def refuse_bad_subscription(row: Subscription) -> None:
    """Raise Refused when a subscription asks for something that does not exist."""
    complaints = Complaints()
    complain_of_selection(row, complaints)
    complain_of_manners(row, complaints)
    if row.active and row.channel.deleted_at is not None:
        complaints.add("channel", "this channel was deleted; give another one of yours")
    if row.channel.owner_id != row.owner_id:
        complaints.add("channel", "belongs to somebody else; give one of your own")
    complain_of_time(row, complaints)
    if not complaints.errors:
        complain_of_fields(row, complaints)
    complaints.refuse_if_any()


def complain_of_time(row: Subscription, complaints: Complaints) -> None:
    """Add what is wrong with when messages go out."""
    if row.cadence not in CADENCES:
        complaints.add("cadence", f"unknown: {row.cadence[:200]}; accepted: {', '.join(CADENCES)}")
    if row.zone not in available_timezones():
        complaints.add("zone", f"“{row.zone[:60]}” is not an IANA time zone; Asia/Tokyo or UTC would be accepted")


def complain_of_selection(row: Subscription, complaints: Complaints) -> None:
    """Add what is wrong with what a subscription selects."""
    if not row.events:
        complaints.add("events", f"choose at least one; accepted: {', '.join(EVENTS)}")
    _complain_of_unknown(row, complaints)
    _complain_of_domains(row, complaints)
    _complain_of_words(row.words, complaints)
    _complain_of_minimum(row, complaints)


def _complain_of_domains(row: Subscription, complaints: Complaints) -> None:
    """A domain that was accepted once stays, whatever programs are called by now."""
    kept = Subscription.everything.filter(pk=row.pk).values_list("domains", flat=True).first() if row.domains else None
    if bad := [fault for each in row.domains if (fault := text_fault(each))]:
        complaints.add("domains", bad[0])
    elif fault := strange_domains(each for each in row.domains if each not in (kept or ())):
        complaints.add("domains", fault)


def _complain_of_words(words: Collection[str], complaints: Complaints) -> None:
    if len(words) > MOST_WORDS:
        complaints.add("words", f"{len(words)} are too many; up to {MOST_WORDS} are looked for")
    if bad := [fault for each in words if (fault := text_fault(each))]:
        complaints.add("words", bad[0])
    if any(not folded(each).strip() for each in words):
        complaints.add("words", "one of them has no letter; give words as they are written, e.g. Aegis or 停止")


def _complain_of_unknown(row: Subscription, complaints: Complaints) -> None:
    known: Mapping[str, tuple[Collection[str], Collection[str]]] = {
        "events": (row.events, events_open_to(row.owner)),
        "rules": (row.rules, [rule.code for rule in all_rules()]),
        "from_statuses": (row.from_statuses, STATUSES),
        "to_statuses": (row.to_statuses, STATUSES),
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
