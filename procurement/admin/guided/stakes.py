"""What a change of status affects: the program's standing status and its live contracts on the day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement.admin.listing import linked
from procurement.common.dates import Asked
from procurement.common.localized import in_full
from procurement.common.money import trimmed
from procurement.common.reading_dates import day_or_none
from procurement.common.texts import in_words
from procurement.contracts.models import ProgramAllocation
from procurement.exposure.answering import Question, answer
from procurement.exposure.valuing import ContractValue, value_contracts
from procurement.programs.models import Program
from procurement.programs.reading import standing_of
from procurement.programs.wording import dispute_in_words, standing_in_words

#: The most contracts that the table shows.
SHOWN = 50
#: Of a program with more contracts only the sums are shown: valuing each would take seconds.
MOST_VALUED = 1_000
#: How the list of contracts is asked for those of a program.
OF_PROGRAM = "programallocation_set__program__id__exact"


def at_stake(request: HttpRequest) -> HttpResponse:
    """What a status change would affect: the program's standing status and live contracts on the day."""
    program = Program.objects.filter(pk__in=_whole(request.GET.get("program", ""))).first()
    if program is None or not request.user.has_perm("procurement.view_contract"):
        return HttpResponse()
    asked = Asked(day_or_none(request.GET.get("effective_on", "")) or timezone.localdate())
    standing = standing_of(program.pk, asked)
    context = {
        "program": program,
        "day": asked.as_of,
        "standing": standing,
        "standing_words": standing_in_words(standing),
        "dispute": dispute_in_words(standing),
        "all_of_them": f"{reverse('admin:procurement_contract_changelist')}?{OF_PROGRAM}={program.pk}",
        **_contracts(program, asked),
    }
    return TemplateResponse(request, "procurement/admin/at_stake.html", context)


def _contracts(program: Program, asked: Asked) -> dict[str, Any]:
    """The live contracts; of a program that has very many, its sums alone."""
    ever = ProgramAllocation.objects.contracts_of([program.pk])
    if len(ever) > MOST_VALUED:
        return {"many": len(ever), "totals": sums_of(program, asked)}
    live = [value for value in value_contracts(asked, program_ids=[program.pk]) if value.live]
    headers = [_("Contract"), _("Status"), _("Share"), _("Committed"), _("Paid"), _("Outstanding")]
    rows = stakes(live)
    return {
        "live": len(live),
        "totals": totals(live),
        "table": {"headers": headers, "rows": rows},
        "shown": len(rows),
        "is_cut": len(rows) < len(live),
    }


def sums_of(program: Program, asked: Asked) -> list[str]:
    """What is outstanding under all contracts of a program, in each currency."""
    found = answer(Question(asked, group_by=("program",), filters={"program": [program.pk]}))
    amounts = [in_full(row.figures["outstanding"], row.currency or "") for row in found.rows]
    return [_("%(amount)s outstanding") % {"amount": each} for each in amounts]


def stakes(live: list[ContractValue]) -> list[list[Any]]:
    """The live contracts, those with most outstanding first."""
    ordered = sorted(live, key=lambda value: (value.outstanding is None, -(value.outstanding or 0)))
    return [
        [
            contract_link(v),
            in_words(v.contract_status),
            trimmed(v.share),
            *(in_full(amount, v.currency) for amount in (v.committed, v.paid, v.outstanding)),
        ]
        for v in ordered[:SHOWN]
    ]


def contract_link(value: ContractValue) -> SafeString:
    """A link to the contract's page, without reading the contract."""
    address = reverse("admin:procurement_contract_change", args=[value.contract_id])
    return linked(address, f"{value.reference} {value.title}")


def totals(live: list[ContractValue]) -> list[str]:
    """The known outstanding amount in each currency, and for how many contracts it is unknown."""
    known: dict[str, Any] = {}
    for value in live:
        if value.outstanding is not None:
            known[value.currency] = known.get(value.currency, 0) + value.outstanding
    amounts = [in_full(amount, currency) for currency, amount in sorted(known.items())]
    said = [_("%(amount)s outstanding") % {"amount": each} for each in amounts]
    unknown = sum(value.outstanding is None for value in live)
    return [*said, _("unknown for %(number)s") % {"number": unknown}] if unknown else said


def _whole(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 18 else []
