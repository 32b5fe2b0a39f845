"""Seed the beat table."""

from django.core.management.base import BaseCommand

from tracker import schedule


class Command(BaseCommand):
    """Create the scheduled tasks that are missing; edited ones stay as they are."""

    help = "Create the scheduled tasks that are missing. Tasks that exist keep what was edited in the admin."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run the command."""
        for name in schedule.seed():
            self.stdout.write(f"scheduled: {name}")
