"""Asking for confirmation: warnings about a form are shown before anything is stored, and must be confirmed.

The form is stored on trial; if there are warnings, everything is rolled back and the form is shown again with the
warnings and a box to tick. The box confirms exactly these warnings: if the form is changed and others arise, it asks
again.
"""

import hashlib
from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from procurement.common.errors import TrackerError

#: The name of the box, and what is said above it.
MEANT = "_meant"
LOOK_AGAIN = gettext_lazy("Nothing is stored yet. Check whether this is meant; if so, tick the box and save again.")


class Doubtful(TrackerError):
    """A form is valid but has warnings: ask for confirmation; `said` are the warnings."""

    def __init__(self, said: Sequence[str]) -> None:
        super().__init__("; ".join(said))
        self.said = tuple(said)

    @property
    def digest(self) -> str:
        """The value of the box: a hash of the warnings it confirms."""
        return hashlib.sha256("\n".join(self.said).encode()).hexdigest()[:20]


def ask_back(request: HttpRequest, said: Iterable[str]) -> tuple[str, ...]:
    """Return the warnings if there are none or they were confirmed. Raises Doubtful."""
    doubt = Doubtful(tuple(dict.fromkeys(said)))
    if doubt.said and doubt.digest not in request.POST.getlist(MEANT):
        raise doubt
    return doubt.said


def warn(request: HttpRequest, said: Iterable[str]) -> None:
    """Show the warnings about what was stored."""
    for each in said:
        messages.warning(request, each)
