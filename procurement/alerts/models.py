"""Subscriptions, alerts, and the outbox."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.alerts.events import ALL_EVENTS, NAMES
from procurement.alerts.periods import CADENCES, IMMEDIATE
from procurement.contracts.models import DIGITS, PLACES, Contract
from procurement.flags.models import Severity
from procurement.parties.models import Organization
from procurement.programs.models import Program

__all__ = ["Alert", "Channel", "Delivery", "Notice", "Subscription"]

#: The host in a web address (PostgreSQL's regular expressions).
HOST = r"(?i)^https?://(\[[^]/]*\]|[^/:?#]+)"


def new_message_id() -> str:
    """An RFC 5322 message id that no other message has."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4()}@{domain}>"


def administers(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a user sees what belongs to others."""
    return reaches(role_of(user), ADMINISTRATOR)


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Rows that belong to one user."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "ChannelQuerySet":
        """A user's own; everything for administrators."""
        return self if administers(user) else self.owned_by(user)

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "ChannelQuerySet":
        """A user's own."""
        return self.filter(owner=user.pk)


_Channels = models.Manager.from_queryset(ChannelQuerySet)


class ChannelManager(_Channels["Channel"]):
    """Those that were not deleted."""

    def get_queryset(self) -> ChannelQuerySet:
        """Without what is kept only because messages went there."""
        return ChannelQuerySet(self.model, using=self._db).filter(deleted_at=None)


class Channel(models.Model):
    """Where messages go: an address of one kind, and the settings of that kind. delivery/channels/ sends them.

    The carrier of a kind declares its settings, and which of them are secret and never shown again.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=20, default="email")
    address = models.CharField(max_length=320)
    settings = models.JSONField(blank=True, default=dict)
    destination = models.GeneratedField(
        expression=Lower(Coalesce(Func("address", Value(HOST), function="substring"), "kind")),
        output_field=models.CharField(max_length=320),
        db_persist=True,
        help_text="whose servers its messages are handed to: the host of an address with one, else the kind",
    )
    created_at = models.DateTimeField(editable=False, db_default=Now())
    deleted_at = models.DateTimeField(
        editable=False,
        null=True,
        blank=True,
        help_text="when it was deleted; the row stays for the messages it carried",
    )

    # how sending goes
    last_sequence = models.PositiveBigIntegerField(
        editable=False, default=0, db_default=0, help_text="the number of its newest message"
    )
    failures = models.PositiveIntegerField(
        editable=False, default=0, db_default=0, help_text="failed attempts since it last accepted a message"
    )
    failing_since = models.DateTimeField(editable=False, null=True, blank=True)
    paused_at = models.DateTimeField(
        editable=False, null=True, blank=True, help_text="since when nothing is sent, because it kept failing"
    )
    paused_because = models.TextField(editable=False, blank=True, default="", db_default="")
    pause_told_at = models.DateTimeField(
        editable=False, null=True, blank=True, help_text="when its owner was told by mail that it is paused"
    )
    tested_at = models.DateTimeField(editable=False, null=True, blank=True)

    objects = ChannelManager()
    everything = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "address"], name="channel_once_per_owner", condition=Q(deleted_at=None)
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(settings={}), name="channel_deleted_keeps_no_secret"
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(address=""), name="channel_leads_somewhere"),
            models.CheckConstraint(
                condition=Exact(Func("settings", function="jsonb_typeof", output_field=models.TextField()), "object"),
                name="channel_settings_have_names",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_because="") | (Q(paused_at__isnull=False) & ~Q(paused_because="")),
                name="channel_paused_says_why",
            ),
        ]
        indexes = [
            # channels whose owners are to be told that they are paused
            models.Index(fields=["paused_at"], name="channel_paused", condition=Q(paused_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Who wants to hear."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "SubscriptionQuerySet":
        """A user's own; everything for administrators."""
        return self if administers(user) else self.owned_by(user)

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "SubscriptionQuerySet":
        """A user's own."""
        return self.filter(owner=user.pk)

    def listening(self) -> "SubscriptionQuerySet":
        """Active subscriptions of active users."""
        return self.filter(active=True, owner__is_active=True)


_Subscriptions = models.Manager.from_queryset(SubscriptionQuerySet)


class SubscriptionManager(_Subscriptions["Subscription"]):
    """Those that were not deleted."""

    def get_queryset(self) -> SubscriptionQuerySet:
        """Without what is kept only for its messages."""
        return SubscriptionQuerySet(self.model, using=self._db).filter(deleted_at=None)


class Subscription(models.Model):
    """One user's request for alerts about some events; an empty filter means all."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    name = models.CharField(max_length=200)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="subscriptions")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(editable=False, db_default=Now())
    deleted_at = models.DateTimeField(
        editable=False, null=True, blank=True, help_text="when it was deleted; the row stays for its messages"
    )

    # what it selects
    events = ArrayField(models.CharField(max_length=30, choices=[(e, e) for e in ALL_EVENTS]))
    programs = models.ManyToManyField(Program, blank=True, related_name="+")
    organizations = models.ManyToManyField(
        Organization,
        blank=True,
        related_name="+",
        help_text="only events in which one of these is the buyer, a party to the contract or the body that decided",
    )
    countries = ArrayField(
        models.CharField(max_length=2),
        blank=True,
        default=list,
        help_text="only events of these countries (ISO 3166-1 alpha-2, e.g. JP)",
    )
    rules = ArrayField(
        models.CharField(max_length=80),
        blank=True,
        default=list,
        help_text="only flags of these rules; other events are not affected",
    )
    min_severity = models.CharField(
        max_length=6,
        choices=Severity,
        blank=True,
        default="",
        help_text="only flags at least this severe; other events are not affected",
    )
    min_outstanding = models.DecimalField(
        max_digits=DIGITS,
        decimal_places=PLACES,
        null=True,
        blank=True,
        help_text="only if so much is outstanding; what is unknown or in another currency is not filtered out",
    )
    currency = models.CharField(
        max_length=3, blank=True, default="", help_text="the currency of the minimum (ISO 4217), e.g. JPY"
    )

    # when
    cadence = models.CharField(max_length=9, choices=[(c, c.title()) for c in CADENCES], default=IMMEDIATE)
    local_time = models.TimeField(default="08:00", help_text="when digests go out; weekly ones on Mondays")
    zone = models.CharField(max_length=60, default="UTC", help_text="IANA time zone, e.g. Asia/Tokyo")

    objects = SubscriptionManager()
    everything = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(active=False), name="subscription_deleted_is_off"),
            models.CheckConstraint(condition=~Q(name=""), name="subscription_has_a_name"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="subscription_selects_events"),
            models.CheckConstraint(
                condition=Q(min_outstanding__isnull=True, currency="") | (Q(min_outstanding__gte=0) & ~Q(currency="")),
                name="subscription_minimum_has_currency",
            ),
        ]
        indexes = [models.Index(fields=["owner", "id"], name="subscription_of_owner")]

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """Something to tell subscribers, as it stood when it was found; there is one alert per row and event."""

    # what happened
    event = models.CharField(max_length=30, choices=[(e, NAMES[e]) for e in ALL_EVENTS])
    origin_table = models.CharField(max_length=63, help_text="the table of the row that it is about")
    origin_id = models.BigIntegerField()
    happened_at = models.DateTimeField()
    late = models.BooleanField(
        default=False, help_text="history, or recorded over 30 days after it took effect; appears in digests only"
    )

    # what it is about
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")

    # in which words
    summary = models.TextField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(editable=False, db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "origin_table", "origin_id"], name="alert_once_per_row_and_event"),
        ]
        indexes = [models.Index(fields=["program", "id"], name="alert_of_program")]

    def __str__(self) -> str:
        return self.summary


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Messages by state."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "DeliveryQuerySet":
        """Those of a user's own subscriptions; everything for administrators."""
        return self if administers(user) else self.owned_by(user)

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "DeliveryQuerySet":
        """Those of a user's own subscriptions, deleted ones too."""
        return self.filter(subscription__owner=user.pk)

    def with_contents(self) -> "DeliveryQuerySet":
        """Each with the summary of its first alert, and how many it carries."""
        carried = Notice.objects.filter(delivery=OuterRef("pk")).order_by()
        return self.annotate(
            first_summary=Subquery(carried.order_by("alert").values("alert__summary")[:1]),
            alert_count=Subquery(carried.values("delivery").annotate(n=Count("pk")).values("n")),
        )


def in_order(rows: models.QuerySet["Delivery"]) -> models.QuerySet["Delivery"]:
    """The same rows, locked in one order: two who change many messages take turns, and never wait for each other."""
    return Delivery.objects.filter(pk__in=rows.order_by("pk").select_for_update(no_key=True).values("pk"))


class Delivery(models.Model):
    """One message of one subscription: a burst of alerts, or a digest's period. The outbox."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        HELD = "held", "Waiting: its channel is paused"
        CANCELLED = "cancelled", "Not sent: its subscription was switched off, or it or its channel or user ended"

    # what it is
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=320, unique=True, default=new_message_id, editable=False)
    digest_until = models.DateTimeField(null=True, blank=True, help_text="the end of the digest's period")
    created_at = models.DateTimeField(editable=False, db_default=Now())
    sequence = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="its number among the messages of its channel, from its first attempt on",
    )
    sequence_of = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )

    # where it stands
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    waits_since = models.DateTimeField(
        db_default=Now(), editable=False, help_text="when next_try_at was set; in the future if the clock was set back"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.IntegerField(
        null=True, blank=True, help_text="process id of the database session that is sending it"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            # two schedulers cannot make two digests
            models.UniqueConstraint(fields=["subscription", "digest_until"], name="delivery_one_digest_per_period"),
            models.CheckConstraint(
                condition=Q(state="sending", claimed_at__isnull=False, claimed_by__isnull=False)
                | (~Q(state="sending") & Q(claimed_at=None, claimed_by=None)),
                name="delivery_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="delivery_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(sequence=None, sequence_of=None) | Q(sequence__gt=0, sequence_of__isnull=False),
                name="delivery_sequence_is_of_a_channel",
            ),
            models.UniqueConstraint(fields=["sequence_of", "sequence"], name="delivery_sequence_once_per_channel"),
        ]
        indexes = [
            # messages to send, the longest waiting first
            models.Index(
                fields=["next_try_at", "id"], name="delivery_due", condition=Q(state__in=["pending", "sending"])
            ),
            # how many are being sent to a destination
            models.Index(fields=["claimed_at"], name="delivery_in_flight", condition=Q(state="sending")),
            # what a clock that was set back left waiting in the future
            models.Index(fields=["waits_since"], name="delivery_waiting", condition=Q(state="pending")),
            # what waits for a paused channel
            models.Index(fields=["subscription"], name="delivery_held", condition=Q(state="held")),
            models.Index(fields=["subscription", "id"], name="delivery_of_subscription"),
        ]

    def __str__(self) -> str:
        return _("message %(id)s for “%(subscription)s”") % {"id": self.pk, "subscription": self.subscription}


class Notice(models.Model):
    """One alert for one subscription, alone (a digest will take it) or in a message."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices")
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="notices")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, blank=True, related_name="notices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "alert"], name="notice_once_per_subscription"),
        ]
        indexes = [
            # what the next digest will hold
            models.Index(fields=["subscription"], name="notice_waiting", condition=Q(delivery=None)),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.alert}"
