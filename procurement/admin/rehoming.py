"""Moving a share of a contract from one program to another: two allocations, posted together."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from procurement.admin.acting import Table, searched, sent
from procurement.admin.guided.foreseeing import Outcome
from procurement.admin.guided.pages import ContractActForm, Guided, common_of, guided_page, outcome_of
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.money import trimmed
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.contracts.recording import allocations
from procurement.programs.models import Program
from procurement.sources.facts import PUBLISHED

INTRO = gettext_lazy(
    "From the given day on, a share of the contract belongs to another program. Its whole value moves with it in views "
    "of that day and later; totals over both programs stay the same."
)


class RehomingForm(ContractActForm):
    """The two programs, the share, the first day, and the source."""

    own = ("from_program", "to_program", "share")
    from_program = forms.ModelChoiceField(
        Program.objects.none(), label=gettext_lazy("From program"), widget=UnfoldAdminSelectWidget()
    )
    to_program = forms.ModelChoiceField(
        Program.objects, label=gettext_lazy("To program"), widget=searched(ProgramAllocation, "program")
    )
    share = forms.DecimalField(
        required=False,
        label=gettext_lazy("Share"),
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=gettext_lazy("of the contract; empty moves all that the program has"),
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(contract, *args, **kwargs)
        ever = Program.objects.filter(programallocation_set__contract=contract).distinct().order_by("name")
        self.fields["from_program"].queryset = ever  # type: ignore[attr-defined]
        self.fields["effective_on"].help_text = _("the first day on which it belongs to the other program")


def held(contract: Contract, day: Any) -> dict[Program, Decimal]:
    """The share that each program has of a contract on a day; the latest row of a pair holds."""
    rows = ProgramAllocation.objects.standing(Asked(day)).filter(contract=contract).select_related("program")
    shares = {row.program: row.share for row in rows.order_by("effective_on", PUBLISHED, "id")}
    return {program: share for program, share in shares.items() if share}


def rehome(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Outcome:
    """Record the pair. Raises Refused; the shares are checked under a lock on the contract."""
    day, origin, target = given["effective_on"], given["from_program"], given["to_program"]
    shares = held(contract, day)
    moved = given["share"] if given["share"] is not None else shares.get(origin, Decimal(0))
    refuse_bad_move(origin, target, moved, shares.get(origin, Decimal(0)), day)
    left, gained = shares[origin] - moved, shares.get(target, Decimal(0)) + moved
    common = common_of(contract, given, request)
    posted = allocations.record_all(
        [
            ProgramAllocation(program=origin, share=left, **common),
            ProgramAllocation(program=target, share=gained, **common),
        ]
    )
    said = _("A share of {share} of {contract} belongs to {program} from {day} on: {rows}.")
    named = {"share": trimmed(moved), "contract": contract.reference, "program": target, "day": day.isoformat()}
    return outcome_of(posted, lambda rows: format_html(said, rows=rows, **named))


def refuse_bad_move(origin: Program, target: Program, moved: Decimal, has: Decimal, day: dt.date) -> None:
    """Raise Refused when a share cannot be moved."""
    if origin == target:
        raise Refused({"to_program": _("choose a program other than the one it leaves")})
    if not 0 < moved <= has:
        said = _("%(program)s has a share of %(share)s on %(day)s; above 0 and up to that would be accepted")
        raise Refused({"share": said % {"program": origin, "share": trimmed(has), "day": day.isoformat()}})


def rehoming_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that moves a contract."""
    shares = held(contract, timezone.localdate())
    form = RehomingForm(contract, sent(request), initial={"from_program": next(iter(shares), None)})
    rows = [[program.name, trimmed(share)] for program, share in shares.items()]
    table: Table = {"headers": [_("Program"), _("Share")], "rows": rows or [[_("no program"), "-"]]}
    guided = Guided(
        title=_("Move %(contract)s to another program") % {"contract": contract.reference},
        button=_("Move"),
        intro=INTRO,
        record=lambda given: rehome(request, contract, given),
        tables=[(_("Today it belongs to"), table)],
    )
    return guided_page(model_admin, request, contract, form, guided)
