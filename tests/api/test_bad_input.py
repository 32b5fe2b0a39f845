"""Bad input: a clear error that names the field, and nothing changed."""

import json

import pytest

from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program, StatusChange
from tests.api.calling import decision, entry
from tests.api.test_end_to_end import contract_body
from tests.makers import make_contract, make_organization, make_program, make_source

ENTRIES = [
    ("zero amount", {"amount": "0"}, "amount", "zero"),
    ("text for an amount", {"amount": "a lot"}, "amount", "34955000000.00"),
    ("a number with a fraction", {"amount": 0.1}, "amount", "as a string"),
    ("full-width digits", {"amount": "１２"}, "amount", "decimal number"),
    ("not a number", {"amount": "NaN"}, "amount", "decimal number"),
    ("too many decimals", {"amount": "1.001"}, "amount", "at most 2 decimals"),
    ("too large", {"amount": "1" + "0" * 17}, "amount", "below"),
    ("another currency", {"currency": "USD"}, "currency", "JPY"),
    ("an unknown measure", {"measure": "bribe"}, "measure", "commitment"),
    ("an unknown reason", {"reason": "because"}, "reason", "award"),
    ("an unknown field", {"ammount": "1"}, "ammount", "accepted: "),
    ("a field that is not given", {"recorded_at": "2020-01-01T00:00:00Z"}, "recorded_at", "unknown field"),
    ("no source", {"source": None}, "source", "names its source"),
    ("an unknown source", {"source": 999999}, "source", "no document has the id 999999"),
    ("an unknown contract", {"contract": 999999}, "contract", "no contract has the id"),
    ("an id beyond all ids", {"contract": 10**30}, "contract", "whole number"),
    ("yes for an id", {"contract": True}, "contract", "whole number"),
    ("not a day", {"effective_on": "2020-02-30"}, "effective_on", "2020-06-15 would be accepted"),
    ("a day beyond all days", {"effective_on": "9999-12-31"}, "effective_on", "1800 to 2999"),
    ("a week", {"effective_on": "2020-W25"}, "effective_on", "is not a day"),
    ("a NUL byte", {"note": "a\x00b"}, "note", "NUL"),
    ("half a surrogate pair", {"note": "\ud800"}, "note", "surrogate"),
    ("text for a yes or no", {"in_kind": "yes"}, "in_kind", "true or false"),
    ("a number for text", {"note": 5}, "note", "text"),
    ("a list for text", {"note": ["x"]}, "note", "text"),
    ("a negative payment", {"measure": "payment", "amount": "-1.00"}, "amount", "refund"),
    ("a day inside its month", {"effective_precision": "month", "effective_on": "2020-06-15"}, "effective_on", "06-30"),
]


@pytest.mark.parametrize(("given", "field", "said"), [case[1:] for case in ENTRIES], ids=[case[0] for case in ENTRIES])
def test_a_bad_entry_is_refused_by_field(analyst, given, field, said):
    body = entry(make_contract(), make_source()) | given
    assert said in " ".join(analyst.errors("ledger-entries/", body)[field])
    assert not LedgerEntry.objects.exists()


def test_an_entry_without_a_source_says_what_a_source_is(analyst):
    body = entry(make_contract(), make_source())
    del body["source"]
    assert "every fact names its source" in analyst.errors("ledger-entries/", body)["source"][0]


DECISIONS = [
    ("an unknown status", {"status": "paused"}, "status", "suspended"),
    ("an unknown program", {"program": "atlantis"}, "program", "atlantis"),
    ("an id for a program", {"program": 1}, "program", "code of a program"),
    ("a decision that decides nothing", {"status": ""}, "status", "accepted"),
    ("an inline organization without a name", {"organization": {"country": "JP"}}, "organization.name", ""),
    ("an unknown field inside", {"organization": {"name": "X", "nom": "x"}}, "organization.nom", "unknown field"),
    ("an unknown country", {"organization": {"name": "X", "country": "XX"}}, "organization.country", "JP or US"),
    ("a document without a title", {"source": {"url": "https://example.org/x"}}, "source.title", ""),
    ("a bad address", {"source": {"url": "ftp://x", "title": "x"}}, "source.url", "https://"),
    ("an inline program without a name", {"program": {"code": "y"}}, "program.name", ""),
]


@pytest.mark.parametrize(
    ("given", "field", "said"), [case[1:] for case in DECISIONS], ids=[case[0] for case in DECISIONS]
)
def test_a_bad_status_change_is_refused_by_field(analyst, given, field, said):
    make_program("x")
    errors = analyst.errors("status-changes/", decision("x", make_source()) | given)
    assert said in " ".join(errors[field])
    assert not StatusChange.objects.exists()


CONTRACTS = [
    ("an end before the start", {"starts_on": "2024-04-01"}, "ends_on", "2024-04-01"),
    ("an unknown currency", {"currency": "YEN"}, "currency", "JPY"),
    ("shares over 1", {"allocations": [{"program": "x", "share": "1.5"}]}, "allocations.share", "between 0 and 1"),
    ("no title", {"title": ""}, "title", "blank"),
    ("a share's end before it", {"allocations": [{"program": "x", "to": "2019-01-01"}]}, "allocations.0.to", "before"),
    ("a supplier inline without name", {"suppliers": [{}]}, "suppliers.0.name", ""),
    ("suppliers that are no list", {"suppliers": 5}, "suppliers", "list"),
    ("no day to begin on", {"signed_on": None, "source": {"title": "x"}}, "status", "signed_on"),
]


@pytest.mark.parametrize(
    ("given", "field", "said"), [case[1:] for case in CONTRACTS], ids=[case[0] for case in CONTRACTS]
)
def test_a_bad_contract_is_refused_by_field(analyst, given, field, said):
    make_program("x")
    errors = analyst.errors("contracts/", contract_body(make_organization().pk) | given)
    assert said in " ".join(errors[field])
    assert analyst.rows("contracts/") == []
    assert [row["name"] for row in analyst.rows("organizations/")] == ["Ministry of Defense"]


def test_two_programs_of_a_contract_over_one_in_all_are_refused(analyst):
    make_program("x")
    make_program("y")
    shares = [{"program": "x", "share": "0.6"}, {"program": "y", "share": "0.6"}]
    errors = analyst.errors("contracts/", contract_body(make_organization().pk, allocations=shares))
    assert "1.2" in errors["allocations.share"][0]


PARAMETERS = [
    ("ledger-entries/?contrct=1", "contrct", "accepted: amount"),
    ("ledger-entries/?contract=x", "contract", "whole number"),
    ("ledger-entries/?contract=", "contract", "is empty"),
    ("ledger-entries/?contract=99999999999999999999", "contract", "whole number"),
    ("ledger-entries/?program=atlantis", "program", "atlantis"),
    ("ledger-entries/?measure=x", "measure", "commitment"),
    ("ledger-entries/?amount__gte=x", "amount__gte", "decimal"),
    ("ledger-entries/?in_kind=1", "in_kind", "true nor false"),
    ("ledger-entries/?milestone__isnull=x", "milestone__isnull", "true nor false"),
    ("ledger-entries/?effective_on__lte=June", "effective_on__lte", "2020-06-15"),
    ("ledger-entries/?standing=x", "standing", "true nor false"),
    ("ledger-entries/?ordering=amount", "ordering", "accepted: id, effective_on, published_on, recorded_at"),
    ("ledger-entries/?page_size=0", "page_size", "1 to 1000"),
    ("ledger-entries/?page_size=1001", "page_size", "1 to 1000"),
    ("ledger-entries/?count=yes", "count", "exact"),
    ("ledger-entries/?cursor=x", "cursor", "start again"),
    ("ledger-entries/?search=a%00b", "search", "NUL"),
    ("ledger-entries/?format=xml", "format", "json, csv, jsonl"),
    ("ledger-entries/?format=", "format", "json, csv, jsonl"),
    ("ledger-entries/?as_of=yesterday", "as_of", "2020-06-15"),
    ("ledger-entries/?published_by=20200615", "published_by", "is not a day"),
    ("programs/x/?as_of=0001-01-01", "as_of", "1800 to 2999"),
    ("exposure/?as_of=9999-12-31", "as_of", "1800 to 2999"),
    ("exposure/?recorded_by=0001-01-01T00:00:00%2B14:00", "recorded_by", "is not a timestamp"),
    ("flags/?rule=x", "rule", "suspended-program-active-contract"),
    ("exposure/?recorded_by=2020-06-15T00:00:00", "recorded_by", "offset"),
    ("exposure/?recorded_by=2020-06-15", "recorded_by", "2020-06-25T09:00:00"),
    ("exposure/?recorded_by=2090-01-01T00:00:00Z", "recorded_by", "later than the horizon"),
    ("exposure/?group_by=colour", "group_by", "accepted: "),
    ("exposure/?currency=yen", "currency", "ISO 4217"),
    ("exposure/?program=atlantis", "program", "atlantis"),
    ("exposure/schedule/?by=week", "by", "accepted: fiscal_year, quarter, month, year"),
    ("exposure/schedule/?by=", "by", ""),
    ("exposure/schedule/?group_by=colour", "group_by", "accepted: "),
    ("exposure/schedule/?currency=yen", "currency", "ISO 4217"),
    ("exposure/schedule/?page_size=0", "page_size", "1 to 10000"),
    ("exposure/schedule/?cursor=x", "cursor", "start again"),
    ("exposure/schedule/?colour=red", "colour", ", by, "),
    ("exposure/schedule/?recorded_by=2090-01-01T00:00:00Z", "recorded_by", "later than the horizon"),
    ("exposure/?colour=red", "colour", "accepted: "),
    ("programs/x/?colour=red", "colour", "accepted: "),
    ("flags/?as_of=2020-06-25&owner=me", "owner", "stored flags"),
    ("flags/?as_of=2020-06-25&rule=x", "rule", ""),
    ("changes/?after=x", "after", "earlier answer"),
    ("fiscal-years/?as_of=2020-06-25", "as_of", "unknown parameter"),
]


@pytest.mark.parametrize(("address", "name", "said"), PARAMETERS)
def test_a_bad_parameter_is_refused_by_name(anonymous, address, name, said):
    make_program("x")
    refused = anonymous.get(address)
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert said in " ".join(refused.json()["errors"][name])


BODIES = [
    ("not JSON", b"{", 400),
    ("not UTF-8", b'{"code": "\xff"}', 400),
    ("a field twice", b'{"code": "a", "code": "b"}', 400),
    ("NaN", b'{"code": NaN}', 400),
    ("a number of 10,000 digits", b'{"code": ' + b"9" * 10_000 + b"}", 400),
    ("nested deeply", b"[" * 100_000 + b"]" * 100_000, 400),
    ("nested a little too deeply", b"[" * 40 + b"]" * 40, 400),
    ("a list where one is meant", b"[]", 400),
    ("text", b'"x"', 400),
    ("nothing", b"", 400),
    ("10 MB", b'{"code": "' + b"x" * 10_000_000 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_a_bad_body_is_refused(analyst, body, status):
    refused = analyst.post("programs/", body)
    assert (refused.status_code, refused["Content-Type"]) == (status, "application/problem+json")
    assert not Program.objects.exists()


def test_the_largest_body_is_named(analyst, settings):
    settings.API_MAX_BODY = 100
    refused = analyst.post("programs/", {"code": "x" * 200, "name": "X"})
    assert (refused.status_code, "100 bytes" in refused.json()["detail"]) == (413, True)


def test_the_field_of_a_nul_byte_is_named_however_deep(analyst):
    body = [entry(1, 1), entry(1, 1) | {"source": {"title": "a\x00", "url": "https://example.org"}}]
    assert list(analyst.errors("ledger-entries/", body)) == ["1.source.title"]


def test_a_body_that_is_no_json_is_not_read(analyst):
    refused = analyst.client.post("/api/v1/programs/", {"code": "x"})
    assert (refused.status_code, refused.json()["status"]) == (415, 415)


def test_a_body_in_chunks_is_refused_as_such(analyst):
    request = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/programs/", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert analyst.client.request(**request).status_code == 411


def test_parameters_of_a_post_are_refused_too(analyst):
    assert "dry_run" in analyst.errors("programs/?dry_run=true", {"code": "x", "name": "X"})


@pytest.mark.parametrize(
    "address", ["nothing/", "programs/atlantis/", "contracts/999/", "contracts/x/", "programs/x/y/"]
)
def test_nothing_at_an_address_is_a_problem_document(anonymous, address):
    refused = anonymous.get(address)
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(refused.content)["title"] == "Not Found"
