"""Make the sample's users."""

from typing import Any

from django.core.management.base import BaseCommand

from procurement.access.tokens import create_sample_users


class Command(BaseCommand):
    """Passwords are printed once and kept nowhere; existing users are left alone and not mentioned."""

    help = "Make the users admin, analyst, reviewer and reader with random passwords, printed once."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, password in create_sample_users().items():
            self.stdout.write(f"{name}: {password}")
