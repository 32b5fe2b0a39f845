"""Let an administrator in by a link."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from procurement.access.login_links import LASTS, make_link
from procurement.common.errors import Refused


class Command(BaseCommand):
    """`manage.py login_link USER`."""

    help = "Print a link by which one administrator logs in once, also with PASSWORD_LOGIN=false. It is noted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name of an administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = make_link(options["user"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        minutes = int(LASTS.total_seconds() // 60)
        self.stderr.write(f"Open this within {minutes} minutes; it lets in once:")
        self.stdout.write(f"{settings.PUBLIC_URL}{reverse('login_link', args=[link])}")
