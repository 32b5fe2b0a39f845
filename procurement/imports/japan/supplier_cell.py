"""The name in a cell that holds a supplier's name and address, which is never read. Pure."""

import re

from procurement.imports.cells.notation import narrow

_NUMBER = re.compile(r"\(?\s*法人番号\s*[:・]?\s*(\d{13})\s*\)?")
#: Forms of companies that some sheets write on a line of their own, before the name.
_FORMS = {
    "株式会社",
    "(株)",
    "有限会社",
    "合同会社",
    "一般社団法人",
    "一般財団法人",
    "公益財団法人",
    "公益社団法人",
    "国立研究開発法人",
}
#: Where an address begins: a postal code, or a prefecture with a city, behind a name.
_ADDRESS = re.compile(r"\s*(?:〒|(?:北海道|東京都|(?:京都|大阪)府|\S{2,3}県)\S{1,8}?[市区郡町村]|\S{1,5}市\S{1,4}区)")


def name_and_number(cell: str, *, has_address: bool) -> tuple[str, str]:
    """The supplier's name and 法人番号 in a cell; no name where it cannot be told from an address.

    Sheets put them on lines of their own, or the address behind the name.
    """
    lines, number = [], ""
    for line in cell.splitlines():
        name, found = _without_number(line.strip())
        lines += [name] if name else []
        number = number or found
    if not lines:
        return "", number
    name = f"{lines[0]} {lines[1]}" if narrow(lines[0]) in _FORMS and len(lines) > 1 else lines[0]
    if address := _ADDRESS.search(narrow(name), 1):
        name = name[: address.start()].strip()
    elif has_address and len(lines) == 1 and re.search(r"\d", name):
        name = ""
    return name, number


def _without_number(line: str) -> tuple[str, str]:
    """Narrowing changes no lengths, so that what is found in a narrowed line can be cut from the line itself."""
    found = _NUMBER.search(narrow(line))
    return (f"{line[: found.start()]}{line[found.end() :]}".strip(), found[1]) if found else (line, "")
