"""Actions on flags in the admin: forms for what each action needs, for one flag or many at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from procurement.access.roles import ANALYST, REVIEWER, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, acting_page, day_field, reason_field, text_field
from procurement.admin.flag_figures import title_of
from procurement.common.money import in_full
from procurement.flags import lifecycle
from procurement.flags.models import Flag

#: How many flags one form acts on; with more, the user must filter first, so that somebody has looked at them.
MOST = 500
#: How many of them the form lists, and for how many it says why they were not changed.
LISTED = 50
TOLD = 10
#: Sent with the filled-in form, but not with the selection in the list that leads to it.
FILLED_IN = "filled_in"

#: The role that each action needs.
NEEDS: Mapping[str, str] = {
    "acknowledge": ANALYST,
    "accept": REVIEWER,
    "prolong": REVIEWER,
    "resolve": REVIEWER,
    "reopen": REVIEWER,
}


class ReasonForm(ActingForm):
    """Why."""

    reason = reason_field()


class AcknowledgeForm(ActingForm):
    """Optionally a reason and an owner."""

    reason = reason_field(required=False)
    owner = text_field(help_text="the owner of the flag; may stay empty")


class AcceptForm(ActingForm):
    """The reason, the owner and the last day."""

    reason = reason_field()
    owner = text_field(help_text="who takes responsibility; if empty, the flag's owner, else you")
    until = day_field(help_text="the last day of the acceptance")


class ProlongForm(AcceptForm):
    """The reason and the new last day; the owner stays unless another is named."""

    owner = text_field(help_text="who takes responsibility from now on; if empty, the flag's owner")
    until = day_field(help_text="the new last day of the acceptance, later or earlier")


@dataclass(frozen=True)
class Many:
    """An action on many flags: its button, its form, and the word for what was done."""

    verb: str
    button: str
    form: type[ActingForm]
    act: Callable[..., lifecycle.Outcomes]
    done: str


MANY = {
    "acknowledge_chosen": Many(
        "acknowledge", "Acknowledge", AcknowledgeForm, lifecycle.acknowledge_all, "acknowledged"
    ),
    "accept_chosen": Many("accept", "Accept", AcceptForm, lifecycle.accept_all, "accepted"),
}


def may(request: HttpRequest, verb: str) -> bool:
    """Whether a user may do it."""
    return reaches(role_of(request.user), NEEDS[verb])


def refuse_unless_may(request: HttpRequest, verb: str, flag_ids: Sequence[int | None] = (None,)) -> None:
    """Raise PermissionDenied, and log it for each flag, if the user may not do it."""
    if may(request, verb):
        return
    for pk in flag_ids:
        complaints = {"role": [f"this needs the role {NEEDS[verb]}"]}
        lifecycle.note_refusal(pk, verb=verb, by=request.user, complaints=complaints)  # type: ignore[arg-type]
    raise PermissionDenied


def chosen(request: HttpRequest, flags: "QuerySet[Flag]") -> list[int]:
    """The flags to act on: those of the filled-in form, whatever their state now, else those selected in the list.

    If there are too many, one more than allowed.
    """
    if FILLED_IN not in request.POST:
        return list(flags.values_list("pk", flat=True)[: MOST + 1])
    return ticked(request)[: MOST + 1]


def ticked(request: HttpRequest) -> list[int]:
    """The ids that a form was sent with."""
    return [int(each) for each in request.POST.getlist(ACTION_CHECKBOX_NAME) if each.isascii() and each.isdigit()]


def many_page(model_admin: Any, request: HttpRequest, flags: "QuerySet[Flag]", name: str) -> HttpResponse:
    """Ask for the action's input, then do it with each of the chosen flags, and say which were refused and why."""
    many, ids, back = MANY[name], chosen(request, flags), request.get_full_path()
    if len(ids) > MOST:
        messages.error(request, f"At most {MOST} flags at once; narrow the list. Nothing was changed.")
        return HttpResponseRedirect(back)
    form = many.form(request.POST if FILLED_IN in request.POST else None)

    def do(given: Mapping[str, Any]) -> str:
        more = {"today": timezone.localdate()} if many.verb == "accept" else {}
        return tell(request, many.act(ids, by=request.user, **given, **more), many.done)

    doing = Doing(
        title=f"{many.button} {len(ids)} flag{'' if len(ids) == 1 else 's'}",
        button=many.button,
        intro="Each flag is handled separately: if one is refused, the others still go through.",
        do=do,
        tables=[(f"{min(len(ids), LISTED)} of {len(ids)}", table_of(ids[:LISTED]))],
        hidden=[("action", name), (FILLED_IN, 1), *((ACTION_CHECKBOX_NAME, pk) for pk in ids)],
    )
    return acting_page(model_admin, request, form, doing, back=back)


def table_of(flag_ids: Collection[int]) -> Table:
    """What the chosen flags are about."""
    found = Flag.objects.select_related("program", "contract").in_bulk(flag_ids)
    rows = [
        [
            flag.get_severity_display(),
            title_of(flag),
            str(flag.program or "-"),
            str(flag.contract or "-"),
            "-" if flag.outstanding is None else in_full(flag.outstanding, flag.currency),
            flag.get_state_display(),
        ]
        for flag in (found[pk] for pk in flag_ids if pk in found)
    ]
    return {"headers": ["Severity", "Rule", "Program", "Contract", "Outstanding", "State"], "rows": rows}


def tell(request: HttpRequest, outcomes: lifecycle.Outcomes, done: str) -> str:
    """Show a warning for each flag that was not changed, with the reason; returns the message about the others."""
    left = [(pk, str(why)) for pk, why in outcomes.refused.items()]
    left += [(pk, "no flag has this id") for pk in outcomes.unknown]
    for pk, why in left[:TOLD]:
        messages.warning(request, f"Flag {pk} was not changed: {why}")
    if len(left) > TOLD:
        messages.warning(request, f"{len(left) - TOLD} more were not changed; the log gives the reasons.")
    count = len(outcomes.done)
    return f"{count} flag{' is' if count == 1 else 's are'} {done}." if count else ""
