"""What became of imported rows, in words: states, outcomes, tables and the kinds of remarks."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.imports.account import (
    CORRECTED,
    DIFFERS,
    DOUBTFUL,
    HELD_BACK,
    KEPT_BACK,
    LEFT_OUT,
    ODD,
    SAME,
    UPDATED,
)
from procurement.imports.mapped.targets import PARTS

#: The kinds of remarks that every format shares; what a format adds has words of its own, in English.
WARNINGS: Mapping[str, Promise] = {
    DIFFERS: gettext_lazy("differs from the stored row"),
    ODD: gettext_lazy("looks odd"),
    SAME: gettext_lazy("is one row with another"),
    CORRECTED: gettext_lazy("corrected"),
    KEPT_BACK: gettext_lazy("was taken back before"),
    UPDATED: gettext_lazy("updated"),
    DOUBTFUL: gettext_lazy("doubtful match"),
    HELD_BACK: gettext_lazy("waits for approval"),
    LEFT_OUT: gettext_lazy("said by the format"),
}
#: The outcomes of rows, as headings.
OUTCOMES: Mapping[str, Promise] = {
    "read": gettext_lazy("Read"),
    "taken": gettext_lazy("Taken"),
    "unchanged": gettext_lazy("Unchanged"),
    "waiting": gettext_lazy("Waiting"),
    "refused": gettext_lazy("Refused"),
}
#: What an undo did with rows.
UNDONE: Mapping[str, Promise] = {
    "facts": gettext_lazy("reversed"),
    "left": gettext_lazy("left as they are"),
    "restored": gettext_lazy("edits restored"),
    "withdrawn": gettext_lazy("gone from every list"),
    "proposals": gettext_lazy("proposals withdrawn"),
}
COLON = re.compile("[:：]")


def first_words(label: str) -> str:
    """A label without its explanation: “Received”, of “Received: waits to be read”."""
    return COLON.split(label, maxsplit=1)[0]


def warning_in_words(kind: str) -> str:
    """A kind of remark in words."""
    return str(WARNINGS.get(kind, kind))


def target_in_words(target: str) -> str:
    """What a column can mean, in words: Contract: signed on."""
    part, _dot, field = target.partition(".")
    return _("%(part)s: %(field)s") % {"part": _(PARTS[part].title), "field": _(field.replace("_", " "))}


def table_in_words(name: str) -> str:
    """A table of a format, called as in the admin: ledger entries."""
    return _(name.replace("_", " "))
