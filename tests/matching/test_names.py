"""One name in one country is one organization, one reference one contract of its buyer, by every door."""

import pytest

from procurement.contracts.models import Contract
from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.parties.models import Organization
from tests.admin.test_editable import IDENTIFIERS, TABLES, contract_form, identifier
from tests.admin.test_facts import refusals
from tests.makers import make_contract, make_organization, make_program, make_source, make_supplier
from tests.matching.spelling import NOTHING, ONE_NAME
from tests.matching.world import World

NAME = ONE_NAME[0]
#: Two that are the other doors' business each; the table of naming has them all.
SOME = ONE_NAME[2:4] + ONE_NAME[5:6]
UEI = {"scheme": "US-UEI", "value": "ABC123DEF456"}


def page(row, act="change"):
    return f"/admin/procurement/{row._meta.model_name}/{row.pk}/{act}/"


def add(table):
    return f"/admin/procurement/{table}/add/"


def api_said(answer):
    assert answer.status_code in {400, 409}, answer.content
    return str(answer.json()["errors"])


def put(api, path, body):
    return api.send("put", path, body)


#: How the name of a stored organization comes to another one; `row` is that other one.
NAMING = {
    "api post": lambda w: api_said(w.api.post("organizations/", {"name": w.given, "country": "US"})),
    "api patch": lambda w: api_said(w.api.patch(f"organizations/{w.row.pk}/", {"name": w.given})),
    "api put": lambda w: api_said(put(w.api, f"organizations/{w.row.pk}/", {"name": w.given, "country": "US"})),
    "admin add": lambda w: str(
        refusals(w.site.post(add("organization"), {"name": w.given, "kind": "company", "country": "US"} | IDENTIFIERS))
    ),
    "admin change": lambda w: str(
        refusals(w.site.post(page(w.row), {"name": w.given, "kind": "company", "country": "US"} | IDENTIFIERS))
    ),
}


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("door", NAMING)
def test_a_name_that_another_organization_has_is_refused(api, site, door, name):
    first, second = make_supplier(NAME), make_supplier("Other")
    said = NAMING[door](World(api, site, second, name))
    assert f"organization {first.pk} has this name in this country" in said
    assert list(Organization.objects.order_by("pk").values_list("name", flat=True)) == [NAME, "Other"]


@pytest.mark.parametrize("door", ["api patch", "api put", "admin change"])
def test_an_identifier_tells_a_renamed_organization_from_the_other(api, site, door):
    make_supplier(NAME)
    second = Organization.objects.get(pk=api.made("organizations/", {"name": "Other", "identifiers": [UEI]})["id"])
    body = {"name": NAME, "country": "US"}
    calls = {
        "api patch": lambda: api.patch(f"organizations/{second.pk}/", body),
        "api put": lambda: put(api, f"organizations/{second.pk}/", body),
        "admin change": lambda: site.post(page(second), body | {"kind": "other"} | IDENTIFIERS),
    }
    assert calls[door]().status_code in {200, 302}
    second.refresh_from_db()
    assert (second.name, second.country) == (NAME, "US")


@pytest.mark.parametrize("door", ["api", "admin"])
def test_another_country_can_make_two_names_one(api, site, door):
    first, second = make_supplier("Maker", "US"), make_supplier("Maker", "JP")
    form = {"name": "Maker", "kind": "company", "country": "US"}
    said = (
        api_said(api.patch(f"organizations/{second.pk}/", {"country": "US"}))
        if door == "api"
        else str(refusals(site.post(page(second), form | IDENTIFIERS)))
    )
    assert f"organization {first.pk} has this name" in said
    second.refresh_from_db()
    assert second.country == "JP"


def test_what_is_not_the_name_can_be_edited_whoever_has_the_name_too(api):
    first = make_supplier("Maker")
    twin = Organization.objects.create(name="Maker", match_key="maker", country="US")
    for row in (first, twin):
        assert api.patch(f"organizations/{row.pk}/", {"kind": "press"}).status_code == 200


# identifiers that are all that tells one organization from another


@pytest.fixture
def twin(api):
    """The second of two organizations of one name."""
    make_supplier("Maker")
    made = api.made("organizations/", {"name": "Maker", "country": "US", "identifiers": [UEI]})
    return Organization.objects.get(pk=made["id"])


def test_the_last_identifier_is_not_deleted(site, twin):
    answer = site.post(page(twin.identifiers.get(), "delete"), {"post": "yes"}, follow=True)
    assert "could not be told from organization" in answer.content.decode()
    assert twin.identifiers.count() == 1


def test_the_last_identifier_is_not_moved_to_another_organization(site, twin):
    other = make_supplier("Other")
    answer = site.post(page(twin.identifiers.get()), {"organization": other.pk} | UEI)
    assert "could not be told from organization" in str(refusals(answer))
    assert twin.identifiers.count() == 1


def test_an_identifier_that_is_not_the_last_can_go(site, twin, api):
    api.patch(f"organizations/{twin.pk}/", {"identifiers": [{"scheme": "CAGE", "value": "1ABC2"}]})
    site.post(page(twin.identifiers.get(scheme="CAGE"), "delete"), {"post": "yes"})
    assert [str(each) for each in twin.identifiers.all()] == ["US-UEI ABC123DEF456"]


# references of contracts


def contract_body(reference):
    return {"reference": reference, "title": "x", "currency": "JPY", "method": "domestic", "source": make_source().pk}


REFERRING = {
    "api post": lambda w: api_said(w.api.post("contracts/", contract_body(w.given) | {"buyer": w.row.buyer_id})),
    "api patch": lambda w: api_said(w.api.patch(f"contracts/{w.row.pk}/", {"reference": w.given})),
    "api put": lambda w: api_said(
        put(w.api, f"contracts/{w.row.pk}/", contract_body(w.given) | {"buyer": w.row.buyer_id})
    ),
    "admin add": lambda w: str(refusals(w.site.post(add("contract"), contract_form(reference=w.given)))),
    "admin change": lambda w: str(
        refusals(w.site.post(page(w.row), contract_form(reference=w.given, source=w.row.source_id)))
    ),
}


@pytest.mark.parametrize("reference", SOME)
@pytest.mark.parametrize("door", REFERRING)
def test_a_reference_that_another_contract_of_the_buyer_has_is_refused(api, site, door, reference):
    first, second = make_contract(reference=NAME), make_contract(reference="Other")
    assert f"is contract {first.pk} of this buyer" in REFERRING[door](World(api, site, second, reference))
    assert list(Contract.objects.order_by("pk").values_list("reference", flat=True)) == [NAME, "Other"]


@pytest.mark.parametrize("door", ["api", "admin"])
def test_a_reference_can_be_typed_otherwise_and_is_found_by_its_new_key(api, site, door):
    row = make_contract(reference="A1")
    if door == "api":
        assert api.patch(f"contracts/{row.pk}/", {"reference": "Ｂ–1"}).status_code == 200
    else:
        site.post(page(row), contract_form(reference="Ｂ–1", source=row.source_id))
    assert Contract.objects.referred_to(row.buyer_id, "b-1").get() == row


@pytest.mark.parametrize("reference", SOME)
def test_a_file_finds_a_contract_however_its_reference_is_typed(db, reference):
    row = make_contract(reference=NAME, buyer=make_organization("Ministry"))
    summary = load([parse("a.yaml", FILE.replace("REFERENCE", reference.replace('"', '\\"')))])
    assert [str(issue) for issue in summary.issues] == []
    assert Contract.objects.get() == row
    assert f"differs from contract {row.pk} in reference" in " ".join(map(str, summary.remarks))


FILE = """
organizations:
  buyer: {name: Ministry, country: JP}
sources:
  notice: {title: Notice, published_on: 2019-10-31}
contracts:
  - {key: c, reference: "REFERENCE", title: Radar, buyer: buyer, currency: JPY, source: notice}
"""


# addresses of documents


def document_form(url):
    return {"title": "x", "url": url, "grade": "weak"}


@pytest.mark.parametrize("door", ["api post", "api patch", "api put", "admin add", "admin change"])
def test_an_address_that_another_document_has_is_refused(api, site, door):
    first, second = make_source(), make_source()
    form = document_form(first.url)
    said = {
        "api post": lambda: api_said(api.post("documents/", form)),
        "api patch": lambda: api_said(api.patch(f"documents/{second.pk}/", {"url": first.url})),
        "api put": lambda: api_said(put(api, f"documents/{second.pk}/", form)),
        "admin add": lambda: str(refusals(site.post(add("document"), form))),
        "admin change": lambda: str(refusals(site.post(page(second), form))),
    }[door]()
    assert f"document {first.pk} has this url" in said


# what nobody sees


UNSEEN = {
    "api organization": lambda w: w.api.post("organizations/", {"name": w.given}),
    "api renamed organization": lambda w: w.api.patch(f"organizations/{make_supplier().pk}/", {"name": w.given}),
    "api document": lambda w: w.api.post("documents/", {"title": w.given}),
    "api retitled document": lambda w: w.api.patch(f"documents/{make_source().pk}/", {"title": w.given}),
    "api program": lambda w: w.api.post("programs/", {"code": "x", "name": w.given}),
    "api contract": lambda w: w.api.post("contracts/", contract_body(w.given) | {"buyer": {"name": "B"}}),
    "api title": lambda w: w.api.patch(f"contracts/{make_contract().pk}/", {"title": w.given}),
    "api reference": lambda w: w.api.patch(f"contracts/{make_contract().pk}/", {"reference": w.given}),
    "inline organization": lambda w: w.api.post("programs/", {"code": "x", "name": "X", "buyer": {"name": w.given}}),
    "inline document": lambda w: w.api.post("programs/", {"code": "x", "name": "X", "source": {"title": w.given}}),
    "identifier": lambda w: w.api.post(
        "organizations/", {"name": "x", "identifiers": [{"scheme": "LEI", "value": w.given}]}
    ),
    "admin organization": lambda w: w.site.post(
        add("organization"), {"name": w.given, "kind": "company"} | IDENTIFIERS
    ),
    "admin identifier": lambda w: w.site.post(
        add("organization"), {"name": "x", "kind": "company"} | identifier("LEI", w.given)
    ),
    "admin document": lambda w: w.site.post(add("document"), document_form("") | {"title": w.given}),
    "admin program": lambda w: w.site.post(add("program"), {"name": w.given, "code": "x"} | TABLES),
    "admin contract": lambda w: w.site.post(add("contract"), contract_form(reference=w.given)),
    "admin title": lambda w: w.site.post(page(make_contract()), contract_form(title=w.given)),
}  # fmt: skip


@pytest.mark.parametrize("text", NOTHING[:3])
@pytest.mark.parametrize("door", UNSEEN)
def test_what_nobody_sees_is_no_name(api, site, door, text):
    answer = UNSEEN[door](World(api, site, given=text))
    said = api_said(answer) if hasattr(answer, "json") and answer.status_code >= 400 else str(refusals(answer))
    assert "no visible character" in said


@pytest.mark.parametrize("text", NOTHING[:3])
@pytest.mark.parametrize("field", ["name: Ministry", "title: Notice", "title: Radar", 'reference: "A1"'])
def test_what_nobody_sees_is_no_name_in_a_file_either(db, field, text):
    name = field.partition(":")[0]
    file = FILE.replace("REFERENCE", "A1").replace(field, f'{name}: "{text}"')
    assert "no visible character" in " ".join(map(str, load([parse("a.yaml", file)]).issues))
    assert not Contract.objects.exists()


def test_a_program_keeps_its_name_where_the_new_one_shows_nothing(api):
    make_program("x", name="X")
    assert "no visible character" in api_said(api.patch("programs/x/", {"name": "\u200b"}))
