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
#: DESIGN.md section 6. A rule that is added later is not listed anywhere.
OF_THE_DESIGN = [
    "active-past-end-date",
    "advance-past-delivery-date",
    "cancelled-program-active-contract",
    "commitment-after-stop",
    "disputed-figure",
    "disputed-status",
    "no-exit-estimate",
    "paid-exceeds-committed",
    "payment-after-stop",
    "payment-due-under-stop",
    "stale-sources",
    "stop-work-over-90-days",
    "suspended-contract-active-program",
    "suspended-program-active-contract",
]


def test_every_rule_of_the_design_is_found_by_listing_the_package():
    assert set(OF_THE_DESIGN) <= set(CODES)


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
