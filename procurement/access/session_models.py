"""Logins that last: the table of sessions, which says whose each is and from where it began."""

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    """Sessions by whose they are."""

    def running(self, user: User) -> "LoginSessionQuerySet":
        """A user's sessions that are not over, the last used first."""
        return self.filter(user_id=user.pk, expire_date__gt=timezone.now()).order_by("-seen_at", "session_key")


class LoginSession(AbstractBaseSession):
    """A session of a browser; of somebody who has not logged in it has no user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=60, blank=True, default="", help_text="of an IPv6 client, its network")
    browser = models.CharField(max_length=300, blank=True, default="", help_text="as it calls itself")
    began_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="noted once a minute at most")

    objects = BaseSessionManager.from_queryset(LoginSessionQuerySet)()  # type: ignore[misc]

    def __str__(self) -> str:
        return f"session of {self.user} from {self.address}"
