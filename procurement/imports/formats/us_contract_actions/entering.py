"""Turning the actions of a portion into rows: each contract once, and the facts of each action. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from procurement.imports.formats.us_contract_actions.actions import Action
from procurement.imports.formats.us_contract_actions.cells import day_fault
from procurement.imports.formats.us_contract_actions.describing import Contract
from procurement.imports.formats.us_contract_actions.parties import buyer_of, supplier_of
from procurement.imports.formats.us_contract_actions.states import reason_of, state_after
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Ref

#: The addresses that USAspending.gov keeps of awards, and FPDS of single actions, and what lies there. What a list says
#: of such a record is a copy by somebody else, hence its grade.
AWARDS = "https://www.usaspending.gov/award/"
OF_AN_AWARD = {"publisher": "USAspending.gov", "language": "en", "grade": "primary"}
RECORDS = "https://www.fpds.gov/ezsearch/jsp/viewLinkController.jsp?"
OF_A_RECORD = {"publisher": "FPDS", "language": "en", "grade": "secondary"}
Add = Callable[[str, str, Mapping[str, Cell]], None]


class Entering:
    """One file being entered."""

    def __init__(self, reading: Reading, options: Mapping[str, Any]) -> None:
        self.reading, self.programs = reading, options["programs"]
        self.has_cut_names = False

    def entered(self, portion: Sequence[Action | Ref]) -> Sequence[Action | Ref]:
        """A portion, of which the actions have been entered."""
        self.enter([each for each in portion if isinstance(each, Action)])
        return portion

    def enter(self, actions: Sequence[Action]) -> None:
        """Add the rows of the actions of a portion."""
        by_contract: dict[str, list[Action]] = {}
        first: dict[tuple[str, str], Action] = {}
        for action in actions:
            if reason := fault(action) or repetition(action, first.setdefault((action.award_key, action.key), action)):
                self._refuse(action, reason)
            else:
                by_contract.setdefault(action.award_key, []).append(action)
        for key, of_contract in by_contract.items():
            self._enter_contract(Contract(key, of_contract))

    def _refuse(self, action: Action, reason: str) -> None:
        key = action.text("piid") or action.text("listed_id") or action.record
        self.reading.refuse(Ref("ledger_entries", key, action.record), action.line, reason, record=action.record)

    def _enter_contract(self, contract: Contract) -> None:
        contract.remark_on(self.reading)
        described = contract.latest
        source = self._source(described)
        ref = self.reading.row(
            Ref("contracts", contract.key),
            {**contract.cells(), "buyer": buyer_of(self.reading, contract.origin), "source": source},
            line=described.line,
            label=contract.label,
            record=described.record,
        )
        for action in contract.actions:
            before = len(self.reading.rows)
            self._enter_facts(action, ref)
            if len(self.reading.rows) == before and action is not described:
                self._refuse(action, "says nothing to store: no supplier, no state and no amount other than zero")

    def _enter_facts(self, action: Action, contract: Ref) -> None:
        source = self._source(action)

        def add(table: str, name: str, cells: Mapping[str, Cell]) -> None:
            ref = Ref(table, f"{action.key}:{name}", contract.key)
            label = f"{table} “{name}” of {action.label}"
            dated: dict[str, Cell] = {
                "from" if table == "allocations" else "effective_on": action.signed,
                "source": source,
            }
            self.reading.row(ref, {**dated, **cells}, line=action.line, label=label, record=action.record)

        if supplier := supplier_of(self.reading, action):
            self._remark_on_cut_name(action)
            add("contract_parties", "supplier", {"organization": supplier, "role": said("lead_supplier", action)})
        self._enter_state(action, add)
        self._enter_program(action, add)
        for measure in action.movements:
            add("ledger_entries", measure, movement(action, measure))

    def _remark_on_cut_name(self, action: Action) -> None:
        """Remark once in a file that names of suppliers may be cut."""
        end = action.layout.kind.names_end_at
        if end and not self.has_cut_names and len(action.text("supplier")) == end:
            self.has_cut_names = True
            text = f"may be cut, as may other names of {end} characters: this layout ends them there"
            self.reading.remark("name-cut", action.line, action.label, text, cell=action.given("supplier"))

    def _enter_state(self, action: Action, add: Add) -> None:
        state = state_after(action)
        if state.doubt:
            self.reading.remark("doubtful-state", action.line, action.label, state.doubt)
        if state.status:
            note = action.note if action.is_award else action.in_words
            cells = {"status": said(state.status, action), "note": said(note, action)}
            # the bare word of a list does not take back the ground that another file gives
            name = "state" if state.ground or state.status != "terminated" else "termination"
            add("contract_status_changes", name, {**cells, "termination_kind": said(state.ground, action)})

    def _enter_program(self, action: Action, add: Add) -> None:
        code = action.system
        if not code:
            return
        if program := self.programs.get(code):
            ref = self.reading.row(Ref("programs", program), {}, line=action.line, record=action.record)
            add("allocations", "program", {"program": ref})
        else:
            name = f"{code} ({words})" if (words := action.text("system_words")) else code
            text = (
                f"system {name} is allocated to no program; the option programs would do so: {code}=CODE-OF-A-PROGRAM"
            )
            self.reading.remark("unknown-system", action.line, action.label, text, cell=action.given("system"))

    def _source(self, action: Action) -> Ref:
        """The document of an action: the one at its own address, else that of the kind of file."""
        link = action.text("link")
        if link.startswith(AWARDS) and " " not in link:
            return self._document(link, action, {**OF_AN_AWARD, "title": f"Award {action.award_key}", "url": link})
        if link.startswith(RECORDS) and " " not in link:
            return self._document(link, action, {**OF_A_RECORD, "title": f"FPDS: {action.label}", "url": link})
        return self._document(action.layout.kind.name, action, action.layout.kind.document)

    def _document(self, key: str, action: Action, cells: Mapping[str, str]) -> Ref:
        ref = Ref("documents", key)
        if ref in self.reading.described:
            return ref
        given = {name: said(text, action, name) for name, text in cells.items()}
        return self.reading.row(ref, given, line=action.line, record=action.record)


def said(text: str, action: Action, name: str = "") -> Given:
    """A value that follows from a line, for a row."""
    return Given(name, text, action.line)


def movement(action: Action, measure: str) -> dict[str, Cell]:
    """The cells of a ledger entry. The potential end belongs to the ceiling, which no other field of ours holds."""
    may_end = (
        f"; all options end on {day.isoformat()}" if measure == "ceiling" and (day := action.day("may_end")) else ""
    )
    return {
        "measure": said(measure, action),
        "amount": action.movements[measure],
        "reason": said(reason_of(action, measure), action),
        "note": said(f"{action.note}{may_end}", action),
    }


def fault(action: Action) -> str:
    """Why an action cannot be entered; empty if it can."""
    if "Unavailable" in (action.text("listed_id"), action.text("supplier")) and not action.text("piid"):
        return "is withheld by the list (“Unavailable”); the FPDS record of an action would be accepted"
    if action.text("deleted").upper().startswith("D"):
        return "takes an action back; reverse its facts, a line that is not marked D would be accepted"
    if action.text("state").lower().startswith(("inactive", "delet")):
        return f"has the transaction status “{action.text('state')[:40]}”; active would be accepted"
    wanted = {"piid": "the contract's number (PIID)", "buyer_code": "the agency", "signed": "the day of the action"}
    if missing := [what for name, what in wanted.items() if not action.text(name)]:
        return f"lacks {' and '.join(missing)}; a line with {'it' if len(missing) == 1 else 'them'} would be accepted"
    if not action.signed.plain:
        return f"is of “{action.signed.text[:40]}”, which {day_fault(action.signed.text)}"
    return ""


def repetition(action: Action, first: Action) -> str:
    """What is wrong with a second line about one action; nothing with the first."""
    if action is first:
        return ""
    if action.says == first.says:
        return f"repeats the action on line {first.line}, which is taken"
    return (
        f"says otherwise of the action on line {first.line}, which is taken; one line for each action would be accepted"
    )
