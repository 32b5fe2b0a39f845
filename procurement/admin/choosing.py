"""Nothing is assumed: what a form would store although nobody chose it begins empty, and must be chosen.

The defaults of the tables stay for the API, whose callers name what they send. A person overlooks a box that is filled
in already: a ledger form that opened at the first measure stored an award as a ceiling.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.forms import Field
from django.http import HttpRequest
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHOOSE, NONE = gettext_lazy("choose…"), "–"

_PRECISE = "a whole date is exact, and a coarser one that is typed is refused until its precision is chosen"
#: The columns that begin with their default, and why overlooking them stores nothing wrong. A box that is not ticked
#: claims nothing, so boxes need not stand here.
HARMLESS: Mapping[str, str] = {
    "effective_precision": _PRECISE,
    "as_of_precision": _PRECISE,
    "due_precision": _PRECISE,
    "ends_precision": _PRECISE,
    "notified_precision": _PRECISE,
    "signed_precision": _PRECISE,
    "act": "a state has a status and the other acts have none: overlooking one of the two is refused",
    "rounding": "0 says that the source is exact, which is the stricter reading: more is asked back, never less",
    "sequence": "orders what happened on one day; alone on its day it orders nothing",
    "cadence": "mail at once: who overlooks it hears of everything, only sooner than wanted",
    "local_time": "the hour of digests: who overlooks it gets them at another hour",
    "zone": "the zone of that hour",
    "group_seconds": "a minute: who overlooks it hears of repeats that much later, and of all",
    "with_related": "who overlooks it hears of what a program went on as too: more than wanted, never less",
    "with_group": "the same of an organization's group",
    "active": "a subscription that was just entered is meant to send",
}


def is_assumed(column: Any) -> bool:
    """Whether a form would store a value of a column although nobody chose one."""
    if column.name in HARMLESS or isinstance(column, models.BooleanField):
        return False
    if column.choices and not column.blank:
        return True
    return bool(column.has_default()) and column.default not in ("", None, list, dict)


class Choosing:
    """A page of the admin whose forms assume nothing."""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice begins empty, also one that must be made."""
        offered = db_field.get_choices(include_blank=False)
        nothing = ("", NONE if db_field.blank else CHOOSE)
        given = {"choices": offered if _keeps_default(db_field) else [nothing, *offered]}
        return super().formfield_for_choice_field(db_field, request, **(given | kwargs))  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What has a default begins without it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and is_assumed(db_field):
            field.initial, field.required = None, True
            field.widget.is_required = True
            say_what_is_accepted(field)
        return field


def _keeps_default(column: Any) -> bool:
    return bool(column.has_default()) and not is_assumed(column) and not column.blank


def say_what_is_accepted(field: Field) -> None:
    """Let an empty choice be refused with what may be chosen."""
    field.error_messages["required"] = lazystr(_Accepted(field))


class _Accepted:
    """The sentence, in the language of whoever reads it."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def __str__(self) -> str:
        offered = [str(text).partition(":")[0] for value, text in getattr(self.field, "choices", ()) if value != ""]
        if not offered:
            return _("This must be given: nothing is assumed.")
        return _("This must be chosen; accepted: %(offered)s.") % {"offered": ", ".join(offered)}
