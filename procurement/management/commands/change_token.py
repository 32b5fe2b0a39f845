"""Name a token of the REST API, or let it expire earlier."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.access.models import AccessToken
from procurement.access.tokens import change_token
from procurement.common.errors import Refused


class Command(BaseCommand):
    """`manage.py change_token ID [--name NAME] [--days N]`."""

    help = "Name a token, or let it expire earlier. `manage.py list_tokens` shows the ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int)
        parser.add_argument("--name", help="what it is used for")
        parser.add_argument("--days", type=int, help="days from now until it expires; not later than it does already")

    def handle(self, *args: Any, **options: Any) -> None:
        now, days = timezone.now(), options["days"]
        expires_at = None if days is None else now + dt.timedelta(days=days)
        try:
            change_token(options["id"], now=now, name=options["name"], expires_at=expires_at)
        except AccessToken.DoesNotExist as error:
            raise CommandError(f"no token has the id {options['id']}; list_tokens shows the ids") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
