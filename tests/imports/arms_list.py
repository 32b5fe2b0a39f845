"""A list of arms transfers in the layout that registers of such transfers have. All rows are FICTIONAL: nothing in them
was ever ordered, and neither the countries named nor any maker had a part in it."""

from typing import Any

from procurement.imports.format import File
from tests.imports.files import file_of

HEADINGS = (
    "Recipient", "Supplier", "Year of order", "Number ordered", "Weapon designation", "Weapon description",
    "Number delivered", "Year(s) of delivery", "Status", "Comments", "SIPRI TIV per unit", "SIPRI TIV for total order",
)  # fmt: skip
ROWS = (
    ("Japan", "Iceland", "2015", "4", "FICTIONAL-1 Geyser", "patrol radar", "4", "2017-2018", "New", "", "3.5", "14"),
    ("Japan", "Iceland", "(2016)", "(2)", "FICTIONAL-2 Puffin", "drone", "", "", "New", "For tests only", "1", "2"),
    (
        "Chile",
        "Iceland",
        "2018",
        "12",
        "FICTIONAL-1 Geyser",
        "patrol radar",
        "6",
        "2020, 2021",
        "Second hand",
        "",
        "3",
        "36",
    ),
)
TITLE = "Arms transfers to Japan and Chile (fictional register)"


def text(*rows: tuple[str, ...], above: tuple[str, ...] = (TITLE, "Generated for tests")) -> str:
    """The list as such registers give it out: with a title above the headings."""
    return "\n".join([*above, *(";".join(row) for row in (HEADINGS, *rows))]) + "\n"


def arms_list(*rows: tuple[str, ...], name: str = "register.csv") -> File:
    """The list as a file."""
    return file_of(text(*(rows or ROWS)), name)


def arms_mapping(**more: Any) -> dict[str, Any]:
    """What its columns mean: no column holds money, so that every commitment is unknown."""
    year = {"order": "ymd", "precision": "year"}
    taken = [
        {"heading": "Recipient", "target": "buyer.name"},
        {"heading": "Recipient", "target": "buyer.country"},
        {"heading": "Supplier", "target": "supplier.name"},
        {"heading": "Supplier", "target": "supplier.country"},
        {"heading": "Year of order", "target": "contract.signed_on", **year},
        {"heading": "Weapon designation", "target": "contract.title"},
        {"heading": "Year(s) of delivery", "target": "contract.ends_on", **year},
        *({"heading": each, "target": "contract.description"} for each in ("Number ordered", "Weapon description")),
        {"heading": "Comments", "target": "contract.description"},
    ]
    dropped = [{"heading": each} for each in HEADINGS if each not in {column["heading"] for column in taken}]
    fixed = {"contract.currency": "USD", "contract.method": "other", "source.title": "Fictional arms register"}
    key = ["Recipient", "Supplier", "Year of order", "Weapon designation"]
    return {"name": "Arms register", "columns": [*taken, *dropped], "fixed": fixed, "key": key} | more
