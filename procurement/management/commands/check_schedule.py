"""The health check of the scheduler."""

from django.core.management.base import BaseCommand, CommandError

from tracker import schedule


class Command(BaseCommand):
    """Fail where beat has sent nothing lately."""

    help = "Exit with an error where the scheduler has sent nothing for ten minutes."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run the command."""
        if not schedule.is_alive():
            raise CommandError("the scheduler has sent nothing lately")
