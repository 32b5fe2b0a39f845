"""What the form of a fact would change, while it is filled in: for new facts, corrections and reversals alike."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from procurement.admin.guided.foreseeing import Outcome, foresee, stand_in
from procurement.admin.guided.looking import PART, unready
from procurement.common.dates import Asked
from procurement.programs.models import StatusChange
from procurement.programs.recording import approved_status_changes, status_changes
from procurement.programs.stopping import needs_approval
from procurement.sources.appending import Recorded
from procurement.sources.facts import Fact
from procurement.sources.recording import Recorder

#: Records the row of a form with some verbs.
Post = Callable[[Recorder[Any]], Recorded[Any]]
#: So many rows of the same day are named.
MOST_NAMED = 5


def fact_part(
    request: HttpRequest, form: Any, recorder: Recorder[Any], post: Post, amended: Fact | None
) -> TemplateResponse:
    """The part of the page. `post` records the form's row; `amended` is the row that it reverses or corrects."""
    form.is_valid()
    missing, wrong = unready(form)
    if missing or wrong:
        return TemplateResponse(request, PART, {"missing": missing, "faults": wrong, "is_summarized": True})
    with transaction.atomic():
        notes = list(_notes(form.instance, amended))
        day = amended.effective_on if amended and not form.instance.effective_on else form.instance.effective_on
        context = foresee(lambda: _recorded(form, recorder, post, amended), day=day)
    return TemplateResponse(request, PART, context | {"notes": notes, "is_summarized": True})


def _recorded(form: Any, recorder: Recorder[Any], post: Post, amended: Fact | None) -> Outcome:
    """Record it as if whoever must approve it had: the trial shows what would then change."""
    if form.cleaned_data.get("source") is None:
        form.cleaned_data["source"] = form.instance.source = stand_in()
    recorded = post(approved_status_changes if recorder is status_changes else recorder)
    facts = [recorded.fact] if amended is None else [recorded.fact, amended]
    return Outcome("", facts, recorded.warnings)


def _notes(row: Fact, amended: Fact | None) -> list[str]:
    """What is to be known of a status change: that it waits for a second person, what else is recorded of its day."""
    if not isinstance(row, StatusChange):
        return []
    taken = amended if isinstance(amended, StatusChange) else None
    is_reversal = taken is not None and not row.kind
    notes = []
    if needs_approval(put=None if is_reversal else row, taken=taken):
        notes.append(_("A second person must approve this: it is proposed when you save, and recorded once approved."))
    return notes if is_reversal else [*notes, *_of_the_same_day(row, taken)]


def _of_the_same_day(row: StatusChange, taken: StatusChange | None) -> list[str]:
    """Decisions and statements of the same day that say otherwise."""
    rows = StatusChange.objects.standing(Asked(row.effective_on))
    same = rows.filter(program=row.program_id, effective_on=row.effective_on).exclude(pk=taken.pk if taken else None)
    others = (
        same.exclude(status=row.status).exclude(status="").select_related("organization").order_by("sequence", "id")
    )
    return [_said_of(each, row) for each in others[:MOST_NAMED]]


def _said_of(other: StatusChange, row: StatusChange) -> str:
    said = (
        _(
            "On the same day another decision says “%(status)s” (%(who)s, sequence %(sequence)s). Of one day the "
            "decision with the highest sequence counts: set it, or correct the one that is wrong."
        )
        if other.kind == row.kind == StatusChange.Kind.DECISION
        else _("On the same day “%(status)s” is on record too (%(kind)s, %(who)s).")
    )
    return said % {
        "status": other.get_status_display(),
        "who": other.speaker or other.organization or _("nobody named"),
        "kind": other.get_kind_display().partition(":")[0],
        "sequence": other.sequence,
    }
