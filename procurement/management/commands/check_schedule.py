"""The health check of the scheduler."""

from django.core.management.base import BaseCommand, CommandError

from procurement.common.clock import database_now
from procurement.delivery.overdue import overdue
from tracker import schedule


class Command(BaseCommand):
    """Fail if beat does not send the enabled tasks, or nobody works on them."""

    help = (
        "Exit with an error if the scheduler has sent nothing, a task is a minute late or noted in the future, or no "
        "worker does what is due."
    )

    def handle(self, *_args: object, **_options: object) -> None:
        """Run the command."""
        if faults := [*schedule.faults(), *overdue(database_now())]:
            raise CommandError(f"the scheduler is not well: {'; '.join(faults)}")
        self.stdout.write("well")
