"""Whatever lists rows gives them as CSV, Excel and JSON Lines too: all of them, and the same ones as in JSON."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from procurement.api.http.viewsets import Listing
from procurement.api.imports.viewset import ImportIssues
from procurement.api.urls import RESOURCES
from procurement.flags.models import Flag
from procurement.imports.models import ImportBatch
from tests.admin.portfolio import fill
from tests.api.conftest import caller
from tests.sheets_read import rows as workbook_rows

#: The address of each action that answers with rows, where it is not the resource's own; `{...}` is filled in.
ADDRESSES = {
    ("exposure", "list"): "exposure/?group_by=program,contract",
    ("exposure", "series"): "exposure/series/?interval=year&from=2019-01-01&to=2021-12-31&group_by=program",
    ("exposure/schedule", "list"): "exposure/schedule/?group_by=program",
    ("programs", "timeline"): "programs/{program}/timeline/",
    ("flags", "events"): "flags/{flag}/events/",
    ("imports/issues", "list"): "imports/{batch}/issues/",
}
#: Lists that show JSON as it is elsewhere: what each row of a file adds, or how it is taken apart.
RESHAPED = {"exposure", "exposure/schedule", "portfolio"}
ALL: dict[str, type[Listing]] = {**RESOURCES, "imports/issues": ImportIssues}
#: Packages of the Open Contracting Data Standard are JSON; tests/ocds has their files.
PACKAGES = {"ocds/releases", "ocds/records"}
ROUTES = [(name, action) for name in ALL.keys() - PACKAGES for action in sorted(ALL[name].many)]
ROUTES.sort()
#: Rows whose number is not that of the answer in JSON: one for each period.
LONGER = {"exposure/schedule"}


@pytest.fixture(scope="module")
def administrator(django_db_setup, django_db_blocker):
    """Who reads everything; once for all tests here, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield caller("an-administrator", "admin")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def filled(administrator):
    user = User.objects.get()
    contract = fill(user)
    fill(user)
    allocation = contract.programallocation_set.get()
    return {
        "program": allocation.program.code,
        "flag": Flag.objects.filter(contract=contract).get().pk,
        "batch": ImportBatch.objects.earliest("pk").pk,
    }


def file(administrator, address: str, form: str) -> bytes:
    answer = administrator.get(f"{address}{'&' if '?' in address else '?'}format={form}")
    assert (answer.status_code, answer.streaming) == (200, True)
    assert answer["Content-Disposition"].endswith(f'.{form}"')
    return b"".join(answer.streaming_content)


def in_json(administrator, address: str) -> list[dict[str, Any]]:
    """The rows of all pages of the answer in JSON."""
    body = administrator.read(address)
    if "points" in body:
        return [{"as_of": point["as_of"], **row} for point in body["points"] for row in point["rows"]]
    member = "results" if "results" in body else "rows"
    return administrator.every(address, member) if "next" in body else list(body[member])


def cell(value: Any) -> str:
    """A value of JSON as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "@")) else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number(text: str) -> str:
    """A number without idle zeros, which a workbook does not keep."""
    try:
        return f"{Decimal(text).normalize():f}"
    except ArithmeticError:
        return text


@pytest.mark.parametrize(("name", "action"), ROUTES)
def test_every_list_is_the_same_in_every_format(administrator, filled, name, action):
    address = ADDRESSES.get((name, action), f"{name}/").format(**filled)
    answered = in_json(administrator, address)
    lines = [json.loads(line) for line in file(administrator, address, "jsonl").splitlines()]
    table = list(csv.DictReader(StringIO(file(administrator, address, "csv").decode())))
    assert answered, f"nothing is listed at {address}"
    assert len(lines) == len(answered)
    assert len(table) == len(answered) or name in LONGER
    if name in RESHAPED:
        assert all(list(figures(line)) == list(figures(row)) for line, row in zip(lines, answered, strict=True))
    else:
        assert lines == answered
        assert table == [{key: cell(row.get(key)) for key in table[0]} for row in answered]
    same_in_a_workbook(table, workbook_rows(file(administrator, address, "xlsx")))


def figures(row: dict[str, Any]) -> Iterator[Any]:
    """What a row has in every shape."""
    yield from (row.get(name) for name in ("committed", "paid", "outstanding", "currency", "contracts"))


def same_in_a_workbook(table: list[dict[str, str]], sheet: list[dict[str, str]]) -> None:
    """Each cell of CSV is in the workbook, without the apostrophe, and numbers as numbers."""
    found = [{name: number(text) for name, text in row.items()} for row in sheet]
    assert found == [{name: number(text.removeprefix("'")) for name, text in row.items()} for row in table]


#: Answers with pages that are had as files elsewhere: `/exposure/?program=` has the same rows, `/ocds/export.jsonl` the
#: same processes.
ELSEWHERE = {("programs", "exposure"), *((name, "list") for name in PACKAGES)}


def test_nothing_that_has_pages_is_without_files():
    """What answers with pages only would be cut in every file."""
    paged = {
        (name, action)
        for name, resource in ALL.items()
        for action in {"list", *resource.reads, *resource.extra_params}
        if "page_size" in resource.accepted_params(action)
    }
    assert paged - set(ROUTES) == ELSEWHERE
    assert {name for name, resource in ALL.items() if not resource.many} == {"exports"}, "a list of files"
