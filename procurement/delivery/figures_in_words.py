"""The figures of a digest in words. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from procurement.common.money import in_full

ARROW = "->"


def figures_in_words(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the figures of one program or contract are of, and a line for each: before, after, and the change."""
    return {**entry, "title": _title(entry), "lines": list(_lines(entry["amounts"]))}


def _title(entry: Mapping[str, Any]) -> str:
    program, contract = entry["program"] or {}, entry["contract"] or {}
    if entry["of"] == "program":
        return f"{program.get('name', '')}, under all its contracts"
    reference = f"Contract {contract.get('reference', '')}"
    if entry["of"] == "share":
        return f"{reference}, in the share of {entry['share']} of {program.get('name', '')}"
    return f"{reference}, under the whole contract"


def _lines(amounts: list[Mapping[str, Any]]) -> Iterator[str]:
    if not amounts:
        yield "no contract on record"
    for each in amounts:
        before, after = _sum(each, "before"), _sum(each, "after")
        figure = str(each["figure"]).capitalize()
        same = before == after and each["change"] is not None
        yield f"{figure}: {after}, unchanged" if same else f"{figure}: {before} {ARROW} {after}{_change(each)}"


def _sum(each: Mapping[str, Any], when: str) -> str:
    """What is known, and of how many contracts it is not; nothing known of nothing unknown is nothing on record."""
    unknown, amount = each[f"unknown_{when}"], each[when]
    known = [] if amount is None else [in_full(Decimal(amount), each["currency"])]
    more = [f"unknown of {unknown} contract{'' if unknown == 1 else 's'}"] if unknown else []
    return " and ".join(known + more) or f"nothing on record in {each['currency']}"


def _change(each: Mapping[str, Any]) -> str:
    if each["change"] is None:
        return ""
    change = Decimal(each["change"])
    return f" ({'+' if change > 0 else ''}{in_full(change, each['currency'])})"
