"""Statuses of programs as charts show them: in words, and each in its colour."""

from django.utils.translation import gettext as _

from procurement.common.words import PROGRAM_STATUS, word

#: The colour of what has no status.
NO_STATUS = "unknown"


def status_in_words(status: str | None) -> str:
    """A status as people read it."""
    return word("program_status", status) if status else _("no decision on record")


def role_of(status: str | None) -> str:
    """The colour of a status."""
    return f"@{status if status in PROGRAM_STATUS else NO_STATUS}"
