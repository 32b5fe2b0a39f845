"""A case as lines of a table, one for each currency: the same columns in the API, in the CSV and on the page."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from procurement.cases.portfolio import Case, Money
from procurement.cases.reported import LEAVING, SAID_OF, Reported
from procurement.common.dating import Dated, Days
from procurement.common.money import as_text
from procurement.flags.models import Severity
from procurement.programs.wording import standing_in_words
from procurement.sources.models import Document

#: Column -> what it says.
COLUMNS = {
    "program": "the program's code",
    "name": "",
    "country": "of the buyer; ISO 3166",
    "domain": "",
    "buyer": "",
    "status": "standing status: the latest decision about the whole",
    "status_since": "first day of the unbroken run of that status",
    "term": "the word of the decision, in its language",
    "stopped_on": "the day the stop began; empty: not stopped",
    "stopped_as": "the status with which the stop began",
    "stopped_by": "the side that stopped it",
    "standing": "status and stop in words, each with its own date",
    "disputed": "the buyer's own side does not agree on the status",
    "disputed_since": "first day of the unbroken dispute",
    "last_said_on": "when somebody on the buyer's side last said otherwise",
    "first_doubt_on": "first decision, statement or act that cast doubt since the program was last sound",
    "notified_on": "the other side of a contract was told",
    "contract_act_on": "first act on a contract since the program was last sound, perhaps before the stop",
    "days_doubt_to_act": "days from the first doubt to the contract act; a range if a date is coarse",
    "currency": "of the amounts that follow; ISO 4217",
    "contracts": "how many belong to it",
    "presumed": "how many of these are only presumed to still run: no fact has confirmed them for two years",
    "committed_at_stop": "committed on the day the stop began",
    "paid_at_stop": "paid by that day; empty: unknown",
    "committed": "",
    "paid": "empty: unknown",
    "paid_known_through": "the day through which payments are known: the earliest and the latest over the contracts",
    "outstanding": "committed but not paid, for contracts whose payments are known and that have not ended",
    "unaccounted": "committed, but it is not on record here whether it was paid",
    "estimate_low": "the latest estimates of the cost of terminating; empty: none, or open",
    "estimate_high": "",
    "exit_paid": "what leaving has cost so far: compensation, and payments as settlement or for termination",
    "reported_committed": "reported amounts under contract, and prices",
    "reported_paid": "reported payments",
    "spent": "reported spending on the program",
    "reported_estimate": "reported cost of terminating, expected or actual",
    "reported_exit": "reported settlements",
    "reported_total": "reported total cost of the program, and its budgets",
    "withheld": "figures that are said to exist but to be secret",
    "reported": "reported cost of leaving, expected or actual: estimates, settlements, claims",
    "flags_high": "unresolved flags, now",
    "flags_medium": "",
    "flags_low": "",
    "decision_source": "where the standing decision is recorded",
}
AMOUNTS = (
    "committed_at_stop", "paid_at_stop", "committed", "paid", "outstanding", "unaccounted", "estimate_low",
    "estimate_high", "exit_paid",
)  # fmt: skip
DATES = (
    "status_since", "stopped_on", "disputed_since", "last_said_on", "first_doubt_on", "notified_on", "contract_act_on",
)  # fmt: skip
SPANS = ("days_doubt_to_act",)
AGES = ("paid_known_through",)
FIGURES = (*SAID_OF, "withheld")
NO_MONEY = Money("", 0, None, None, None, None, None)
#: Columns about a program as a whole appear only in its first line, so that columns add up.
FLAGS = tuple(f"flags_{severity}" for severity in reversed(Severity.values))
ONCE = dict.fromkeys((*FIGURES, "reported", *FLAGS))


def lines(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """The lines of some cases: amounts as decimal strings, dates with their precision, what is unknown as None."""
    kept = list(cases)
    urls = _urls(kept)
    for case in kept:
        head, tail = _head(case), _tail(case, urls)
        for place, money in enumerate(case.money or (NO_MONEY,)):
            row = head | _amounts(money) | tail
            yield row if place == 0 else row | ONCE


def answered(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as JSON has it: a date as {on, precision}, days as a number or {low, high}, figures as a list."""
    return {**row, **{name: row[name].parts() if row[name] else None for name in (*DATES, *SPANS)}}


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as a file has it: each part in a column of its own, figures in words."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in DATES:
            found |= {name: value and value.on, f"{name}_precision": value and value.precision}
        elif name in SPANS:
            found |= _span(name, value)
        elif name in AGES:
            found |= {f"{name}_{end}": value and value[end] for end in ("earliest", "latest")}
        elif name in FIGURES:
            found[name] = "; ".join(figure["text"] for figure in value or ()) or None
        else:
            found[name] = value
    return found


def flat_columns() -> list[str]:
    """The head of a file."""
    parts = {name: [name, f"{name}_precision"] for name in DATES}
    parts |= {name: [name, f"{name}_low", f"{name}_high"] for name in SPANS}
    parts |= {name: [f"{name}_earliest", f"{name}_latest"] for name in AGES}
    return [each for name in COLUMNS for each in parts.get(name, [name])]


def _span(name: str, days: Days | None) -> dict[str, int | None]:
    low, high = (days.low, days.high) if days else (None, None)
    return {name: low if low == high else None, f"{name}_low": low, f"{name}_high": high}


def _urls(cases: Iterable[Case]) -> Mapping[int, str]:
    said = {figure.source_id for case in cases for figure in case.reported}
    decided = {case.standing.decision.source_id for case in cases if case.standing.decision}
    return dict(Document.everything.filter(pk__in=said | decided).values_list("pk", "url"))


def _head(case: Case) -> dict[str, Any]:
    program = case.program
    return {
        "program": program.code,
        "name": program.name,
        "country": program.country,
        "domain": program.domain,
        "buyer": program.buyer.name if program.buyer else None,
        **_standing(case),
        **_lag(case),
    }


def _standing(case: Case) -> dict[str, Any]:
    standing = case.standing
    return {
        "status": standing.status,
        "status_since": standing.began.dated if standing.began else None,
        "term": standing.decision.term if standing.decision else None,
        "stopped_on": standing.stop.by.dated if standing.stop else None,
        "stopped_as": standing.stopped_as,
        "stopped_by": standing.stopped_by,
        "standing": standing_in_words(standing),
        "disputed": standing.disputed,
        "disputed_since": standing.dispute_began,
        "last_said_on": standing.last_said,
    }


def _lag(case: Case) -> dict[str, Dated | Days | None]:
    lag = case.lag
    return {
        "first_doubt_on": lag.first_doubt.dated if lag and lag.first_doubt else None,
        "notified_on": lag.notified if lag else None,
        "contract_act_on": lag.contract_act.dated if lag and lag.contract_act else None,
        "days_doubt_to_act": lag.doubt_to_act if lag else None,
    }


def _amounts(money: Money) -> dict[str, Any]:
    named = {
        "committed_at_stop": money.committed_at_stop,
        "paid_at_stop": money.paid_at_stop,
        "committed": money.committed,
        "paid": money.paid,
        "outstanding": money.outstanding,
        "unaccounted": money.unaccounted,
        "estimate_low": money.liability_low,
        "estimate_high": money.liability_high,
        "exit_paid": money.exit_paid,
    }
    counts: dict[str, Any] = {"contracts": money.contracts, "presumed": money.presumed}
    shown = {name: as_text(amount, money.currency) for name, amount in named.items()}
    found = {"currency": money.currency or None} | counts | shown | {"paid_known_through": _age(money)}
    return {name: found[name] for name in COLUMNS if name in found}


def _age(money: Money) -> dict[str, dt.date] | None:
    days = money.paid_known_through
    return None if days is None else {"earliest": days[0], "latest": days[1]}


def _tail(case: Case, urls: Mapping[int, str]) -> dict[str, Any]:
    decision = case.standing.decision
    leaving = [figure.in_words(urls) for figure in case.reported if figure.measure in LEAVING]
    return {
        **{name: _told(case.reported, measures, urls) for name, measures in SAID_OF.items()},
        "withheld": [figure.as_dict(urls) for figure in case.reported if figure.withheld],
        "reported": "; ".join(leaving) or None,
        **{f"flags_{severity}": case.flags.get(severity, 0) for severity in reversed(Severity.values)},
        "decision_source": urls.get(decision.source_id or 0) if decision else None,
    }


def _told(figures: Iterable[Reported], measures: Iterable[str], urls: Mapping[int, str]) -> list[dict[str, Any]]:
    return [figure.as_dict(urls) for figure in figures if figure.measure in measures and not figure.withheld]
