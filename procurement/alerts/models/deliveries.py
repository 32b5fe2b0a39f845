"""The outbox: messages, and which alert is in which."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from procurement.alerts.models.alerts import Alert
from procurement.alerts.models.channels import Channel
from procurement.alerts.models.groupings import Grouping
from procurement.alerts.models.mutes import Mute
from procurement.alerts.models.owning import administers
from procurement.alerts.models.subscriptions import Subscription
from procurement.common.table_triggers import OUTBOX, saying_trigger


def new_message_id() -> str:
    """An RFC 5322 message id that no other message has."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4()}@{domain}>"


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
            alert_count=Subquery(carried.values("delivery").annotate(n=Count("alert", distinct=True)).values("n")),
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
        HELD = "held", "Waiting: its channel is paused, or its address is not verified"
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

    # what a digest says besides its alerts
    figures = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="what was outstanding and committed when its period began and ended",
    )
    sent_before = models.PositiveIntegerField(
        editable=False,
        default=0,
        db_default=0,
        help_text="how much more of its period was sent to this address already, and is not repeated",
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
        triggers = [saying_trigger(OUTBOX)]

    def __str__(self) -> str:
        return _("message %(id)s for “%(subscription)s”") % {"id": self.pk, "subscription": self.subscription}


#: States of messages that arrive, or have.
ARRIVING = (Delivery.State.PENDING, Delivery.State.SENDING, Delivery.State.SENT, Delivery.State.HELD)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by where they stand."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "NoticeQuerySet":
        """Those of a user's own subscriptions; everything for administrators."""
        return self if administers(user) else self.owned_by(user)

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "NoticeQuerySet":
        """Those of a user's own subscriptions, deleted ones too."""
        return self.filter(subscription__owner=user.pk)

    def waiting(self) -> "NoticeQuerySet":
        """Those that are in no message yet, and will be."""
        return self.filter(delivery=None, muted_by=None)

    def locked(self) -> "NoticeQuerySet":
        """The same rows, locked in one order to the end of the transaction: nobody packs or mutes them meanwhile."""
        rows = self.order_by("pk").select_for_update(no_key=True, of=("self",))
        return Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))

    def carried(self) -> list[tuple[int, int]]:
        """Those of which another message brings or brought the alert to the same channel, each with the message."""
        found = self.annotate(carrier=carrier()).filter(carrier__isnull=False).order_by("pk")
        return [(pk, message) for pk, message in found.values_list("pk", "carrier")]


def carrier() -> Subquery:
    """Of a notice the message that brings or brought the same alert to the same channel."""
    channel = "subscription__channel"
    same = Notice.objects.filter(alert=OuterRef("alert"), delivery__state__in=ARRIVING, **{channel: OuterRef(channel)})
    return Subquery(same.order_by("delivery").values("delivery")[:1])


class Notice(models.Model):
    """One alert for one subscription: in a message, or waiting for one, or muted.

    The message may be another subscription's with the same channel: the same news comes once to an address.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices")
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="notices")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, blank=True, related_name="notices")
    grouping = models.ForeignKey(
        Grouping,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="notices",
        db_index=False,
        help_text="the end of which it waits for",
    )
    muted_by = models.ForeignKey(
        Mute, models.CASCADE, null=True, blank=True, editable=False, related_name="notices", db_index=False
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "alert"], name="notice_once_per_subscription"),
            models.CheckConstraint(
                condition=Q(muted_by=None) | Q(delivery=None, grouping=None), name="notice_muted_is_not_sent"
            ),
            models.CheckConstraint(condition=Q(grouping=None) | Q(delivery=None), name="notice_grouped_waits"),
        ]
        indexes = [
            # what the next message or digest will hold
            models.Index(fields=["subscription"], name="notice_to_tell", condition=Q(delivery=None, muted_by=None)),
            models.Index(fields=["grouping"], name="notice_grouped", condition=Q(grouping__isnull=False)),
            models.Index(fields=["muted_by"], name="notice_muted", condition=Q(muted_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.alert}"
