"""Asking back: what a verb finds odd about a form is shown before anything is stored, and stored when it is meant.

The verb is asked by storing; where it warns, all is undone and the form shown again with the warnings and a box to
tick. The box stands for these very words: whoever changes the form so that others are said is asked again.
"""

import hashlib
from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest

from procurement.common.errors import TrackerError

#: The name of the box, and what is said above it.
MEANT = "_meant"
LOOK_AGAIN = "Nothing is stored yet. Check whether this is meant; if so, tick the box and save again."


class Doubtful(TrackerError):
    """Nothing is wrong with a form, but it is odd: ask whether it is meant; `said` are the warnings."""

    def __init__(self, said: Sequence[str]) -> None:
        super().__init__("; ".join(said))
        self.said = tuple(said)

    @property
    def digest(self) -> str:
        """What the box stands for."""
        return hashlib.sha256("\n".join(self.said).encode()).hexdigest()[:20]


def ask_back(request: HttpRequest, said: Iterable[str]) -> tuple[str, ...]:
    """The warnings, where there are none or they were read and the form was sent all the same. Raises Doubtful."""
    doubt = Doubtful(tuple(dict.fromkeys(said)))
    if doubt.said and doubt.digest not in request.POST.getlist(MEANT):
        raise doubt
    return doubt.said


def warn(request: HttpRequest, said: Iterable[str]) -> None:
    """Show what is odd about what was stored."""
    for each in said:
        messages.warning(request, each)
