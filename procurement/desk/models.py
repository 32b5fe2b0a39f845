"""Through which moment each user has seen what was recorded, and lists that users saved under a name."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from procurement.access.roles import REVIEWER, reaches, role_of

__all__ = ["Look", "SavedList"]


class Look(models.Model):
    """Through which moment a user has seen what was recorded. One row for each user who ever said so."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_through = models.DateTimeField(help_text="nothing that was recorded by then can still appear")

    def __str__(self) -> str:
        return f"{self.user} has seen everything through {self.seen_through.isoformat()}"


def may_share(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a user may save lists for everybody."""
    return reaches(role_of(user), REVIEWER)


class SavedListQuerySet(models.QuerySet["SavedList"]):
    """Saved lists by whose they are and where they are shown."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "SavedListQuerySet":
        """A user's own, and those that are everybody's."""
        return self.filter(Q(user=user.pk) | Q(shared=True))

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> "SavedListQuerySet":
        """A user's own; of reviewers and administrators also those that are everybody's."""
        return self.visible_to(user) if may_share(user) else self.filter(user=user.pk)

    def of_table(self, table: str) -> "SavedListQuerySet":
        """Those of one list."""
        return self.filter(table=table).order_by("shared", "name", "id")


class SavedList(models.Model):
    """Filters, search and order of a list under a name: one user's, or everybody's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    table = models.CharField(max_length=100, help_text="the table of the list, as app.model")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, help_text="the list's address from the question mark on")
    shared = models.BooleanField(default=False, help_text="whether it is everybody's")
    created_at = models.DateTimeField(editable=False, db_default=Now())

    objects = SavedListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="savedlist_says_something"),
            models.UniqueConstraint(fields=["user", "table", "name"], name="savedlist_name_of_user"),
        ]
        # those shown above a list
        indexes = [models.Index(fields=["table", "shared"], name="savedlist_of_table")]

    def __str__(self) -> str:
        return self.name
