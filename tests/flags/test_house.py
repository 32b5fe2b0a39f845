"""Each rule is one file, one page, one pair of cases; nothing lists them."""

import re
from pathlib import Path

import pytest

from procurement.flags.rule import SEVERITIES
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


def table():
    """The rows of the table of rules: code, page, severity."""
    page = (ROOT / "docs/flags/README.md").read_text()
    return re.findall(r"^\| \[(.+?)\]\((.+?)\) \| .+ \| (.+?) \|$", page, flags=re.MULTILINE)


def test_the_table_of_rules_has_each_rule_once_by_code_with_its_page():
    assert [(code, page) for code, page, _ in table()] == [(code, f"{code}.md") for code in CODES]


def test_the_table_of_rules_says_how_severe_a_rule_is():
    """A rule without a severity of its own says by what it is weighed."""
    said = {code: severity for code, _, severity in table()}
    assert {rule.code: said[rule.code] for rule in all_rules() if rule.severity} == {
        rule.code: rule.severity for rule in all_rules() if rule.severity
    }
    assert not {said[rule.code] for rule in all_rules() if not rule.severity} & set(SEVERITIES)


@pytest.mark.parametrize("rule", all_rules(), ids=CODES)
def test_a_page_names_every_setting_with_its_default(rule):
    page = (ROOT / "docs/flags" / f"{rule.code}.md").read_text()
    for threshold in rule.thresholds:
        assert f"`{threshold.name}`" in page
        assert threshold.reason
