"""Who wants to hear of what, and when."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from procurement.alerts.events import ALL_EVENTS
from procurement.alerts.models.channels import Channel
from procurement.alerts.models.owning import administers
from procurement.alerts.periods import CADENCES, IMMEDIATE
from procurement.contracts.models import DIGITS, PLACES
from procurement.flags.models import Severity
from procurement.parties.models import Organization
from procurement.programs.models import Program

#: Unless a subscription says otherwise, more news of one subject within so many seconds are one message.
GROUP_SECONDS = 60
LONGEST_GROUP = 3600


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
    # what is stored already hears no more than it did (db_default); new ones hear of what a program went on as
    with_related = models.BooleanField(
        "with parts and successors",
        default=True,
        db_default=False,
        help_text="also their parts and successors, and the parts and successors of those",
    )
    organizations = models.ManyToManyField(
        Organization,
        blank=True,
        related_name="+",
        help_text="only events in which one of these is the buyer, a party to the contract or the body that decided",
    )
    with_group = models.BooleanField(
        "with their groups",
        default=True,
        db_default=False,
        help_text="also the other organizations of their groups",
    )
    countries = ArrayField(
        models.CharField(max_length=2),
        blank=True,
        default=list,
        help_text="only events of these countries (ISO 3166-1 alpha-2, e.g. JP)",
    )
    domains = ArrayField(
        models.CharField(max_length=60),
        blank=True,
        default=list,
        db_default=[],
        help_text="only events about programs of these domains, e.g. missile_defence",
    )
    words = ArrayField(
        models.CharField(max_length=100),
        blank=True,
        default=list,
        db_default=[],
        help_text=(
            "only events that mention one of these in their summary, the names of their programs, the reference or "
            "title of their contract, or what was said"
        ),
    )
    from_statuses = ArrayField(
        models.CharField(max_length=26),
        blank=True,
        default=list,
        db_default=[],
        help_text="only changes of a status that was one of these before; other events are not affected",
    )
    to_statuses = ArrayField(
        models.CharField(max_length=26),
        blank=True,
        default=list,
        db_default=[],
        help_text="only changes of a status that is one of these now; other events are not affected",
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
        help_text=(
            "only if so much is outstanding; other currencies are converted by the newest rates, and what is unknown "
            "or has no rate is not filtered out"
        ),
    )
    currency = models.CharField(
        max_length=3, blank=True, default="", help_text="the currency of the minimum (ISO 4217), e.g. JPY"
    )

    # when
    cadence = models.CharField(max_length=9, choices=[(c, c.title()) for c in CADENCES], default=IMMEDIATE)
    local_time = models.TimeField(default="08:00", help_text="when digests go out; weekly ones on Mondays")
    zone = models.CharField(max_length=60, default="UTC", help_text="IANA time zone, e.g. Asia/Tokyo")

    # manners
    group_seconds = models.PositiveSmallIntegerField(
        blank=True,
        default=GROUP_SECONDS,
        db_default=GROUP_SECONDS,
        help_text="more news of one subject within so many seconds come in one message; 0 sends each at once",
    )
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="from when on it waits with news at once, by the clocks of its zone"
    )
    quiet_until = models.TimeField(null=True, blank=True, help_text="until when; it may be on the next day")
    quiet_passes = models.CharField(
        max_length=6,
        choices=Severity,
        blank=True,
        default="",
        db_default="",
        help_text="flags at least this severe are told of in quiet hours too; without it, none",
    )

    # its feed
    feed_serial = models.PositiveIntegerField(
        editable=False,
        default=0,
        db_default=0,
        help_text="how often the secret address of its feed was renewed; older addresses lead nowhere",
    )

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
            models.CheckConstraint(
                condition=Q(group_seconds__lte=LONGEST_GROUP), name="subscription_groups_for_an_hour_at_most"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None, quiet_passes="")
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="subscription_quiet_has_both_ends",
            ),
        ]
        indexes = [models.Index(fields=["owner", "id"], name="subscription_of_owner")]

    def __str__(self) -> str:
        return self.name
