"""A search finds what people mean: case, width, accents and normal forms count as the same, in every list."""

import re

import pytest
from django.db import connection

from procurement.common.searching import KEPT
from procurement.contracts.models import Contract
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program
from procurement.sources.models import Document
from tests.makers import make_contract, make_program, make_source, make_supplier

#: What is stored, and what finds it.
FOUND = [
    ("École de Défense", "ECOLE defense"),
    ("Ecole", "école"),
    ("Forsvarets Højskole", "hojskole"),
    ("Ｒａｄａｒ ＡＮ／ＳＰＹ-7", "radar an/spy-7"),
    ("レーダー", "ﾚｰﾀﾞｰ"),
    ("ガス", "ガス"),
    ("Cafe\u0301", "café"),
    ("Straße", "STRASSE"),
    ("100%_sure", "100%_"),
    ("back\\slash", "k\\s"),
]


@pytest.mark.parametrize(("stored", "typed"), FOUND)
def test_a_search_folds(anonymous, db, stored, typed):
    program = make_program("x")
    contract = make_contract(program)
    Program.objects.update(description=stored)
    Contract.objects.filter(pk=contract.pk).update(local_title=stored)
    Document.objects.filter(pk=make_source().pk).update(title=stored)
    Organization.objects.filter(pk=make_supplier("Other").pk).update(local_name=stored)
    for path in ("programs/", "contracts/", "documents/", "organizations/"):
        assert len(anonymous.client.get(f"/api/v1/{path}", {"search": typed}).json()["results"]) == 1, path
        assert anonymous.client.get(f"/api/v1/{path}", {"search": f"{typed} nowhere"}).json()["results"] == []


def test_signs_of_patterns_are_letters(anonymous, db):
    make_program("x")
    for text in ("%", "_", "\\"):
        assert anonymous.client.get("/api/v1/programs/", {"search": text}).json()["results"] == []


def test_an_organization_with_two_fitting_identifiers_is_found_once(anonymous, db):
    found = make_supplier("One")
    for scheme in ("A", "B"):
        OrganizationIdentifier.objects.create(
            organization=found, scheme=scheme, value="ÀBC-1", scheme_key=scheme, value_key="ABC1"
        )
    assert [row["id"] for row in anonymous.rows("organizations/?search=abc-1")] == [found.pk]


def test_what_is_kept_folded_is_what_searching_takes_it_for(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, generation_expression FROM information_schema.columns WHERE column_name = 'searched'"
        )
        made = {table: tuple(re.findall(r"\((\w+)\)::text", text)) for table, text in cursor.fetchall()}
    assert made == KEPT
