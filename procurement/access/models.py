"""Tokens that act for a user within a scope, and the answers to requests that a client may repeat."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from procurement.common.table_triggers import refusing_triggers, stamp_trigger

#: How long an answer is kept for a repeat; older ones are deleted by the next request of their user.
KEPT = dt.timedelta(days=2)
#: The triggers of the audit log.
REFUSE_CHANGE = """
RAISE EXCEPTION 'table % is the audit log: % is refused; what is written there stays', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
"""


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Tokens by whose they are."""

    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "AccessTokenQuerySet":
        """A user's own."""
        return self.filter(user=user.pk)


class AccessToken(AbstractAuthToken):  # type: ignore[misc]  # knox ships no types
    """A token of the REST API: kept as a hash, expiring, and never able to do more than its scope."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        ALERTS = "alerts", "Read, and manage the subscriptions and channels of its user"
        WRITE = "write", "Read and write"
        ADMIN = "admin", "Everything that its user may do"

    # what identifies it: a number that may be shown, and a hash that finds it
    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=128, unique=True)

    # what it is for
    name = models.CharField(max_length=100, blank=True, default="", help_text="what it is used for")
    scope = models.CharField(max_length=6, choices=Scope, default=Scope.READ)

    # its life
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="noted once a minute at most")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AuthTokenManager.from_queryset(AccessTokenQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=["read", "alerts", "write", "admin"]), name="token_scope_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} token {self.token_key}… of {self.user}"


class RepeatableRequest(models.Model):
    """The answer to a POST with an Idempotency-Key or to a form of the admin, stored together with its effect."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64, help_text="of method, address and body")
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    location = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="repeatable_key_of_user")]
        # old answers are deleted by age
        indexes = [models.Index(fields=["created_at"], name="repeatable_by_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.user}"


class AuditEntry(models.Model):
    """Something about rights, or rows taken out as a file: who did it, when and from where. Nobody can edit it."""

    class Act(models.TextChoices):
        LOGIN = "login", "Logged in"
        LOGIN_FAILED = "login_failed", "Failed to log in"
        LOCKED_OUT = "locked_out", "Failed to log in so often that nobody can from there"
        GUESSED = "guessed", "Had many wrong passwords tried on it"
        LOGOUT = "logout", "Logged out"
        REFUSED = "refused", "Was refused"
        EXPORT = "export", "Took rows as a file"
        EXPORTED = "exported", "Was sent a file"
        ACCOUNT_MADE = "account_made", "Made an account"
        RIGHTS_CHANGED = "rights_changed", "Changed the rights of an account"
        PASSWORD_SET = "password_set", "Set a password"
        GROUP_CHANGED = "group_changed", "Changed what a group may do"
        TOKEN_MADE = "token_made", "Made a token"
        TOKEN_CHANGED = "token_changed", "Changed a token"
        TOKEN_REVOKED = "token_revoked", "Revoked a token"
        ADDRESS_VOUCHED = "address_vouched", "Vouched for an address"
        FACTOR_SET = "factor_set", "Set up a second factor"
        FACTOR_REMOVED = "factor_removed", "Took a second factor away"
        SESSIONS_ENDED = "sessions_ended", "Ended logins"
        LINK_MADE = "link_made", "Made a link that logs in once"

    # what
    act = models.CharField(max_length=20, choices=Act)
    about = models.CharField(max_length=200, blank=True, default="", help_text="the account, token, group or file")
    details = models.JSONField(default=dict)

    # who, and from where
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=150, blank=True, default="", help_text="as it was then")
    address = models.CharField(max_length=60, blank=True, default="", help_text="of an IPv6 client, its network")
    request_id = models.CharField(max_length=128, blank=True, default="", help_text="as in the answer and in the log")

    # when
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            # what somebody did, and what was done of one kind, the latest first
            models.Index(fields=["actor", "-id"], name="auditentry_by_actor"),
            models.Index(fields=["act", "-id"], name="auditentry_by_act"),
        ]
        triggers = [stamp_trigger("at"), *refusing_triggers(REFUSE_CHANGE)]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.actor_name}: {self.act} {self.about}".rstrip()


class RefusalCount(models.Model):
    """How often something was refused to somebody within an hour: the audit log has one entry of many."""

    hour = models.DateTimeField()
    who = models.CharField(max_length=80, help_text="the user, or the network of a client that named none")
    operation = models.CharField(max_length=250, help_text="the method and the kind of address")
    times = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "who", "operation"], name="refusals_of_an_hour")]

    def __str__(self) -> str:
        return f"{self.who}: {self.operation}, {self.times} times"
