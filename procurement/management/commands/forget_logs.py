"""Delete what is only kept for a while."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from procurement.common.clock import database_now
from procurement.management.arguments import above_zero, counted
from procurement.recovery.retention import forget_logs


class Command(BaseCommand):
    """`manage.py forget_logs [--days N] [--answers N]`."""

    help = "Delete old failed logins, verification mails, and ended sessions and tokens. No fact is touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=above_zero, default=90, help="keep what is younger (90)")
        parser.add_argument(
            "--answers", type=above_zero, metavar="DAYS", help="also forget what receivers answered longer ago"
        )

    def handle(self, *args: Any, days: int, answers: int | None, **options: Any) -> None:
        done = forget_logs(days=days, answers_days=answers, now=database_now())
        self.stdout.write(counted(done.items()))
