"""Each rule is one file, one page, one pair of cases; nothing lists them."""

from pathlib import Path

import pytest

from procurement.flags.rules import all_rules

ROOT = Path(__file__).parents[2]
HEADINGS = [
    "## What it finds", "## Formula", "## Severity", "## Why it matters", "## What it rests on", "## Settings",
    "## What it leaves out", "## Worked example",
]  # fmt: skip
CODES = [rule.code for rule in all_rules()]


def test_rules_are_found_by_listing_their_package():
    assert CODES == [
        "cancelled-program-active-contract",
        "commitment-after-stop",
        "disputed-status",
        "payment-after-stop",
        "suspended-program-active-contract",
    ]


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_its_file_and_its_cases_under_its_own_name(code):
    name = code.replace("-", "_")
    assert (ROOT / "procurement/flags/rules" / f"{name}.py").exists()
    assert (ROOT / "tests/flags/rules" / f"test_{name}.py").exists()


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_page_on_the_fixed_template(code):
    page = (ROOT / "docs/flags" / f"{code}.md").read_text()
    assert page.startswith(f"# {code}\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == HEADINGS


@pytest.mark.parametrize("rule", all_rules(), ids=CODES)
def test_a_page_names_every_setting_with_its_default(rule):
    page = (ROOT / "docs/flags" / f"{rule.code}.md").read_text()
    for threshold in rule.thresholds:
        assert f"`{threshold.name}`" in page
        assert threshold.reason
