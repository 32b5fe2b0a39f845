"""What a user does not want to hear of for a while."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.alerts.models.owning import administers
from procurement.alerts.models.subscriptions import Subscription
from procurement.contracts.models import Contract
from procurement.programs.models import Program

#: A mute ends: after this at the latest.
LONGEST = dt.timedelta(days=366)
#: What can be muted: exactly one of these.
TARGETS = ("program", "contract", "rule", "subscription")
NONE_OF_THEM = {"program": None, "contract": None, "rule": "", "subscription": None}


def only(target: str) -> Q:
    """The condition that a row is about one of the targets and no other."""
    others = {name: empty for name, empty in NONE_OF_THEM.items() if name != target}
    return Q(**others) & ~Q(**{target: NONE_OF_THEM[target]})


class MuteQuerySet(models.QuerySet["Mute"]):
    """Mutes by owner and moment."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "MuteQuerySet":
        """A user's own; everything for administrators."""
        return self if administers(user) else self.owned_by(user)

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "MuteQuerySet":
        """A user's own."""
        return self.filter(owner=user.pk)

    def in_force(self, now: dt.datetime) -> "MuteQuerySet":
        """Those that have not ended."""
        return self.filter(until__gt=now, deleted_at=None)


_Mutes = models.Manager.from_queryset(MuteQuerySet)


class MuteManager(_Mutes["Mute"]):
    """Those that were not taken back."""

    def get_queryset(self) -> MuteQuerySet:
        """Without what is kept only for what it muted."""
        return MuteQuerySet(self.model, using=self._db).filter(deleted_at=None)


class Mute(models.Model):
    """A user is not told of a program, contract or rule, or by a subscription, until a moment.

    What comes meanwhile is recorded as muted and never sent; a snooze of a subscription keeps it for one message.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes", db_index=False)
    created_at = models.DateTimeField(editable=False, db_default=Now())
    deleted_at = models.DateTimeField(
        editable=False, null=True, blank=True, help_text="when it was taken back; the row stays for what it muted"
    )

    # of what
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    rule = models.CharField(max_length=80, blank=True, default="", help_text="the code of a rule of flags")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, blank=True, related_name="mutes", db_index=False
    )

    # how
    until = models.DateTimeField(help_text="when it ends: at most a year from now")
    snooze = models.BooleanField(
        default=False,
        help_text="a subscription keeps what comes meanwhile, and sends it in one message at the end",
    )

    objects = MuteManager()
    everything = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=only("program") | only("contract") | only("rule") | only("subscription"),
                name="mute_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(snooze=False) | Q(subscription__isnull=False), name="mute_snoozes_subscriptions"
            ),
            models.CheckConstraint(condition=Q(until__lte=F("created_at") + LONGEST), name="mute_ends_within_a_year"),
            *(
                models.UniqueConstraint(
                    fields=["owner", target],
                    condition=only(target) & Q(deleted_at=None),
                    name=f"mute_once_per_{target}",
                )
                for target in TARGETS
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "id"], name="mute_of_owner"),
            # what subscriptions are snoozed
            models.Index(fields=["subscription"], name="mute_of_subscription", condition=~Q(subscription=None)),
        ]

    def __str__(self) -> str:
        return _("%(of)s until %(until)s") % {
            "of": self.target,
            "until": f"{timezone.localtime(self.until):%Y-%m-%d %H:%M}",
        }

    @property
    def target(self) -> object:
        """What is muted."""
        return self.program or self.contract or self.rule or self.subscription
