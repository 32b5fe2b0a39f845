"""The health check of the scheduler."""

from django.core.management.base import BaseCommand, CommandError

from tracker import schedule


class Command(BaseCommand):
    """Fail if beat does not send the enabled tasks."""

    help = "Exit with an error if the scheduler has sent nothing, or a task is a minute late or noted in the future."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run the command."""
        if faults := schedule.faults():
            raise CommandError(f"the scheduler is not well: {'; '.join(faults)}")
        self.stdout.write("well")
