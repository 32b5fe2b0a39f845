"""The portfolio format, without a database."""

import datetime as dt
from decimal import Decimal

import pytest

from procurement.imports.formats.portfolio import parse
from procurement.imports.rows import Ref, Row
from tests.imports.texts import HEAD, WHOLE


def row(text: str, table: str, key: str) -> Row:
    """The one row of this name."""
    return next(each for each in parse("a.yaml", text).rows if (each.ref.table, each.ref.key) == (table, key))


def said(text: str) -> list[str]:
    """The issues of a text."""
    return [str(issue) for issue in parse("a.yaml", text).issues]


def test_a_whole_file_is_read_without_an_issue() -> None:
    parsed = parse("a.yaml", WHOLE)
    assert parsed.issues == ()
    assert all(each.sound for each in parsed.rows)
    assert len(parsed.rows) == 25


def test_a_row_knows_its_file_and_line() -> None:
    found = row(WHOLE, "ledger_entries", "paid")
    assert found.place == "a.yaml:39"
    assert WHOLE.splitlines()[38].lstrip().startswith("- {key: paid")


def test_values_come_typed() -> None:
    found = row(WHOLE, "ledger_entries", "paid").values
    assert (found["amount"], found["effective_on"]) == (Decimal(40), dt.date(2020, 3, 31))
    assert row(WHOLE, "contracts", "A1").values["reference_generated"] is True
    assert row(WHOLE, "organizations", "maker").values["identifiers"] == (("CAGE", "1ABC2"),)


def test_names_become_references() -> None:
    entry = row(WHOLE, "ledger_entries", "paid")
    assert entry.refs["contract"] == Ref("contracts", "A1")
    assert entry.refs["milestone"] == Ref("milestones", "last", within="A1")
    assert row(WHOLE, "status_changes", "lift").refs["revokes"] == Ref("status_changes", "halt", "program shore")


def test_one_key_may_serve_two_subjects() -> None:
    found = [each.ref.within for each in parse("a.yaml", WHOLE).rows if each.ref.key == "said"]
    assert found == ["program shore", "contract A1"]


@pytest.mark.parametrize(
    ("subject", "column"),
    [("program: shore, organization: mod", "speaker_organization"), ("organization: mod", "organization")],
)
def test_an_organization_beside_a_subject_is_the_speaker(subject: str, column: str) -> None:
    text = f"reported_figures: [{{key: k, {subject}, source: notice}}]"
    assert row(text, "reported_figures", "k").refs[column] == Ref("organizations", "mod")


def test_norway_is_a_country_and_a_number_can_be_a_name() -> None:
    found = row("organizations: {no: {name: 2020, country: NO}}", "organizations", "no")
    assert (found.values["name"], found.values["country"]) == ("2020", "NO")


def test_an_empty_value_is_not_given() -> None:
    found = row("organizations: {x: {name: X, country: , local_name: ~, kind: null}}", "organizations", "x")
    assert dict(found.values) == {"name": "X"}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "contracts:\nsources: ~\n"])
def test_an_empty_file_or_section_holds_nothing(text: str) -> None:
    assert parse("a.yaml", text).rows == () == parse("a.yaml", text).issues


REFUSED = [
    ("amount: 9.7", "amount “9.7”", "'9.7' in quotes would be accepted"),
    ("amount: 1e11", "amount “1e11”", "is not a decimal number"),
    ("amount: '9,700'", "amount “9,700”", "'178700000000.00' would be accepted"),
    ("amount: .nan", "amount “.nan”", "in quotes"),
    ("amount: 0x1F", "amount “0x1F”", "is not a decimal number"),
    ("amount: ９７", "amount “９７”", "is not a decimal number"),
    ("amount: [1]", "amount", "must be a single value"),
    ("effective_on: 15 June 2020", "effective_on “15 June 2020”", "2020-06-15 would be accepted"),
    ("effective_on: 2020-02-30", "effective_on “2020-02-30”", "is not a day of the years 1800 to 2999"),
    ("effective_on: 20200615", "effective_on “20200615”", "is not a day of the years 1800 to 2999"),
    ("in_kind: yes", "in_kind “yes”", "neither true nor false"),
    ("amout: 9", "amout “9”", "is an unknown field; accepted: key, source, effective_on"),
    ("note: a, note: b", "note “b”", "is given twice, first on line 4"),
    ("contract: A2", "contract “A2”", "is an unknown field"),
]


@pytest.mark.parametrize(("field", "named", "reason"), REFUSED)
def test_a_bad_field_is_refused_with_its_place_and_what_would_do(field: str, named: str, reason: str) -> None:
    text = f"contracts:\n- key: A1\n  entries:\n  - {{key: e, source: s, {field}}}\n"
    issue = next(each for each in said(text) if "entries" in each)
    assert issue.startswith(f"a.yaml:4: entries “e” of contract “A1” {named}: ")
    assert reason in issue
    assert not row(text, "ledger_entries", "e").sound


SHAPES = [
    ("- a\n- b\n", "a.yaml:1: file: must be a mapping"),
    ("programmes: {}\n", "a.yaml:1: section programmes: is unknown; accepted: organizations, sources, programs"),
    ("contracts: {A1: {}}\n", "a.yaml:1: contracts: must be a list"),
    ("sources: [{title: x}]\n", "a.yaml:1: sources: must be a mapping"),
    ("sources: {a: {title: x}, a: {title: y}}\n", "a.yaml:1: sources a: is given twice, first on line 1"),
    ("contracts:\n- A1\n", "a.yaml:2: contracts “” “A1”: must be a mapping"),
    ("status_changes:\n- {key: '', program: x, source: s}\n", "a.yaml:2: status_changes “” key: is missing"),
    ("status_changes:\n- {key: k, program: x}\n", "a.yaml:2: status_changes “k” source: is missing"),
    ("organizations: {x: {identifiers: 12}}\n", "a.yaml:1: organizations “x” identifiers “12”: must be a list"),
    ("sources:\n  a: {title: 'x}\n", "is not YAML: "),
    ("title: \x00\n", "a.yaml:1: file: is not YAML: the character"),
    ("[" * 5000, "is nested too deeply"),
    ("a: 1\n---\nb: 2\n", "is not YAML: but found another document"),
]


@pytest.mark.parametrize(("text", "issue"), SHAPES)
def test_a_bad_shape_is_refused_with_its_place(text: str, issue: str) -> None:
    assert any(issue in each for each in said(text)), said(text)


def test_a_python_object_in_a_file_is_text_and_never_made() -> None:
    text = "organizations: {x: {name: !!python/object/apply:os.system ['exit 1']}}"
    assert "must be a single value" in said(text)[0]


def test_a_bad_row_leaves_the_rows_around_it() -> None:
    parsed = parse("a.yaml", HEAD + "status_changes:\n- {key: a, program: shore, source: halt, colour: red}\n")
    assert [each.ref.key for each in parsed.rows if not each.sound] == ["a"]
    assert len(parsed.issues) == 1
