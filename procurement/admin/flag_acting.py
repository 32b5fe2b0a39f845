"""What is done with flags in the admin: the forms that ask what a verb needs, for one flag and for many at once."""

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
from procurement.admin.overview import money
from procurement.flags import lifecycle
from procurement.flags.models import Flag

#: How many flags one form acts on: more are narrowed first, so that somebody has looked at what they are.
MOST = 500
#: How many of them the form lists, and of how many it says one by one why they were left as they are.
LISTED = 50
TOLD = 10
#: Sent along with the form that was filled in, and not with the choice in the list that leads to it.
FILLED_IN = "filled_in"

#: The role that each verb needs.
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
    """Perhaps why, and whose it is now."""

    reason = reason_field(required=False)
    owner = text_field(help_text="the owner of the flag; may stay empty")


class AcceptForm(ActingForm):
    """Why, on whose account, and through which day."""

    reason = reason_field()
    owner = text_field(help_text="who takes responsibility; if empty, the flag's owner, else you")
    until = day_field(help_text="the last day of the acceptance")


class ProlongForm(AcceptForm):
    """Why, and through which other day; the owner stays where none is named."""

    owner = text_field(help_text="who takes responsibility from now on; if empty, the flag's owner")
    until = day_field(help_text="the new last day of the acceptance, later or earlier")


@dataclass(frozen=True)
class Many:
    """A verb for many flags: what its button and its form are, and what it has done with them."""

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
    """Whether somebody may do it."""
    return reaches(role_of(request.user), NEEDS[verb])


def refuse_unless_may(request: HttpRequest, verb: str, flag_ids: Sequence[int | None] = (None,)) -> None:
    """Raise PermissionDenied, and log it for each flag, when somebody may not."""
    if may(request, verb):
        return
    for pk in flag_ids:
        complaints = {"role": [f"this needs the role {NEEDS[verb]}"]}
        lifecycle.note_refusal(pk, verb=verb, by=request.user, complaints=complaints)  # type: ignore[arg-type]
    raise PermissionDenied


def chosen(request: HttpRequest, flags: "QuerySet[Flag]") -> list[int]:
    """The flags to act on: those of a form that was filled in, whatever became of them, else those in the list.

    One more than may be, where there are too many.
    """
    if FILLED_IN not in request.POST:
        return list(flags.values_list("pk", flat=True)[: MOST + 1])
    return ticked(request)[: MOST + 1]


def ticked(request: HttpRequest) -> list[int]:
    """The ids that a form was sent with."""
    return [int(each) for each in request.POST.getlist(ACTION_CHECKBOX_NAME) if each.isascii() and each.isdigit()]


def many_page(model_admin: Any, request: HttpRequest, flags: "QuerySet[Flag]", name: str) -> HttpResponse:
    """Ask what the verb needs, then do it with each of the chosen flags, and say which refused and why."""
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
            "-" if flag.outstanding is None else money(flag.outstanding, flag.currency),
            flag.get_state_display(),
        ]
        for flag in (found[pk] for pk in flag_ids if pk in found)
    ]
    return {"headers": ["Severity", "Rule", "Program", "Contract", "Outstanding", "State"], "rows": rows}


def tell(request: HttpRequest, outcomes: lifecycle.Outcomes, done: str) -> str:
    """Warn of each flag that was left as it is and say why; what was done is returned, to be said of all."""
    left = [(pk, str(why)) for pk, why in outcomes.refused.items()]
    left += [(pk, "no flag has this id") for pk in outcomes.unknown]
    for pk, why in left[:TOLD]:
        messages.warning(request, f"Flag {pk} was not changed: {why}")
    if len(left) > TOLD:
        messages.warning(request, f"{len(left) - TOLD} more were not changed; the log gives the reasons.")
    count = len(outcomes.done)
    return f"{count} flag{' is' if count == 1 else 's are'} {done}." if count else ""
