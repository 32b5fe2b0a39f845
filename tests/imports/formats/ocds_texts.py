"""A small release of OCDS, and what becomes of it; every test changes what it is about."""

import copy
import json
from typing import Any

from procurement.common.options import chosen
from procurement.imports.formats.ocds import FORMAT
from procurement.imports.rows import Parsed
from tests.imports.files import file_of

OCID = "ocds-213czf-77"
RELEASE: dict[str, Any] = {
    "ocid": OCID,
    "id": "77-3",
    "date": "2019-11-05T09:00:00Z",
    "tag": ["contract"],
    "buyer": {"id": "b", "name": "Ministry of Defence"},
    "parties": [
        {"id": "b", "name": "Ministry of Defence", "identifier": {"scheme": "GB-GOR", "id": "D17"}, "roles": ["buyer"]},
        {"id": "s", "name": "Maker plc", "identifier": {"scheme": "GB-COH", "id": "1234567"}, "roles": ["supplier"]},
    ],
    "awards": [{"id": "a", "date": "2019-10-01T00:00:00Z", "status": "active", "suppliers": [{"id": "s"}]}],
    "contracts": [
        {
            "id": "c",
            "awardID": "a",
            "title": "Radar",
            "status": "active",
            "dateSigned": "2019-10-31T00:00:00Z",
            "period": {"startDate": "2019-11-01T00:00:00Z", "endDate": "2024-03-31T00:00:00Z"},
            "value": {"amount": 1000.5, "currency": "GBP"},
            "implementation": {
                "transactions": [
                    {"id": "t", "date": "2019-12-01T00:00:00Z", "value": {"amount": 250, "currency": "GBP"}}
                ]
            },
        }
    ],
}
HEAD = {"publisher": {"name": "Cabinet Office"}, "uri": "https://data.example.org/packages/1.json", "version": "1.1"}


def release(**changes):
    """The release with members changed; one that is None is taken out."""
    changed = copy.deepcopy(RELEASE) | changes
    return {name: value for name, value in changed.items() if value is not None}


def with_contract(**changes):
    """The release whose contract has members changed or taken out."""
    whole = release()
    whole["contracts"][0] = {n: v for n, v in (whole["contracts"][0] | changes).items() if v is not None}
    return whole


def with_transactions(*transactions):
    return with_contract(implementation={"transactions": list(transactions)})


def nested(depth):
    """An object in an object, so many times."""
    whole: dict[str, Any] = {}
    for _ in range(depth):
        whole = {"inside": whole}
    return whole


def package(*releases, **head):
    return HEAD | head | {"releases": list(releases)}


def read(content, name="a.json", **options):
    """All that a file gives, as one portion."""
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    portions = list(FORMAT.read(file_of(content, name), chosen(FORMAT.options, options)))
    return Parsed(
        *(tuple(e for portion in portions for e in getattr(portion, part)) for part in ("rows", "issues", "remarks"))
    )


def rows(content, table, **options):
    """The sound rows of a table by key: their values and the keys of what they refer to."""
    return {
        row.ref.key: row.values | {name: ref.key for name, ref in row.refs.items()}
        for row in read(content, **options).rows
        if row.ref.table == table and row.sound
    }


def row(content, table, **options):
    """The only row of a table."""
    (found,) = rows(content, table, **options).values()
    return found


def entries(content, **options):
    """The entries by key: measure, amount and day."""
    found = rows(content, "ledger_entries", **options)
    return {key: (each["measure"], str(each["amount"]), str(each["effective_on"])) for key, each in found.items()}


def refusals(content, **options):
    return [f"{issue.label} {issue.reason}" for issue in read(content, **options).issues]


def kinds(content, **options):
    return [remark.kind for remark in read(content, **options).remarks]
