"""The health checks of the scheduler and of workers."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from procurement.common.clock import database_now
from procurement.desk.workers import waits_long, what_is_wrong
from tracker.celery import DELIVERY, IMPORTS


class Command(BaseCommand):
    """Fail if beat does not send the enabled tasks, or nobody works on them."""

    help = (
        "Exit with an error if the scheduler has sent nothing, a task is a minute late or noted in the future, or no "
        "worker does what is due."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the queue."""
        parser.add_argument(
            "--queue",
            choices=("default", DELIVERY, IMPORTS),
            help="ask only whether something waits long in this queue",
        )

    def handle(self, *_args: object, queue: str | None = None, **_options: object) -> None:
        """Run the command."""
        now = database_now()
        faults = waits_long(queue, now) if queue else what_is_wrong(now)
        if faults:
            whose = f"the queue {queue}" if queue else "the scheduler"
            raise CommandError(f"{whose} is not well: {'; '.join(faults)}")
        self.stdout.write("well")
