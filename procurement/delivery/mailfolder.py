"""E-mail into a folder, for use without a mail server: one file per message, which any mail program opens."""

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from procurement.common.disk import forget_abandoned, give_name, make_folder, part_in

#: The folder, in that of the mails, of those that are not whole yet.
UNFINISHED = ".unfinished"
_numbers = itertools.count()


class EmailBackend(BaseEmailBackend):
    """Writes each message whole or not at all; it and its name are on the disk before it counts as sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many. Raises OSError, and leaves nothing, where there is no room."""
        folder = Path(settings.EMAIL_FILE_PATH)
        unfinished = folder / UNFINISHED
        make_folder(unfinished)
        forget_abandoned(unfinished)
        for message in email_messages:
            with part_in(unfinished) as part:
                part.write(message.message().as_bytes())
                give_name(part, folder / f"{time.time_ns()}-{os.getpid()}-{next(_numbers)}.eml")
        return len(email_messages)
