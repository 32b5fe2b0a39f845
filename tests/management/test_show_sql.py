"""The statements that are run can be read whole, and a change of one shows in a copy beside the tests."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from procurement.flags.rules import all_rules
from procurement.management.commands.show_sql import copies, shown_areas

TESTS = Path(__file__).parents[1]


def shown(*options: str) -> str:
    out = StringIO()
    call_command("show_sql", *options, stdout=out)
    return out.getvalue()


def test_every_statement_is_as_its_copy_says():
    changed = [path.name for path, text in copies(TESTS) if not path.exists() or path.read_text() != text]
    assert changed == [], "read the difference after: manage.py show_sql --write tests"


def test_no_copy_is_of_a_statement_that_is_gone():
    known = {path for path, _ in copies(TESTS)}
    found = {path for area in shown_areas() for path in (TESTS / area / "statements").glob("*.sql")}
    assert found == known


def test_the_copies_are_renewed_by_one_command(tmp_path):
    for area in shown_areas():
        (tmp_path / area).mkdir()
    shown("--write", str(tmp_path))
    assert [path.read_text() for path, _ in copies(tmp_path)] == [text for _, text in copies(TESTS)]


def test_one_rule_is_shown_whole():
    text = shown("flags", "disputed-status")
    assert text.startswith("WITH")
    assert "'disputed-status'::text AS rule" in text
    assert "{" not in text.replace("'{", "")


@pytest.mark.parametrize("read", ["ledger", "named", "kept"])
def test_all_rules_are_shown_however_they_are_read(read):
    text = shown("flags", "--read", read, "--everything", "--give", "differing")
    assert all(f"'{rule.code}'::text AS rule" in text for rule in all_rules())


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "name an area; accepted: .*flags"), (("flags", "no-such-rule"), "unknown: no-such-rule; accepted: ")],
)
def test_bad_input_is_refused(options, said):
    with pytest.raises(CommandError, match=said):
        shown(*options)
