"""Tokens that act for a user within a scope, and the answers to requests that a client may repeat."""

import datetime as dt

from django.conf import settings
from django.db import models
from knox.models import AbstractAuthToken

#: How long an answer is kept for a repeat; older ones are deleted by the next request of their user.
KEPT = dt.timedelta(days=2)


class AccessToken(AbstractAuthToken):  # type: ignore[misc]  # knox ships no types
    """A token of the REST API: kept as a hash, expiring, and never able to do more than its scope."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"
        ADMIN = "admin", "Everything that its user may do"

    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=["read", "write", "admin"]), name="token_scope_known")
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
