"""A small format for tests: orders of one ministry, one a line, and batches of such files."""

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from procurement.common.options import Option
from procurement.imports import formats
from procurement.imports.batches.kept_files import keep
from procurement.imports.batches.running import run_next, start
from procurement.imports.format import File, Format, text_lines
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch
from procurement.imports.offers import Offer, Offering, offered
from procurement.imports.reading import Reading
from procurement.imports.rows import Given, Parsed, Ref

HEAD = "order,maker,day,amount,program\n"
#: Columns that a file may have too: ours, and theirs.
OF_MAKER = {"country": "country", "local_name": "local", "identifiers": "ids"}
MORE = {"starts_on": "starts", "ends_on": "ends", "ends_precision": "precision", "said_on": "said"}
FIRST = HEAD + "A1,Maker,2020-01-31,100,\nA2,Maker,2020-01-31,200,\nA3,Other,2020-02-29,300,\n"


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The orders of a file."""
    reading = Reading(file.name)
    lines = csv.DictReader(text_lines(file))
    return reading.portions(order(reading, number, cells, options) for number, cells in enumerate(lines, 2))


def offers(file: File, options: Mapping[str, Any]) -> Offering:
    """The same, not made into rows yet."""
    lines = csv.DictReader(text_lines(file))
    return offered(
        Reading(file.name),
        (
            Offer(cells["order"], repr(cells), str(number), partial(order, line=number, cells=cells, options=options))
            for number, cells in enumerate(lines, 2)
        ),
    )


def order(reading: Reading, line: int, cells: Mapping[str, str], options: Mapping[str, Any]) -> Ref:
    """A contract with its supplier, its award, and the program that it is for."""

    def given(name: str, text: str = "") -> Given:
        return Given(name, text or cells[name], line)

    def row(table: str, key: str, columns: Mapping[str, Any], within: str = "") -> Ref:
        return reading.row(Ref(table, key, within), columns, line=line, record=str(line))

    if cells["maker"] == "odd":
        reading.remark("odd maker", line, "orders", "is an odd name")
    buyer = row("organizations", "mod", {"name": given("", "Ministry"), "country": given("", "JP")})
    named = {ours: given(theirs) for ours, theirs in OF_MAKER.items() if cells.get(theirs)}
    key = " ".join([cells["maker"], *(each.text for each in named.values())])
    maker = row("organizations", key, {"name": given("maker"), **named})
    source = row("documents", "file", {"title": given("", options["title"])})
    contract = row(
        "contracts",
        cells["order"],
        {"reference": given("order"), "title": given("order"), "buyer": buyer, "currency": given("", "JPY")}
        | {"source": source}
        | {ours: given(theirs) for ours, theirs in MORE.items() if cells.get(theirs)},
    )
    fact = {"source": source, "effective_on": given("day")}
    row("contract_parties", "lead", fact | {"organization": maker, "role": given("", "lead_supplier")}, contract.key)
    if cells["program"]:
        program = row("programs", cells["program"], {"name": given("program")})
        share = {"program": program, "share": given("", "1"), "from": given("day"), "source": source}
        row("allocations", "first", share, contract.key)
    entry = fact | {"measure": given("", "commitment"), "amount": given("amount")}
    return row("ledger_entries", "award", entry, contract.key)


ORDERS = Format(
    "orders",
    "Orders of a test",
    (".csv",),
    read,
    options=(Option("title", "of the document", default="Orders"),),
    recognises=lambda head: head.startswith(b"order,"),
    self_contained=True,
    offers=offers,
)


@pytest.fixture(autouse=True)
def orders(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """The format, beside those that there are, and a folder for the files of this test."""
    every = (*formats.all_formats(), ORDERS)
    monkeypatch.setattr(formats, "all_formats", lambda: every)
    settings.IMPORT_FOLDER = tmp_path / "imports"


def handed_in(text: str | bytes, name: str = "orders.csv", **more: Any) -> ImportBatch:
    """A batch that waits."""
    choice = Choice(more.pop("format", ""), more.pop("options", {}))
    content = text.encode() if isinstance(text, str) else text
    return start(keep([content]), name=name, choice=choice, **{"by": None} | more)


def imported(text: str | bytes, name: str = "orders.csv", **more: Any) -> ImportBatch:
    """A batch that was read."""
    return worked_on(handed_in(text, name, **more))


def worked_on(batch: ImportBatch) -> ImportBatch:
    """The batch after everything that waits was done."""
    while run_next():
        pass
    batch.refresh_from_db()
    return batch


def said(batch: ImportBatch, kind: str) -> list[str]:
    """The issues of a kind."""
    return [str(issue) for issue in batch.issues.filter(kind=kind).order_by("id")]


def analyst() -> User:
    """Who hands files in."""
    return User.objects.create(username="ana")
