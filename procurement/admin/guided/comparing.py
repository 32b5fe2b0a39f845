"""Contracts and programs before and after an act, in figures."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import Table
from procurement.admin.listing import linked
from procurement.common.dates import Asked
from procurement.common.localized import in_full, range_in_full
from procurement.common.money import trimmed
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import Question, answer_from_facts
from procurement.exposure.rows import Row
from procurement.exposure.valuing import ContractValue, value_contracts
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.programs.wording import dispute_in_words, standing_in_words

#: So many contracts are compared in figures.
MOST_COMPARED = 10
CHANGED = '<strong class="text-font-important-light dark:text-font-important-dark">{}</strong>'
BY = '{}<br><span class="text-xs">{}</span>'

#: Amounts that are always shown, and those that are where they are known.
ALWAYS: dict[str, Any] = {
    "committed": gettext_lazy("Committed"),
    "paid": gettext_lazy("Paid"),
    "outstanding": gettext_lazy("Outstanding"),
}
WHERE_KNOWN: dict[str, Any] = {
    "ceiling": gettext_lazy("Ceiling"),
    "unaccounted": gettext_lazy("Unaccounted for"),
    "delivered": gettext_lazy("Delivered"),
    "exit_paid": gettext_lazy("Paid because of a stop"),
}
RANGES: Mapping[str, tuple[Any, str, str]] = {
    "liability": (gettext_lazy("Termination liability"), "liability_low", "liability_high"),
    "exit": (gettext_lazy("Cost of leaving now"), "exit_low", "exit_high"),
}


@dataclass(frozen=True)
class Look:
    """What is known on a day of some contracts and programs."""

    contracts: Mapping[int, Contract]
    rows: Mapping[int, Row]
    values: Mapping[int, list[ContractValue]]
    programs: Mapping[int, Program]
    standings: Mapping[int, Standing]

    @classmethod
    def at(cls, day: dt.date, contract_ids: Collection[int], program_ids: Collection[int] = ()) -> "Look":
        """Read it. The number of queries does not depend on how many there are."""
        asked, ids = Asked(day), sorted(contract_ids)[:MOST_COMPARED]
        values: dict[int, list[ContractValue]] = {pk: [] for pk in ids}
        for value in value_contracts(asked, contract_ids=ids) if ids else []:
            values[value.contract_id].append(value)
        named = {*program_ids, *(each.program_id for of_one in values.values() for each in of_one)} - {None}
        return cls(
            Contract.everything.in_bulk(ids),
            {row.keys["contract"]: row for row in _rows(asked, ids)},
            values,
            Program.everything.in_bulk(named),
            standings(asked, program_ids) if program_ids else {},
        )


def _rows(asked: Asked, ids: list[int]) -> list[Row]:
    question = Question(asked, group_by=("contract",), filters={"contract": ids})
    return answer_from_facts(question).rows if ids else []


def compared(before: Look, after: Look) -> list[tuple[str, Table]]:
    """A table for each program and contract, under its name."""
    headers = ["", _("Before"), _("After")]
    programs = [
        (program.name, list(_of_program(before.standings.get(pk), after.standings.get(pk))))
        for pk, program in after.programs.items()
        if pk in {**before.standings, **after.standings}
    ]
    contracts = [
        (_named(row) if pk in before.contracts else str(row), list(_of_contract(pk, before, after)))
        for pk, row in after.contracts.items()
    ]
    return [(name, {"headers": headers, "rows": rows}) for name, rows in (*programs, *contracts) if rows]


def _named(row: Contract) -> SafeString:
    address = reverse("admin:procurement_contract_change", args=[row.pk])
    return linked(address, row)


def _of_program(before: Standing | None, after: Standing | None) -> Iterator[list[Any]]:
    yield _line(_("Standing status"), before or Standing(), after or Standing(), standing_in_words)
    yield _line(_("Disputed"), before or Standing(), after or Standing(), lambda each: dispute_in_words(each) or "-")


def _of_contract(pk: int, before: Look, after: Look) -> Iterator[list[Any]]:
    yield _line(_("Status"), before.values.get(pk, []), after.values.get(pk, []), _status)
    if before.contracts.get(pk) and before.contracts[pk].ends_on != after.contracts[pk].ends_on:
        yield _line(_("Ends on"), before.contracts[pk].ends_on, after.contracts[pk].ends_on, _day)
    yield from _amounts(before.rows.get(pk), after.rows.get(pk), after.contracts[pk].currency)
    yield from _shares(pk, before, after)


def _amounts(before: Row | None, after: Row | None, currency: str) -> Iterator[list[Any]]:
    was, becomes = (each.figures if each else {} for each in (before, after))
    for name, label in (ALWAYS | WHERE_KNOWN).items():
        one, other = was.get(name), becomes.get(name)
        if name in ALWAYS or one != other or (one and other):
            *first, said = _line(label, one, other, lambda each: in_full(each, currency))
            yield [*first, _with_change(said, one, other, currency)]
    for label, low, high in RANGES.values():
        ends, later = ((each.get(low), each.get(high)) for each in (was, becomes))
        if ends != later or later != (None, None):
            yield _line(label, ends, later, lambda each: range_in_full(each[0], each[1], currency))


def _shares(pk: int, before: Look, after: Look) -> Iterator[list[Any]]:
    """The share of each program, where it changes."""
    was, becomes = ({each.program_id: each.share for each in look.values.get(pk, [])} for look in (before, after))
    for program in sorted({*was, *becomes} - {None}, key=lambda each: each or 0):
        one, other = was.get(program, Decimal(0)), becomes.get(program, Decimal(0))
        if one != other:
            name = {**before.programs, **after.programs}[program or 0].name
            yield _line(_("Share of %(program)s") % {"program": name}, one, other, trimmed)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else _("unknown")


def _status(values: list[ContractValue]) -> str:
    code = values[0].contract_status if values else None
    return str(ContractStatusChange.Status(code).label) if code else _("unknown")


def _line(label: Any, before: Any, after: Any, say: Callable[[Any], str]) -> list[Any]:
    was, becomes = say(before), say(after)
    return [label, was, becomes if was == becomes else format_html(CHANGED, becomes)]


def _with_change(said: Any, before: Decimal | None, after: Decimal | None, currency: str) -> Any:
    """An amount with that by which it changes, where both are known."""
    if before is None or after is None or before == after:
        return said
    return format_html(BY, said, f"{'+' if after > before else ''}{in_full(after - before, currency)}")
