"""Each format is one module and one page; nothing lists them."""

from pathlib import Path

import pytest

from procurement.imports.formats import all_formats

ROOT = Path(__file__).parents[3]
each_format = pytest.mark.parametrize("each", all_formats(), ids=lambda each: each.name)


@each_format
def test_a_format_has_its_module_or_package_and_its_cases_under_its_own_name(each):
    folder = ROOT / "procurement/imports/formats"
    assert (folder / f"{each.name}.py").exists() or (folder / each.name / "__init__.py").exists()
    assert (ROOT / "tests/imports/formats" / f"test_{each.name}.py").exists()


@each_format
def test_a_format_has_a_page_that_names_its_suffixes_and_options(each):
    page = (ROOT / "docs/formats" / f"{each.name}.md").read_text("utf-8")
    assert page.startswith(f"# {each.name}\n")
    assert [name for name in (*each.suffixes, *(o.name for o in each.options)) if f"`{name}`" not in page] == []


def test_no_other_module_knows_a_format_by_its_name():
    """Loading, the command and the API find formats by listing the package. A package of modules knows its own name."""
    names = {name for each in all_formats() for name in (f"formats.{each.name}", f"formats import {each.name}")}
    code = [path for path in (ROOT / "procurement").rglob("*.py") if "migrations" not in path.parts]
    known = [(path, name) for path in code for name in names if name in path.read_text("utf-8")]
    assert [path for path, name in known if path.parent.name != name.rpartition(".")[2]] == []
