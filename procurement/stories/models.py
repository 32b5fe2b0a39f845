"""Cases that somebody is entering from a story and has not recorded yet."""

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

#: What nobody has gone on with for so long is forgotten.
FORGOTTEN_AFTER = dt.timedelta(days=30)


class StoryDraftQuerySet(models.QuerySet["StoryDraft"]):
    """Ways to find them."""

    def of(self, user_id: int) -> "StoryDraftQuerySet":
        """Those of one user, which are nobody else's to see, the last changed first."""
        return self.filter(user=user_id).order_by("-changed_at", "-pk")

    def expired(self) -> "StoryDraftQuerySet":
        """Those that nobody has gone on with."""
        return self.filter(changed_at__lt=Now() - FORGOTTEN_AFTER)


class StoryDraft(models.Model):
    """What a user typed of a story, page by page. It is no fact: only recording it stores facts, and removes it."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False, help_text="its place in addresses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    given = models.JSONField(default=dict, help_text="the values of each page's form as they were sent")
    begun_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = StoryDraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-changed_at"], name="storydraft_of_user"),
            models.Index(fields=["changed_at"], name="storydraft_expired"),
        ]

    def __str__(self) -> str:
        return self.headline or f"{timezone.localtime(self.begun_at):%Y-%m-%d %H:%M}"

    @property
    def headline(self) -> str:
        """What the story is called, as far as that was typed."""
        source = self.given.get("story", {})
        return next((text for name in ("title", "url") for text in source.get(name, []) if text), "")
