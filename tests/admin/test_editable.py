"""Descriptive rows are created and edited under the API's rules, and keep their history."""

import pytest

from procurement.contracts.models import Contract
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.models import Document
from tests.admin.test_facts import refusals, said
from tests.makers import make_contract, make_organization, make_program, make_source, make_supplier, rehome

FORMS = ("TOTAL_FORMS", "INITIAL_FORMS")
#: The inline tables of an organization's page, of which the first is filled in.
IDENTIFIERS = {f"{table}-{name}": "0" for table in ("identifiers", "links", "links_from_others") for name in FORMS}
#: The inline tables of a contract's and a program's page, which hold nothing that is sent.
TABLES = {
    f"{table}-{name}": "0"
    for table in ("contractstatuschange_set", "programallocation_set", "contractparty_set", "ledgerentry_set")
    for name in FORMS
} | {f"{table}-{name}": "0" for table in ("statuschange_set", "programlink_set") for name in FORMS}


def identifier(scheme, value):
    rows = IDENTIFIERS | {"identifiers-TOTAL_FORMS": "1"}
    return rows | {"identifiers-0-scheme": scheme, "identifiers-0-value": value}


def contract_form(**more):
    given = {"reference": "C-1", "title": "Radar", "buyer": make_organization().pk, "method": "domestic"}
    given |= {"currency": "JPY", "signed_on": "2019-10-31", "signed_precision": "day", "share": "1", "status": "active"}
    return given | TABLES | {"source": make_source().pk} | more


def test_an_organization_comes_with_its_identifiers(analyst):
    form = {"name": " Maker  Inc ", "kind": "company", "country": "US"} | identifier("US-UEI", "ABC123")
    analyst.post("/admin/procurement/organization/add/", form)
    row = Organization.objects.get()
    assert (row.match_key, row.entered_by_id) == ("maker inc", analyst.user.pk)
    assert row.identifiers.get().value == "ABC123"


def test_an_identifier_that_is_taken_leaves_no_organization_behind(analyst):
    maker = make_supplier()
    analyst.post(
        "/admin/procurement/organizationidentifier/add/", {"organization": maker.pk, "scheme": "LEI", "value": "1"}
    )
    form = {"name": "Other", "kind": "company"} | identifier("LEI", "1")
    answer = analyst.post("/admin/procurement/organization/add/", form)
    assert f"belongs to organization {maker.pk}" in str(refusals(answer))
    assert f"/admin/procurement/organization/{maker.pk}/" in said(answer)
    assert not Organization.objects.filter(name="Other").exists()


def test_a_renamed_organization_is_matched_by_its_new_name(analyst):
    row = make_supplier("Old")
    form = {"name": "New", "kind": "company", "country": "US"} | IDENTIFIERS
    analyst.post(f"/admin/procurement/organization/{row.pk}/change/", form)
    row.refresh_from_db()
    assert (row.name, row.match_key) == ("New", "new")


@pytest.mark.parametrize(
    ("table", "form", "field"),
    [
        ("organization", {"name": "X", "kind": "company", "country": "XX"} | IDENTIFIERS, "country"),
        ("organization", {"name": "", "kind": "company"} | IDENTIFIERS, "name"),
        ("document", {"title": "X", "url": "ftp://x", "grade": "primary"}, "url"),
        ("program", {"name": "X", "code": "x", "country": "XX"} | TABLES, "country"),
        ("program", {"name": "X", "code": "not a slug"} | TABLES, "code"),
    ],
)
def test_what_is_refused_stands_beside_its_field(analyst, table, form, field):
    answer = analyst.post(f"/admin/procurement/{table}/add/", form)
    assert list(refusals(answer)) == [field]


def test_a_program_code_is_taken_once(analyst):
    stored = make_program("x")
    answer = analyst.post("/admin/procurement/program/add/", {"name": "Y", "code": "x"} | TABLES)
    assert "is taken" in str(refusals(answer)["code"])
    assert f"/admin/procurement/program/{stored.pk}/" in said(answer)


def test_a_program_keeps_its_code(analyst):
    row = make_program("y")
    analyst.post(f"/admin/procurement/program/{row.pk}/change/", {"name": "Y", "code": "x"} | TABLES)
    row.refresh_from_db()
    assert (row.name, row.code) == ("Y", "y")


@pytest.mark.parametrize(("committed", "currency"), [(None, "USD"), ("100", "JPY")])
def test_a_contract_with_entries_keeps_their_currency(analyst, committed, currency):
    row = make_contract(committed=committed)
    form = contract_form(reference=row.reference, source=row.source_id, currency="USD")
    analyst.post(f"/admin/procurement/contract/{row.pk}/change/", form)
    row.refresh_from_db()
    assert (row.title, row.currency) == ("Radar", currency)


@pytest.mark.parametrize(("extra", "made"), [(IDENTIFIERS, 1), (identifier("LEI", "1"), 2)])
def test_a_name_is_taken_once_in_a_country_unless_an_identifier_tells_them_apart(analyst, extra, made):
    make_supplier("Maker")
    form = {"name": "MAKER", "kind": "company", "country": "US"}
    analyst.post("/admin/procurement/organization/add/", form | extra)
    assert Organization.objects.filter(match_key="maker").count() == made


def test_an_address_is_cited_once(analyst):
    row = make_source()
    answer = analyst.post("/admin/procurement/document/add/", {"title": "Again", "url": row.url, "grade": "weak"})
    assert "has this url" in str(refusals(answer)["url"])
    assert f"/admin/procurement/document/{row.pk}/" in said(answer)


def test_a_document_is_kept_as_it_was_edited(analyst):
    row = make_source(publisher="A")
    form = {"title": "New", "url": row.url, "grade": "weak", "published_on": "2020-01-01", "publisher": "A"}
    analyst.post(f"/admin/procurement/document/{row.pk}/change/", form)
    row.refresh_from_db()
    assert (row.title, row.grade, row.publisher) == ("New", "weak", "A")


def test_an_address_that_is_no_web_address_is_not_kept(analyst):
    row = make_source()
    answer = analyst.post(f"/admin/procurement/document/{row.pk}/change/", {"title": "X", "url": "x", "grade": "weak"})
    assert "not a web address" in str(refusals(answer)["url"])
    assert Document.objects.get(pk=row.pk).url == row.url


def test_a_contract_comes_with_its_first_facts(analyst):
    program, maker = make_program(), make_supplier()
    form = contract_form(program=program.pk, lead_supplier=maker.pk)
    analyst.post("/admin/procurement/contract/add/", form)
    row = Contract.objects.get()
    assert row.contractstatuschange_set.get().status == "active"
    assert row.contractparty_set.get().organization == maker
    assert row.programallocation_set.get().effective_on == row.signed_on


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"currency": "XXQ"}, "currency"),
        ({"starts_on": "2020-01-02", "ends_on": "2020-01-01"}, "ends_on"),
        ({"share": "2"}, ""),
    ],
)
def test_a_bad_contract_leaves_nothing_behind(analyst, changed, field):
    answer = analyst.post("/admin/procurement/contract/add/", contract_form(program=make_program().pk, **changed))
    assert (field or "__all__") in refusals(answer)
    assert not Contract.objects.exists()


def test_an_edited_contract_keeps_only_what_was_changed(analyst):
    row = make_contract()
    form = contract_form(reference=row.reference, buyer=row.buyer_id, source=row.source_id, title="New")
    analyst.post(f"/admin/procurement/contract/{row.pk}/change/", form)
    row.refresh_from_db()
    assert row.title == "New"
    assert row.contractstatuschange_set.count() == 1


@pytest.mark.parametrize("table", ["organization", "document", "program", "contract"])
def test_descriptive_rows_are_not_deleted(administrator, table):
    contract = make_contract(make_program())
    rows = {
        "organization": contract.buyer,
        "document": contract.source,
        "program": Program.objects.get(),
        "contract": contract,
    }
    page = f"/admin/procurement/{table}/{rows[table].pk}/delete/"
    assert administrator.post(page, {"post": "yes"}).status_code == 403


def test_the_history_says_who_changed_what(analyst):
    row = make_program("x", name="Old")
    analyst.post(f"/admin/procurement/program/{row.pk}/change/", {"name": "New", "code": "x", "country": "JP"} | TABLES)
    page = analyst.get(f"/admin/procurement/program/{row.pk}/history/").content.decode()
    assert "the-analyst" in page
    assert "Old</del>" in page
    assert "New" in page


def test_a_source_is_added_in_place(analyst):
    form = {"title": "In place", "grade": "primary", "_popup": "1"}
    answer = analyst.post("/admin/procurement/document/add/?_popup=1", form)
    assert answer.status_code == 200
    assert str(Document.objects.get(title="In place").pk) in answer.context["popup_response_data"]


def test_a_contract_is_found_once_by_a_program_that_it_came_to_twice(analyst):
    program = make_program()
    contract = make_contract(program)
    rehome(contract, [(program, "0.5")], "2020-12-18")
    asked = {"programallocation_set__program__id__exact": program.pk}
    found = analyst.get("/admin/procurement/contract/", asked).context["cl"]
    assert [row.pk for row in found.result_list] == [contract.pk]
