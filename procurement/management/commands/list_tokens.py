"""List the tokens of the REST API."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procurement.access.models import AccessToken

COLUMNS = ("id", "user", "scope", "begins with", "created", "expires", "last used", "state", "name")


class Command(BaseCommand):
    """One line a token, with tabs between the columns."""

    help = "List tokens with their ids, expiry and last use. The tokens themselves are stored nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", nargs="?", help="only the tokens of this user")
        parser.add_argument("--all", action="store_true", help="also those that are revoked or have expired")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = AccessToken.objects.select_related("user").order_by("pk")
        rows = rows.filter(user__username=options["user"]) if options["user"] else rows
        self.stdout.write("\t".join(COLUMNS))
        for row in rows:
            state = state_of(row, timezone.now())
            if options["all"] or state == "valid":
                self.stdout.write("\t".join(cells(row, state)))


def state_of(row: AccessToken, now: dt.datetime) -> str:
    """Whether a token can be used."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expiry is not None and row.expiry <= now else "valid"


def cells(row: AccessToken, state: str) -> Iterator[str]:
    """The line of a token."""
    yield from (str(row.pk), row.user.username, row.scope, row.token_key[:8])
    yield from (when(row.created), when(row.expiry), when(row.last_used_at), state, row.name)


def when(moment: dt.datetime | None) -> str:
    """A moment to the minute, in the time zone of the service."""
    return "never" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
