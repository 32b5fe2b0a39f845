"""What the codes of FPDS say about a contract's state, and about the reason of a movement. Pure."""

from dataclasses import dataclass

from procurement.imports.formats.us_contract_actions.actions import Action

#: Codes of terminations and the ground that each gives.
GROUNDS = {"E": "default", "F": "convenience", "X": "default", "N": "legal"}
#: The bare word of a list, which may mean another action of the contract.
BARE = "T"
CLOSE_OUT, EXPIRED = "K", "expired"
#: Codes that end a contract.
ENDS = GROUNDS.keys() | {BARE, CLOSE_OUT}
#: These codes stand for a complete and for a partial termination alike.
DOUBTFUL = frozenset({"E", "F", BARE})

#: How the words of a code begin, for lists that give no codes. The longer of two comes first.
CODES = {
    "TERMINATE FOR CONVENIENCE": "F",
    "TERMINATE FOR DEFAULT": "E",
    "TERMINATE FOR CAUSE": "X",
    "TERMINATED": BARE,
    "LEGAL CONTRACT CANCELLATION": "N",
    "CLOSE OUT": CLOSE_OUT,
    "EXERCISE AN OPTION": "G",
    "FUNDING ONLY ACTION": "C",
    "NOVATION": "J",
    "EXPIRED": EXPIRED,
}
#: Reasons of movements by code; any other code is a modification.
REASONS = {"G": "option", "J": "novation", CLOSE_OUT: "close_out"} | dict.fromkeys(GROUNDS, "termination")


@dataclass(frozen=True)
class State:
    """The state that an action puts its contract in; empty if it says none. `doubt` says why it may say one."""

    status: str = ""
    ground: str = ""
    doubt: str = ""


def code_of(action: Action) -> str:
    """The code of the reason of an action; empty if it has none, as an award has."""
    said = action.text("reason_words").upper()
    return action.text("reason").upper() or next((code for words, code in CODES.items() if said.startswith(words)), "")


def state_after(action: Action) -> State:
    """The state of a contract after an action.

    A termination ends a contract only if it cannot be a partial one, or if the contract's own end shows it.
    """
    code = code_of(action)
    said = action.text("reason_words") or f"code {code}"
    if code == EXPIRED:
        return State(doubt=f"“{said}” is a word of the list and no action; no state is taken")
    if code in ENDS and action.is_award:
        return State(doubt=f"“{said}” stands at the award itself, so a later action is meant; no state is taken")
    if code in ENDS - {CLOSE_OUT}:
        return _terminated(action, code, said)
    if code == CLOSE_OUT:
        return State("completed")
    return State("active") if action.is_award else State()


def _terminated(action: Action, code: str, said: str) -> State:
    ends, signed = action.day("ends"), action.day("signed")
    may_be_partial = code in DOUBTFUL or "PARTIAL" in said.upper()
    if not may_be_partial or (ends and signed and ends <= signed):
        return State("terminated", GROUNDS.get(code, ""))
    shown = f"ends on {ends.isoformat()}, after it" if ends else "has no end here"
    return State(doubt=f"“{said}” may be a partial termination, and the contract {shown}; no state is taken")


def reason_of(action: Action, measure: str) -> str:
    """Why a measure moved."""
    if action.is_award:
        return "award"
    if reason := REASONS.get(code_of(action)):
        return reason
    goes_down = action.movements[measure].plain.startswith("-")
    return "de_obligation" if measure == "funding" and goes_down else "modification"
