"""Each kind of channel is one module and one page; nothing lists them."""

from pathlib import Path

import pytest

from procurement.delivery.channels import carriers

ROOT = Path(__file__).parents[3]
each_kind = pytest.mark.parametrize("kind", carriers())


@each_kind
def test_a_kind_has_its_module_and_its_cases_under_its_own_name(kind):
    assert (ROOT / "procurement/delivery/channels" / f"{kind}.py").exists()
    assert (ROOT / "tests/delivery/channels" / f"test_{kind}.py").exists()


@each_kind
def test_a_kind_has_a_page_that_names_its_settings(kind):
    page = (ROOT / "docs/channels" / f"{kind}.md").read_text("utf-8")
    assert page.startswith(f"# {kind}\n")
    assert [option.name for option in carriers()[kind].options if f"`{option.name}`" not in page] == []
