"""The buyer's own side does not agree on what the program's status is."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from procurement.flags.facts import ONE_DAY, ProgramFacts
from procurement.flags.rule import MEDIUM, Finding, Limits, Rule
from procurement.flags.wording import in_words, iso, listed
from procurement.programs.standing import POSITION_DAYS, Said, standing

CODE = "disputed-status"


def disputed_since(said: Sequence[Said], day: dt.date) -> dt.date:
    """The first day of the unbroken dispute that runs on the day.

    A dispute can only begin or end on a day on which somebody spoke or decided, or on which a position lapsed.
    """
    lapse = dt.timedelta(days=POSITION_DAYS) + ONE_DAY
    turns = {s.effective_on for s in said} | {s.effective_on + lapse for s in said if s.kind == "statement"}
    since = day
    for turn in sorted((turn for turn in turns if turn <= day), reverse=True):
        if not standing(said, turn).disputed:
            break
        since = turn
    return since


def find(facts: ProgramFacts, _limits: Limits) -> list[Finding]:
    """The program, when a buyer-side position differs from its standing status."""
    if not facts.standing.disputed:
        return []
    return [
        Finding(
            rule=CODE,
            program_id=facts.id,
            contract_id=None,
            severity=MEDIUM,
            condition_since=disputed_since(facts.said, facts.as_of),
            summary=summary(facts),
            evidence=evidence(facts),
        )
    ]


def summary(facts: ProgramFacts) -> str:
    """One sentence: the standing status, and what others on the buyer's side say it is."""
    status = facts.standing.status
    return (
        f"{facts.name} is {in_words(status)} since {iso(facts.standing.since)} by decision; "
        f"on the buyer's side it is also said to be {' and '.join(map(in_words, differing(facts)))}"
    )


def differing(facts: ProgramFacts) -> list[str]:
    """The other statuses that the buyer's side gives the program since the standing decision."""
    decision = facts.standing.decision
    since = [p for p in facts.standing.positions if decision is not None and p.order > decision.order]
    return sorted({p.status for p in since if p.side == "buyer"} - {facts.standing.status or ""})


def evidence(facts: ProgramFacts) -> dict[str, Any]:
    """The standing decision and the positions of all sides, side by side."""
    standing_now = facts.standing
    said = [s for s in (standing_now.decision, *standing_now.positions) if s is not None]
    return {
        "as_of": iso(facts.as_of),
        "status": standing_now.status,
        "status_since": iso(standing_now.since),
        "decision": position(standing_now.decision) if standing_now.decision else None,
        "positions": [position(each) for each in standing_now.positions],
        "sources": listed(s.source_id for s in said),
    }


def position(said: Said) -> dict[str, Any]:
    """What one speaker said, in which words."""
    return {
        "id": said.id,
        "kind": said.kind,
        "speaker": said.speaker,
        "role": said.role,
        "organization": said.organization,
        "side": said.side,
        "status": said.status,
        "term": said.term,
        "quotation": said.quotation,
        "effective_on": iso(said.effective_on),
        "source": said.source_id,
    }


RULE = Rule(CODE, "Status disputed on the buyer's own side", find)
