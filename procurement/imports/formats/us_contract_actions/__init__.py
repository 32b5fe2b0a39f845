"""US contract actions, as USAspending.gov and lists joined with FPDS publish them: a line is one action of a contract.

docs/formats/us_contract_actions.md says what becomes of every column. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from procurement.imports.files.tabular import OPTIONS, Line, lines
from procurement.imports.format import File, Format
from procurement.imports.formats.us_contract_actions.actions import MEASURES, Action
from procurement.imports.formats.us_contract_actions.entering import Entering
from procurement.imports.formats.us_contract_actions.layouts import Layout
from procurement.imports.formats.us_contract_actions.programs import PROGRAMS
from procurement.imports.formats.us_contract_actions.recognising import ACCEPTED, layout_of, recognises
from procurement.imports.reading import PORTION, Reading
from procurement.imports.rows import BadFile, Parsed, Ref

#: What is said of a table in no layout.
NO_TABLE = f"has none of the layouts of this format; headings among which are these would be accepted: {ACCEPTED}"
#: What a line becomes: an action, or the name of a refused row.
Read = Action | Ref


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The actions of a file, in portions. Raises BadFile."""
    reading = Reading(file.name)
    found = lines(file, encoding=options["encoding"], delimiter=options["delimiter"])
    yield from reading.portions(_entered(Entering(reading, options), _actions(reading, found)))


def _entered(entering: Entering, actions: Iterable[Read]) -> Iterator[Read]:
    """What was read, a portion at a time, once its actions are entered: a contract is described by all of them."""
    portion: list[Read] = []
    broken: BadFile | None = None
    try:
        for action in actions:
            portion.append(action)
            if len(portion) == PORTION:
                yield from entering.entered(portion)
                portion = []
    except BadFile as error:
        broken = error
    yield from entering.entered(portion)
    if broken:
        raise broken


def _actions(reading: Reading, found: Iterable[Line]) -> Iterator[Read]:
    """The actions of every table in a file. Raises BadFile where it holds no table of a known layout."""
    layouts: dict[str, Layout | None] = {}
    for line in found:
        if line.sheet not in layouts:
            layout = layouts[line.sheet] = _begun(reading, line)
            if layout and layout.is_headed:
                continue
        if layout := layouts[line.sheet]:
            yield _action(reading, line, layout)
    if layouts and not any(layouts.values()):
        raise BadFile(1, NO_TABLE)


def _begun(reading: Reading, line: Line) -> Layout | None:
    """The layout of a table by its first line; None, with a remark, for another table in an archive."""
    layout = layout_of(line.cells)
    if layout is None:
        reading.remark("other-table", line.number, line.sheet or "file", f"is left out: it {NO_TABLE}")
    elif missing := layout.missing(MEASURES):
        text = f"has no column {', '.join(missing)}: nothing is known of these amounts"
        reading.remark("missing-column", line.number, line.sheet or "file", text)
    return layout


def _action(reading: Reading, line: Line, layout: Layout) -> Read:
    """One line; it is refused where its cells cannot be told apart."""
    width = len(layout.headings)
    if len(line.cells) < width or any(map(str.strip, line.cells[width:])):
        record = f"{line.sheet}:{line.number}"
        reason = f"has {len(line.cells)} cells instead of {width}; is a comma or a quotation mark not quoted?"
        return reading.refuse(Ref("ledger_entries", record, record), line.number, reason, record=record)
    return Action(layout, line.number, line.cells[:width], line.sheet)


FORMAT = Format(
    "us_contract_actions",
    "US contract actions of USAspending.gov and FPDS (CSV)",
    (".csv", ".csv.gz", ".zip"),
    read,
    options=(PROGRAMS, *OPTIONS),
    recognises=recognises,
    self_contained=True,
)
