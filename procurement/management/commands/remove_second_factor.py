"""Take a lost second factor away."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from procurement.access.second_factors import take_factors_away


class Command(BaseCommand):
    """`manage.py remove_second_factor USER`."""

    help = "Take the second factor of a user away and end their sessions. It is noted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name of the user")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"there is no user “{options['user']}”")
        taken = take_factors_away(user, by=None)
        self.stdout.write(f"taken away, and all sessions ended: {user}" if taken else f"{user} had none")
