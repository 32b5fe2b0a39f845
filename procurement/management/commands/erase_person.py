"""Erase who a person is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.common.clock import database_now
from procurement.common.errors import Refused
from procurement.management.arguments import counted
from procurement.recovery.erasing import erase_person


class Command(BaseCommand):
    """`manage.py erase_person USER` (docs/recovery.md says what stays, and why)."""

    help = "Erase name, addresses, rights, tokens, sessions and subscriptions of an account. Cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name of the account")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        try:
            done = erase_person(user, now=database_now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(counted(done.items()))
