"""Moving a share of a contract from one program to another: two allocations, posted together."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from procurement.admin.acting import ActingForm, Doing, act_page, day_field, reason_field, searched, sent
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.facts import PUBLISHED_HELP
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.money import trimmed
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.contracts.recording import allocations
from procurement.programs.models import Program
from procurement.sources.facts import PUBLISHED
from procurement.sources.models import Document

INTRO = (
    "From the given day on, a share of the contract belongs to another program. Its whole value moves with it in views "
    "of that day and later; totals over both programs stay the same."
)


class RehomingForm(ActingForm):
    """The two programs, the share, the first day, and the source."""

    from_program = forms.ModelChoiceField(Program.objects.none(), widget=UnfoldAdminSelectWidget())
    to_program = forms.ModelChoiceField(Program.objects, widget=searched(ProgramAllocation, "program"))
    share = forms.DecimalField(
        required=False,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="of the contract; empty moves all that the program has",
    )
    effective_on = day_field(help_text="the first day on which it belongs to the other program")
    published_on = day_field(required=False, help_text=PUBLISHED_HELP)
    source = forms.ModelChoiceField(Document.objects, widget=searched(ProgramAllocation, "source"))
    note = reason_field(required=False)


def held(contract: Contract, day: Any) -> dict[Program, Decimal]:
    """The share that each program has of a contract on a day; the latest row of a pair holds."""
    rows = ProgramAllocation.objects.standing(Asked(day)).filter(contract=contract).select_related("program")
    shares = {row.program: row.share for row in rows.order_by("effective_on", PUBLISHED, "id")}
    return {program: share for program, share in shares.items() if share}


def rehome(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> str:
    """Record the pair. Raises Refused, Doubtful; the shares are checked under a lock on the contract."""
    day, origin, target = given["effective_on"], given["from_program"], given["to_program"]
    shares = held(contract, day)
    moved = given["share"] if given["share"] is not None else shares.get(origin, Decimal(0))
    if origin == target:
        raise Refused({"to_program": "choose a program other than the one it leaves"})
    if not 0 < moved <= shares.get(origin, Decimal(0)):
        has = f"{origin} has a share of {trimmed(shares.get(origin, Decimal(0)))} on {day.isoformat()}"
        raise Refused({"share": f"{has}; above 0 and up to that would be accepted"})
    common = {name: given[name] for name in ("effective_on", "published_on", "source", "note")}
    common |= {"entered_by": request.user}
    left, gained = shares[origin] - moved, shares.get(target, Decimal(0)) + moved
    posted = allocations.record_all(
        [
            ProgramAllocation(contract=contract, program=origin, share=left, **common),
            ProgramAllocation(contract=contract, program=target, share=gained, **common),
        ]
    )
    warn(request, ask_back(request, (said for each in posted for said in each.warnings)))
    return f"A share of {trimmed(moved)} of {contract.reference} belongs to {target} from {day.isoformat()} on."


def rehoming_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that moves a contract."""
    ever = Program.objects.filter(programallocation_set__contract=contract).distinct().order_by("name")
    shares = held(contract, timezone.localdate())
    form = RehomingForm(sent(request), initial={"from_program": next(iter(shares), None)})
    form.fields["from_program"].queryset = ever  # type: ignore[attr-defined]
    rows = [[program.name, trimmed(share)] for program, share in shares.items()]
    doing = Doing(
        title=f"Move {contract.reference} to another program",
        button="Move",
        intro=INTRO,
        tables=[("Today it belongs to", {"headers": ["Program", "Share"], "rows": rows or [["no program", "-"]]})],
        do=lambda given: rehome(request, contract, given),
    )
    return act_page(model_admin, request, contract, form, doing)
