"""Revoke tokens of the REST API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.access.models import AccessToken
from procurement.access.tokens import revoke_token


class Command(BaseCommand):
    """`manage.py revoke_token ID ...` or `manage.py revoke_token --user USER`."""

    help = "Revoke tokens by their ids, or all tokens of a user. `manage.py list_tokens` shows the ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, nargs="*")
        parser.add_argument("--user", help="revoke all tokens of this user")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["id"]
        if bool(ids) == bool(options["user"]):
            raise CommandError("give the ids of tokens, or --user USER")
        found = (
            AccessToken.objects.filter(pk__in=ids)
            if ids
            else AccessToken.objects.filter(user__username=options["user"])
        )
        known = list(found.values_list("pk", flat=True))
        if missing := sorted(set(ids) - set(known)):
            raise CommandError(f"no token has the id {missing[0]}; nothing was revoked. list_tokens shows the ids")
        revoked = sum(revoke_token(pk, now=timezone.now()) for pk in known)
        self.stdout.write(f"{revoked} of {len(known)} tokens revoked; the others were revoked before")
