"""Real answers of every operation about the sample are as the description says, and so is every error."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from procurement.access.tokens import issue_token
from tests.api.calling import Caller
from tests.api.described import description, faults, operations, resolved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

#: Questions beside the plain one.
MORE = {
    "exposure": [
        "group_by=program,currency&as_of=2020-06-25&published_by=2020-06-30&explain=true",
        "group_by=contract,supplier,supplier_group,buyer,country,supplier_country,domain&program=aegis-ashore,asev",
        "group_by=program_status,contract_status,method,fiscal_year&program=aegis-ashore&figures=paid,exit_exposure",
        "program=aegis-ashore&currency=USD&as_of=2020-06-25&unconverted=show",
    ],
    "exposure_series": ["interval=year&from=2019-01-01&to=2021-03-31&program=aegis-ashore&group_by=program"],
    "exposure_schedule": ["program=aegis-ashore,asev&group_by=program&by=quarter&as_of=2020-06-25"],
    "flags_list": ["as_of=2020-06-25&published_by=2020-06-30&program=aegis-ashore", "count=exact"],
    "changes": ["page_size=3"],
    "contracts_list": ["expand=buyer,source&page_size=2"],
    "ledger_entries_list": ["expand=contract,source,counterpart&page_size=2"],
    "program_exposure": ["currency=USD&as_of=2020-06-25"],
    "ocds_releases": ["program=aegis-ashore", "since=2020-01-01T00:00:00Z&page_size=2"],
}
#: Parts of addresses that no list gives.
NAMED = {"code": "aegis-ashore", "name": "latest", "file": "manifest.json"}


@pytest.fixture(scope="module")
def administrator(whole_sample):
    return Caller(Client(headers={"Authorization": f"Token {issue_token('an-administrator', 'admin').token}"}))


def filled(administrator: Caller, path: str) -> str:
    """An address with the names of a row that is there, where there is one."""
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = before + str(named(administrator, before, name)) + after
    return path


def named(administrator: Caller, listing: str, name: str) -> Any:
    body = administrator.read(f"{listing}?page_size=1") if "file" not in name and listing != "exports/" else {}
    rows = body.get("results") or body.get("records") or [{}]
    return rows[0].get("id" if name in {"batch", "document"} else name, NAMED.get(name, 1))


def asked(operation: dict[str, Any]) -> list[str]:
    """The questions of an operation: as plain as it may be, in each format, and those of the table."""
    own = MORE.get(operation["operationId"], [])
    known = {each["name"]: each for each in operation.get("parameters", ())}
    plain = own[:1] if any(each.get("required") and each["in"] == "query" for each in known.values()) else [""]
    few = "&page_size=2" if "page_size" in known else ""
    plain = [f"{plain[0]}{few}"]
    accepted = known.get("format", {"schema": {"enum": []}})["schema"]
    files = {"csv", "jsonl"} & set((resolved(accepted["$ref"]) if "$ref" in accepted else accepted)["enum"])
    formats = [f"{plain[0]}&format={each}" for each in sorted(files)]
    return [*dict.fromkeys([*plain, *own, *formats]), "no_such_parameter=1"]


def test_every_read_is_answered_as_described(administrator):
    found = []
    for path, operation in operations("get"):
        address = filled(administrator, path)
        for question in asked(operation):
            found += faults(operation, administrator.get(f"{address}?{question}"))
        found += faults(operation, administrator.get(address, If_None_Match="*", Accept="image/svg+xml"))
        found += faults(operation, Caller(Client(headers={"Authorization": "Token unknown"})).get(address))
    assert not found, "\n".join(found)


def test_every_error_of_a_row_is_described(administrator):
    found = []
    for path, operation in operations("get"):
        if path.endswith("/{id}/"):
            read = administrator.get(filled(administrator, path))
            found += faults(operation, administrator.get(path.format(id=999_999_999)))
            found += faults(
                operation, administrator.get(filled(administrator, path), If_None_Match=read.get("ETag", ""))
            )
    assert not found, "\n".join(found)


def test_options_are_told_and_other_methods_refused_whatever_is_asked(administrator):
    for address in ("ocds/export.jsonl?published_by=2000-01-01", "flag-rules/"):
        assert administrator.client.options(f"/api/v1/{address}").json()["methods"] == ["GET", "HEAD", "OPTIONS"]
    for asked in ("bom=true", "fields=0", "nonsense=1"):
        assert administrator.client.trace(f"/api/v1/flag-rules/?{asked}").status_code == 405


def test_facts_are_stored_repeated_corrected_and_reversed_as_described(administrator):
    found, paths = [], description()["paths"]
    for path, operation in operations("post"):
        row = f"/api/v1/{path}{{id}}/"
        if f"{row}correct/" not in paths:
            continue
        body = like_the_first(administrator, path, operation)
        answers = [administrator.post(path, body), administrator.post(path, body), administrator.post(path, [body])]
        found += [fault for each in answers for fault in faults(operation, each)]
        assert [each.status_code for each in answers] == [201, 200, 200], (path, answers[0].content)
        lenient = administrator.post(path, [body, {"note": "nothing else"}], Prefer="handling=lenient")
        assert (lenient.status_code, lenient.json()["refused"]) == (207, 1)
        found += faults(operation, lenient)
        right = {"note": "right", "published_on": "2026-01-01"}
        corrected = administrator.post(f"{path}{answers[0].json()['id']}/correct/", right)
        found += faults(paths[f"{row}correct/"]["post"], corrected)
        assert corrected.status_code == 201, (path, corrected.content)
        why = {"note": "wrong", "source": body["source"]}
        for _ in range(2):  # the second time in vain
            reversed_ = administrator.post(f"{path}{corrected.json()['id']}/reverse/", why)
            found += faults(paths[f"{row}reverse/"]["post"], reversed_)
    assert not found, "\n".join(found)


def part_of(administrator: Caller) -> dict[str, Any]:
    """A fact of the one table in which the sample has none."""
    one, other = (each["id"] for each in administrator.rows("organizations/?page_size=2"))
    source = administrator.rows("documents/?page_size=1")[0]["id"]
    return {"organization": one, "other": other, "kind": "part_of", "effective_on": "2020-01-01", "source": source}


def like_the_first(administrator: Caller, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The first stored fact of a table as a body, under another key and on a later day."""
    stored = (administrator.rows(f"{path}?page_size=1&standing=true") or [part_of(administrator)])[0]
    name = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0]["$ref"].rpartition("/")[2]
    members = description()["components"]["schemas"][name]["properties"]
    return {each: stored[each] for each in members if stored.get(each) is not None} | {"source_key": "once more"}


def test_questions_in_bodies_are_answered_as_described(administrator):
    series = {"interval": "year", "from": "2019-01-01", "to": "2020-12-31"}
    found = []
    for path, operation in operations("post"):
        if path.endswith("/query/"):
            body = {"program": ["aegis-ashore", "asev"], "group_by": "program"} | (series if "series" in path else {})
            for each in ("", "?format=csv"):
                found += faults(operation, administrator.post(path + each, body))
            found += faults(operation, administrator.post(path, {"no_such_parameter": 1}))
    assert not found, "\n".join(found)


def test_what_is_refused_is_described(administrator):
    found = []
    for method in ("post", "put", "patch"):
        for path, operation in operations(method):
            address = filled(administrator, path)
            for body in ("[", json.dumps({"no_such_field": 1}), json.dumps([])):
                with transaction.atomic():
                    found += faults(operation, administrator.send(method, address, body))
            found += faults(operation, Caller(Client()).send(method, address, "{}"))
    assert not found, "\n".join(found)
