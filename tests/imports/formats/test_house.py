"""Each format is one module and one page; nothing lists them."""

from pathlib import Path

import pytest

from procurement.imports.formats import all_formats

ROOT = Path(__file__).parents[3]
each_format = pytest.mark.parametrize("each", all_formats(), ids=lambda each: each.name)


@each_format
def test_a_format_has_its_module_and_its_cases_under_its_own_name(each):
    module = ROOT / "procurement/imports/formats" / each.name
    assert module.with_suffix(".py").exists() or (module / "__init__.py").exists()
    assert (ROOT / "tests/imports/formats" / f"test_{each.name}.py").exists()


@each_format
def test_a_format_has_a_page_that_names_its_suffixes_and_options(each):
    page = (ROOT / "docs/formats" / f"{each.name}.md").read_text("utf-8")
    assert page.startswith(f"# {each.name}\n")
    assert [name for name in (*each.suffixes, *(o.name for o in each.options)) if f"`{name}`" not in page] == []


def test_no_other_module_knows_a_format_by_its_name():
    """Loading, the command and the API find formats by listing the package."""
    code = [path for path in (ROOT / "procurement").rglob("*.py") if "migrations" not in path.parts]
    for each in all_formats():
        names = (f"formats.{each.name}", f"formats import {each.name}")
        others = [path for path in code if each.name not in path.parts]  # a package knows itself
        assert [path for path in others if any(name in path.read_text("utf-8") for name in names)] == []
