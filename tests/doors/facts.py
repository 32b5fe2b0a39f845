"""Each kind of fact, and the doors by which one comes in: what each door says of it."""

from typing import Any

import yaml

from procurement.contracts.models import Contract
from procurement.imports.formats.portfolio import CONTRACT_LISTS, LISTS, parse
from procurement.imports.loading import load
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.models import Document
from tests.admin.test_facts import as_a_browser_sends
from tests.makers import make_organization
from tests.matching.world import World

#: Table -> its section in a file.
SECTIONS = {table.name: section for section, table in (LISTS | CONTRACT_LISTS).items()}
#: Resources of the API -> table of the admin, section of a file.
TABLES = {table.resource: (table.model._meta.model_name, SECTIONS[table.name]) for table in FACT_TABLES}
ON_ITS_OWN = {"program-links", "status-changes", "reported-figures", "organization-links"}
#: Names of fields where a file has others.
IN_FILES = {"as_of_date": "as_of", "suspends": "suspended_scope"}
SOURCE = "press"

Body = dict[str, Any]


def one_post(world: World, kind: str, body: Body) -> list[str]:
    """What the API says of one fact."""
    return list(world.api.made(f"{kind}/", body).get("warnings", []))


def a_list(world: World, kind: str, body: Body) -> list[str]:
    """What it says of the only fact of a list."""
    return list(world.api.made(f"{kind}/", [body])[0].get("warnings", []))


def a_correction(world: World, kind: str, body: Body) -> list[str]:
    """What it says of a row that is corrected into the fact: another was its day, and its key."""
    wrong = world.api.made(f"{kind}/", body | {"effective_on": "2020-06-16", "effective_precision": "day"})
    dates = {name: body[name] for name in ("effective_on", "effective_precision") if name in body}
    return list(world.api.made(f"{kind}/{wrong['id']}/correct/", {"effective_precision": "day"} | dates)["warnings"])


def a_file(world: World, kind: str, body: Body) -> list[str]:
    """What the loading of a file says of it; a file's rows have keys."""
    summary = load([parse("a.yaml", as_file(kind, body))])
    assert not summary.issues, summary.issues
    return [remark.reason for remark in summary.remarks]


def a_form(world: World, kind: str, body: Body) -> list[str]:
    """What the admin asks back before it saves; then it is told that this is meant."""
    page, form = as_form(world.site, kind, body)
    answer = world.site.post(page, form)
    doubt = answer.context["adminform"].form.doubt if answer.status_code == 200 else None
    if doubt is None:
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        return []
    saved = world.site.post(page, form | {"_meant": doubt.digest})
    assert saved.status_code == 302
    return list(doubt.said)


DOORS = {"post": one_post, "list": a_list, "correct": a_correction, "file": a_file, "form": a_form}


def as_form(site: Any, kind: str, body: Body) -> tuple[str, Body]:
    """The page on which a fact is added, and what a browser sends from it."""
    page = f"/admin/procurement/{TABLES[kind][0]}/add/"
    form = site.get(page).context["adminform"].form
    chosen = {name: str(value) for name, value in defaults_of(form).items()}
    return page, as_a_browser_sends(form) | chosen | {name: _typed(name, value) for name, value in body.items()}


def defaults_of(form: Any) -> Body:
    """What a form makes a person choose where the API has a default: the default."""
    columns = {field.name: field for field in form._meta.model._meta.concrete_fields}
    needed = {name: columns[name] for name, field in form.fields.items() if field.required and name in columns}
    return {name: column.default for name, column in needed.items() if column.has_default() and column.default}


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return make_organization(value["name"], value["country"], kind="other").pk
    if name in {"program", "other"}:
        return Program.objects.get(code=value).pk
    return value


def as_file(kind: str, body: Body) -> str:
    """A portfolio file that holds the fact and what it is about."""
    fact = {IN_FILES.get(name, name): value for name, value in body.items()} | {"source": SOURCE, "key": "k"}
    document = Document.objects.get(pk=body["source"])
    text: Body = {
        "sources": {SOURCE: {"url": document.url, "title": document.title}},
        "programs": {row.code: {"name": row.name, "buyer": "buyer"} for row in Program.objects.all()},
    }
    organizations = {"buyer": {"name": "Ministry of Defense", "country": "JP"}}
    for name in [name for name, value in body.items() if isinstance(value, dict)]:
        organizations[name] = body[name]
        fact[name] = name
    if kind == "allocations":
        fact["from"] = fact.pop("effective_on")
    contracts = {row.pk: _contract(row) for row in Contract.objects.all()}
    if kind in ON_ITS_OWN:
        text[TABLES[kind][1]] = [fact | ({"contract": "c"} if "contract" in body else {})]
        if "organization" in body and isinstance(body["organization"], int):
            raise NotImplementedError
    if "contract" in body:
        contract = contracts[body["contract"]]
        fact.pop("contract")
        text["contracts"] = [contract if kind in ON_ITS_OWN else contract | {TABLES[kind][1]: [fact]}]
    return yaml.safe_dump(text | {"organizations": organizations}, allow_unicode=True)


def _contract(row: Contract) -> Body:
    return {
        "key": "c", "reference": row.reference, "title": row.title, "buyer": "buyer", "currency": row.currency,
        "source": SOURCE,
    }  # fmt: skip


def agent() -> Organization:
    """The organization of body_of's party."""
    return Organization.objects.get(name="Agent")
