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
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement.access.roles import ANALYST, REVIEWER, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, acting_page, day_field, reason_field, text_field
from procurement.admin.flag_figures import title_of
from procurement.common.localized import in_full_and_short
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


#: What their buttons and pages are called.
VERBS: Mapping[str, Promise] = {
    "acknowledge": gettext_lazy("Acknowledge"),
    "accept": gettext_lazy("Accept"),
    "prolong": gettext_lazy("Prolong or shorten"),
    "resolve": gettext_lazy("Resolve"),
    "reopen": gettext_lazy("Reopen"),
}


class ReasonForm(ActingForm):
    """Why."""

    reason = reason_field()


class AcknowledgeForm(ActingForm):
    """Optionally a reason and an owner."""

    reason = reason_field(required=False)
    owner = text_field(help_text=gettext_lazy("the owner of the flag; may stay empty"))


class AcceptForm(ActingForm):
    """The reason, the owner and the last day."""

    reason = reason_field()
    owner = text_field(help_text=gettext_lazy("who takes responsibility; if empty, the flag's owner, else you"))
    until = day_field(help_text=gettext_lazy("the last day of the acceptance"))


class ProlongForm(AcceptForm):
    """The reason and the new last day; the owner stays unless another is named."""

    owner = text_field(help_text=gettext_lazy("who takes responsibility from now on; if empty, the flag's owner"))
    until = day_field(help_text=gettext_lazy("the new last day of the acceptance, later or earlier"))


@dataclass(frozen=True)
class Many:
    """An action on many flags: its form, and what is said of those that it was done with."""

    verb: str
    form: type[ActingForm]
    act: Callable[..., lifecycle.Outcomes]
    done: Callable[[int], str]


def _acknowledged(count: int) -> str:
    said = ngettext("%(count)s flag is acknowledged.", "%(count)s flags are acknowledged.", count)
    return said % {"count": count}


def _accepted(count: int) -> str:
    return ngettext("%(count)s flag is accepted.", "%(count)s flags are accepted.", count) % {"count": count}


MANY = {
    "acknowledge_chosen": Many("acknowledge", AcknowledgeForm, lifecycle.acknowledge_all, _acknowledged),
    "accept_chosen": Many("accept", AcceptForm, lifecycle.accept_all, _accepted),
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
        said = _("At most %(most)s flags at once; narrow the list. Nothing was changed.")
        messages.error(request, said % {"most": MOST})
        return HttpResponseRedirect(back)
    form = many.form(request.POST if FILLED_IN in request.POST else None)

    def do(given: Mapping[str, Any]) -> str:
        more = {"today": timezone.localdate()} if many.verb == "accept" else {}
        return tell(request, many.act(ids, by=request.user, **given, **more), many.done)

    doing = Doing(
        title=ngettext("%(act)s: %(count)s flag", "%(act)s: %(count)s flags", len(ids))
        % {"act": VERBS[many.verb], "count": len(ids)},
        button=str(VERBS[many.verb]),
        intro=_("Each flag is handled separately: if one is refused, the others still go through."),
        do=do,
        tables=[
            (_("%(shown)s of %(all)s") % {"shown": min(len(ids), LISTED), "all": len(ids)}, table_of(ids[:LISTED]))
        ],
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
            "-" if flag.outstanding is None else in_full_and_short(flag.outstanding, flag.currency),
            flag.get_state_display(),
        ]
        for flag in (found[pk] for pk in flag_ids if pk in found)
    ]
    headers = [_("Severity"), _("Rule"), _("Program"), _("Contract"), _("Outstanding"), _("State")]
    return {"headers": headers, "rows": rows}


def tell(request: HttpRequest, outcomes: lifecycle.Outcomes, done: Callable[[int], str]) -> str:
    """Show a warning for each flag that was not changed, with the reason; returns the message about the others."""
    left = [(pk, str(why)) for pk, why in outcomes.refused.items()]
    left += [(pk, _("no flag has this id")) for pk in outcomes.unknown]
    for pk, why in left[:TOLD]:
        messages.warning(request, _("Flag %(id)s was not changed: %(why)s") % {"id": pk, "why": why})
    if len(left) > TOLD:
        said = _("%(more)s more were not changed; the log gives the reasons.")
        messages.warning(request, said % {"more": len(left) - TOLD})
    return done(len(outcomes.done)) if outcomes.done else ""
