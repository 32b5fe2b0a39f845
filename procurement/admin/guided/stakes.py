"""What a change of status affects: the program's standing status and its live contracts on the day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement.common.dates import Asked
from procurement.common.money import in_full, trimmed
from procurement.common.reading_dates import day_or_none
from procurement.common.texts import in_words
from procurement.exposure.valuing import ContractValue, value_contracts
from procurement.programs.models import Program
from procurement.programs.reading import standing_of
from procurement.programs.wording import dispute_in_words, standing_in_words

#: The most contracts that the table shows.
SHOWN = 50
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{} {}</a>'


def at_stake(request: HttpRequest) -> HttpResponse:
    """What a status change would affect: the program's standing status and live contracts on the day."""
    program = Program.objects.filter(pk__in=_whole(request.GET.get("program", ""))).first()
    if program is None or not request.user.has_perm("procurement.view_contract"):
        return HttpResponse()
    asked = Asked(day_or_none(request.GET.get("effective_on", "")) or timezone.localdate())
    standing = standing_of(program.pk, asked)
    live = [value for value in value_contracts(asked, program_ids=[program.pk]) if value.live]
    context = {
        "program": program,
        "day": asked.as_of,
        "standing": standing,
        "standing_words": standing_in_words(standing),
        "dispute": dispute_in_words(standing),
        "live": len(live),
        "totals": totals(live),
        "table": {"headers": ["Contract", "Status", "Share", "Committed", "Paid", "Outstanding"], "rows": stakes(live)},
        "more": max(len(live) - SHOWN, 0),
    }
    return TemplateResponse(request, "procurement/admin/at_stake.html", context)


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
    return format_html(LINK, address, value.reference, value.title)


def totals(live: list[ContractValue]) -> list[str]:
    """The known outstanding amount in each currency, and for how many contracts it is unknown."""
    known: dict[str, Any] = {}
    for value in live:
        if value.outstanding is not None:
            known[value.currency] = known.get(value.currency, 0) + value.outstanding
    said = [f"{in_full(amount, currency)} outstanding" for currency, amount in sorted(known.items())]
    unknown = sum(value.outstanding is None for value in live)
    return [*said, f"unknown for {unknown}"] if unknown else said


def _whole(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 18 else []
