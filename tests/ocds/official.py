"""The official schema of OCDS 1.1.5, where it is shared beside the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.running.shared import folder

BASE = "https://standard.open-contracting.org/schema/1__1__5/"
INSIDE = "standard-1__1__5/schema/"


def archive() -> Path:
    """The file that holds it; the module that asks is skipped where it is not there."""
    return Path(folder("data")) / "ocds/schema/standard-1__1__5-schema-only.zip"


@cache
def validator(name: str) -> Any:
    """The validator of one of its files; amounts may be decimals."""
    with ZipFile(archive()) as opened:
        names = [each for each in opened.namelist() if each.endswith(".json")]
        schemas = {each.removeprefix(INSIDE): json.loads(opened.read(each)) for each in names}
    resources = [(BASE + each, DRAFT4.create_resource(found)) for each, found in schemas.items()]
    return Draft4Validator(schemas[name], registry=Registry().with_resources(resources), format_checker=FormatChecker())


def faults(package: Any) -> list[str]:
    """What the schema says of a package."""
    name = "record-package-schema.json" if "records" in package else "release-package-schema.json"
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator(name).iter_errors(package)]
