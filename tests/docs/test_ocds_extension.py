"""The schema of the extension says what the service writes."""

import json
from pathlib import Path
from typing import Any

from procurement.common import ocds_extension as extension

FOLDER = Path(__file__).parents[2] / "docs/ocds-extension"
SCHEMA = json.loads((FOLDER / "release-schema.json").read_text("utf-8"))
README = (FOLDER / "README.md").read_text("utf-8")
OF_FACTS = {"id", extension.SOURCE, extension.ORDER, extension.NOTE.name, *(each.name for each in extension.OF_FACTS)}


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["definitions"][name]["properties"]
    return found


def test_every_list_of_facts_has_its_members() -> None:
    for listed in extension.FACT_LISTS:
        names = OF_FACTS | {each.name for each in listed.members}
        if listed.in_implementation:
            target = properties({"milestones": "Milestone", "transactions": "Transaction"}[listed.name])
            core = {"id", "value", "description"}
        else:
            reference = properties("Contract")[listed.name]["items"]["$ref"]
            target, core = properties(reference.rpartition("/")[2]), set[str]()
        assert names - core <= target.keys() <= names, listed.name


def test_the_other_objects_have_theirs() -> None:
    assert properties("RecordedTerms").keys() == {each.name for each in extension.OF_CONTRACTS} | {extension.SOURCE}
    assert properties("Program").keys() == {"id", extension.SOURCE, *(each.name for each in extension.OF_PROGRAMS)}
    assert properties("Document").keys() == {
        extension.URL_AS_GIVEN,
        *(each.name for each in extension.OF_DOCUMENTS if each.name not in {"title", "language"}),
    }
    assert SCHEMA["properties"].keys() == {extension.MARK, extension.PROGRAMS}


def test_every_member_is_described_in_words() -> None:
    for name, definition in SCHEMA["definitions"].items():
        for member, said in definition["properties"].items():
            assert said.get("description") or "$ref" in said, f"{name}.{member}"


def test_the_page_names_every_member() -> None:
    members = {each.name for listed in extension.FACT_LISTS for each in listed.members} | OF_FACTS
    members |= {listed.name for listed in extension.FACT_LISTS}
    members |= {each.name for of in (extension.OF_CONTRACTS, extension.OF_DOCUMENTS) for each in of}
    known_to_ocds = {"title", "language", "description", "transactions"}
    assert [each for each in sorted(members - known_to_ocds) if f"`{each}`" not in README and each not in README] == []
