"""The form of a subscription: what it asks for beside its columns, and what it would have sent, before it is saved."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from procurement.access.limits.reached import TooSlow
from procurement.admin.acting import Table
from procurement.admin.guided.looking import unready
from procurement.admin.pickers import Offer
from procurement.alerts.events import NAMES, NO_STATUS
from procurement.alerts.past_year import MOST
from procurement.alerts.previewing import SECONDS, Preview, preview_of
from procurement.alerts.subscribing import STATUSES, SubscriptionInput
from procurement.common.clock import database_now
from procurement.common.errors import Refused
from procurement.common.words import CONTRACT_STATUS, PROGRAM_STATUS

PART = "procurement/admin/subscription_preview.html"


def statuses() -> Sequence[Offer]:
    """The statuses of programs and contracts, in words."""
    named = {**CONTRACT_STATUS, **PROGRAM_STATUS, NO_STATUS: _("unknown")}
    return [(each, str(named[each])) for each in STATUSES]


class WordsField(forms.CharField):
    """Several words, separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"widget": UnfoldAdminTextInputWidget()} | kwargs))

    def prepare_value(self, value: Any) -> Any:
        """Stored words as they are typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The words."""
        given = (
            value if isinstance(value, list | tuple) else (super().to_python(value) or "").replace("、", ",").split(",")
        )
        return [text.strip() for text in given if text.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other words were typed."""
        return bool(self.to_python(data) != list(initial or []))


def preview_part(
    request: HttpRequest,
    form: "ModelForm[Any]",
    selected: Callable[["ModelForm[Any]"], SubscriptionInput],
    *,
    owner: Any,
) -> TemplateResponse:
    """What the subscription of a form would have sent, or what is still missing or wrong. Nothing is stored."""
    form.is_valid()
    missing, wrong = unready(form, stood_in_for=("channel", "name"))
    context: dict[str, Any] = {"missing": missing, "faults": wrong}
    if not missing and not wrong:
        try:
            context = shown(preview_of(selected(form), owner=owner, now=database_now()))
        except Refused as refused:
            context = {"faults": [f"{field}: {each}" for field, said in refused.errors.items() for each in said]}
        except TooSlow:
            said = _("That takes longer than %(seconds)s seconds: choose fewer programs or events.")
            context = {"faults": [said % {"seconds": SECONDS}]}
    return TemplateResponse(request, PART, context)


def shown(preview: Preview) -> dict[str, Any]:
    """A preview in words."""
    return {
        "preview": preview,
        "most": MOST,
        "counted": counted(preview),
        "newest": newest(preview),
        "cut": [_(NAMES[event]) for event in preview.cut],
    }


def counted(preview: Preview) -> Table:
    """The number of each event."""
    rows = [[_(NAMES[event]), count] for event, count in preview.events.items()]
    return {"headers": [_("What happens"), _("Events")], "rows": rows}


def newest(preview: Preview) -> Table:
    """The newest events."""
    rows = [
        [f"{timezone.localtime(each.happened_at):%Y-%m-%d %H:%M}", _(NAMES[each.event]), each.summary]
        for each in preview.newest
    ]
    return {"headers": [_("When"), _("What happened"), ""], "rows": rows}
