"""The description of the API."""

import pytest
from django.core.management import call_command
from openapi_spec_validator import validate

from procurement.api.urls import RESOURCES


@pytest.fixture(scope="module")
def described():
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_a_foreign_validator_accepts_it(described):
    validate(described)


def test_it_is_of_the_version_that_was_promised(described):
    assert described["openapi"].startswith("3.1")


def test_it_describes_every_resource(described):
    assert {f"/api/v1/{name}/" for name in RESOURCES} <= set(described["paths"])


def test_every_reference_leads_somewhere(described):
    text = str(described)
    for name in {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in described["components"]["schemas"]


def test_a_vocabulary_stands_with_its_parameter(described):
    given = described["paths"]["/api/v1/ledger-entries/"]["get"]["parameters"]
    measure = next(each for each in given if each["name"] == "measure")
    assert measure["schema"]["items"] == {"$ref": "#/components/schemas/Measure"}
    assert "commitment" in described["components"]["schemas"]["Measure"]["enum"]


def test_rows_of_lists_may_have_what_is_expanded_beside_them(described):
    types = described["components"]["schemas"]
    assert "expanded" not in types["StoredLedgerEntry"]["properties"]
    assert "expanded" in types["LedgerEntry"]["properties"]
    assert "expanded" not in types["LedgerEntry"]["required"]


def test_what_waits_for_a_second_person_is_described_wherever_it_is_answered(described):
    answers = described["paths"]["/api/v1/status-changes/"]["post"]["responses"]
    assert "StoredStatusDraft" in str(answers["202"])
    assert "StoredStatusDraft" in str(described["components"]["schemas"]["StatusChangeOutcome"]["properties"]["row"])


def test_it_is_served_with_docs_that_need_no_cdn(anonymous, db):
    assert anonymous.get("schema/").status_code == 200
    page = anonymous.get("docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert "https://" not in page.replace("https://www.w3.org", "")


@pytest.mark.parametrize("path", ["ledger-entries/", "ledger-entries/{id}/correct/", "contracts/", "organizations/"])
def test_what_a_write_may_warn_of_is_described(described, path):
    answer = described["paths"][f"/api/v1/{path}"]["post"]["responses"]["201"]["content"]["application/json"]["schema"]
    name = answer.get("oneOf", [answer])[0]["$ref"].rpartition("/")[2]
    assert described["components"]["schemas"][name]["properties"]["warnings"]["type"] == "array"
