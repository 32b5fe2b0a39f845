"""Print a token of the REST API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.access.tokens import DEFAULT_DAYS, ROLE_FOR_SCOPE, issue_token
from procurement.common.errors import Refused


class Command(BaseCommand):
    """The token goes to standard output alone, so that a script can take it."""

    help = "Print a token for the REST API. Creates the user, with the role that fits the scope, if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--scope", choices=list(ROLE_FOR_SCOPE), default="read")
        parser.add_argument("--name", default="", help="what it is used for, to tell it from others")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="days until it expires")

    def handle(self, *args: Any, user: str, scope: str, days: int, name: str, **options: Any) -> None:
        try:
            issued = issue_token(user, scope, days=days, name=name)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if issued.created_user:
            self.stderr.write(f"user {user} was created with the role {ROLE_FOR_SCOPE[scope]}")
        self.stdout.write(issued.token)
