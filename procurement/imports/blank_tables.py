"""Our own templates, blank: for each table its headings, what is meant by them, and an example. Pure."""

from collections.abc import Mapping, Sequence

from procurement.imports.cells.values import Reader, as_amount, as_day, as_flag, as_identifiers, as_moment, as_whole
from procurement.imports.tables import TABLES, Field, Table

#: What is meant by a field, by how it is read.
MEANT: Mapping[Reader, str] = {
    as_day: "a day: 2020-06-15",
    as_moment: "a moment: 2020-06-15T09:00:00+09:00",
    as_amount: "a number: 178700000000.00",
    as_flag: "true or false",
    as_whole: "a whole number",
    as_identifiers: "SCHEME:value; SCHEME:value",
}

_SAID = {"source": "notice", "effective_on": "2019-10-31"}
#: One example row of each table; together they are a small portfolio.
EXAMPLES: Mapping[str, Sequence[Mapping[str, str]]] = {
    "organizations": [
        {"": "ministry", "name": "Example Ministry", "country": "JP", "kind": "government_executive"},
        {"": "maker", "name": "Example Maker", "country": "US", "kind": "company", "identifiers": "CAGE:1ABC2"},
        {"": "holding", "name": "Example Holding", "country": "US", "kind": "company"},
    ],
    "documents": [
        {"": "notice", "title": "Example notice", "publisher": "Example Ministry", "published_on": "2019-10-31"}
        | {"url": "https://example.org/notice", "language": "en", "grade": "primary"},
    ],
    "programs": [
        {"": code, "name": f"Example {code}", "buyer": "ministry", "country": "JP", "source": "notice"}
        for code in ("example-radar", "example-ship")
    ],
    "contracts": [
        {"": "C-1", "reference": "C-1", "title": "Example radar", "buyer": "ministry", "currency": "JPY"}
        | {"method": "domestic", "signed_on": "2019-10-31", "ends_on": "2024-03-31", "source": "notice"},
    ],
    "contract_parties": [_SAID | {"": "lead", "organization": "maker", "role": "lead_supplier"}],
    "contract_status_changes": [_SAID | {"": "signed", "status": "active"}],
    "allocations": [{"": "first", "source": "notice", "program": "example-radar", "share": "1", "from": "2019-10-31"}],
    "milestones": [_SAID | {"": "last", "kind": "payment", "due_on": "2024-03-31", "amount": "1000000"}],
    "ledger_entries": [_SAID | {"": "award", "measure": "commitment", "amount": "34955000000.00", "reason": "award"}],
    "completeness": [_SAID | {"": "all", "measure": "payment", "through": "2019-10-31", "basis": "stated"}],
    "liability_estimates": [_SAID | {"": "guess", "low": "1000000", "high": "6000000"}],
    "guarantees": [_SAID | {"": "bond", "kind": "performance", "amount": "1000000", "guarantor": "maker"}],
    "program_links": [
        _SAID | {"": "follows", "program": "example-radar", "kind": "successor", "other": "example-ship"}
    ],
    "organization_links": [_SAID | {"": "group", "organization": "maker", "kind": "part_of", "other": "holding"}],
    "status_changes": [
        {"": "halt", "source": "notice", "effective_on": "2020-06-15", "program": "example-radar", "kind": "decision"}
        | {"status": "suspended", "organization": "ministry", "speaker": "Example Minister"},
    ],
    "reported_figures": [
        {"": "said", "source": "notice", "effective_on": "2020-06-22", "program": "example-radar", "measure": "paid"}
        | {
            "amount": "19600000000",
            "currency": "JPY",
            "as_of": "2020-06-22",
            "organization": "ministry",
            "speaker": "Example Minister",
        },
    ],
}


def blank(table: Table, choices: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The lines of a template: headings, what is meant, examples. All but the first begin with # and are not read.

    `choices` are the values that a field accepts, by its name.
    """
    columns = ["contract"] * table.of_contract + [name for name in table.fields if name != "key"]
    meant = [_meant(name, table.fields.get(name, Field(to="contracts", needed=True)), choices) for name in columns]
    of_contract = {"contract": "C-1"} if table.of_contract else {}
    rows = [of_contract | dict(row) for row in EXAMPLES[table.name]]
    examples = [[f"# {row['']}", *(row.get(name, "") for name in columns)] for row in rows]
    return [[table.name, *columns], ["# the row's own name; lines that begin with # are not read", *meant], *examples]


def _meant(name: str, field: Field, choices: Mapping[str, Sequence[str]]) -> str:
    if field.to:
        meant = f"the name of a row of {field.to}"
    elif name in choices:
        meant = f"one of {', '.join(choices[name])}"
    else:
        meant = MEANT.get(field.read, "text")
    return f"{meant} (needed)" if field.needed else meant


def blanks(choices: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, list[list[str]]]:
    """The template of every table by its name; `choices` by table and field."""
    return {name: blank(table, choices.get(name, {})) for name, table in TABLES.items()}
