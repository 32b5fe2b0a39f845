"""The doors by which a contract comes in or is changed, and what each says of it."""

from typing import Any

import yaml

from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from tests.admin.test_editable import contract_form
from tests.makers import make_contract, make_organization, make_source
from tests.matching.world import World

Said = tuple[bool, str]
Columns = dict[str, Any]


def _told(answer: Any) -> Said:
    found = answer.json()
    return answer.status_code in {200, 201}, " ".join(found.get("warnings", [])) + str(found.get("errors", ""))


def _body(given: Columns) -> Columns:
    common = {"reference": "C-9", "title": "Radar", "buyer": make_organization().pk, "currency": "JPY"}
    return common | {"source": make_source().pk} | given


def posted(world: World, given: Columns) -> Said:
    return _told(world.api.post("contracts/", _body(given)))


def patched(world: World, given: Columns) -> Said:
    return _told(world.api.patch(f"contracts/{make_contract().pk}/", given))


def replaced(world: World, given: Columns) -> Said:
    return _told(world.api.send("put", f"contracts/{make_contract().pk}/", _body(given)))


def _typed(world: World, page: str, form: Columns) -> Said:
    answer = world.site.post(page, form)
    if answer.status_code == 302:
        return True, ""
    form_shown = answer.context["adminform"].form
    if form_shown.doubt is None:
        return False, str(form_shown.errors)
    saved = world.site.post(page, form | {"_meant": form_shown.doubt.digest})
    return saved.status_code == 302, " ".join(form_shown.doubt.said)


def added(world: World, given: Columns) -> Said:
    return _typed(world, "/admin/procurement/contract/add/", contract_form(**given))


def edited(world: World, given: Columns) -> Said:
    row = make_contract()
    form = contract_form(reference=row.reference, source=row.source_id, **given)
    return _typed(world, f"/admin/procurement/contract/{row.pk}/change/", form)


def loaded(world: World, given: Columns) -> Said:
    row = {"key": "c", "reference": "C-9", "title": "Radar", "buyer": "buyer", "currency": "JPY", "source": "press"}
    text = {
        "organizations": {"buyer": {"name": "Ministry of Defense", "country": "JP"}},
        "sources": {"press": {"url": "https://example.org/press", "title": "Press"}},
        "contracts": [row | given],
    }
    summary = load([parse("a.yaml", yaml.safe_dump(text))])
    return not summary.issues, " ".join(map(str, summary.remarks + summary.issues))


DOORS = {"POST": posted, "PATCH": patched, "PUT": replaced, "add": added, "edit": edited, "file": loaded}
