"""Where messages go."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Coalesce, Lower, Now
from django.db.models.lookups import Exact

from procurement.alerts.models.owning import administers

#: The host in an address that has one (PostgreSQL's regular expressions).
HOST = r"(?i)^[a-z]+://(\[[^]/]*\]|[^/:?#]+)"


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

    # whether its reader wants messages
    verified_at = models.DateTimeField(
        editable=False,
        null=True,
        blank=True,
        help_text="when its reader, or an administrator, agreed to messages; of e-mail, nothing is sent before",
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
