"""A case as lines of a table, one for each currency: the same columns in the API, in the CSV and on the page."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from procurement.cases.portfolio import Case, Money, Said
from procurement.common.money import as_text
from procurement.flags.models import Severity
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
    "stopped_by": "the side that stopped it",
    "disputed": "the buyer's own side does not agree on the status",
    "first_doubt_on": "somebody first decided or said that it is reviewed, suspended, reduced or cancelled",
    "notified_on": "the other side of a contract was told",
    "contract_act_on": "first act on a contract since the stop",
    "days_doubt_to_act": "from the first doubt to the contract act",
    "currency": "of the amounts that follow; ISO 4217",
    "contracts": "how many belong to it",
    "committed_at_stop": "committed on the day the stop began",
    "paid_at_stop": "paid by that day; empty: unknown",
    "committed": "",
    "paid": "empty: unknown",
    "outstanding": "committed and not paid, of contracts whose payments are known and that have not ended",
    "unaccounted": "committed, and nobody says whether paid",
    "estimate_low": "the latest estimates of what terminating would cost; empty: none, or open",
    "estimate_high": "",
    "exit_paid": "what leaving did cost so far: compensation, and payments as settlement or for termination",
    "reported": "what was said that leaving costs or cost: estimates, settlements, claims",
    "flags_high": "unresolved flags, now",
    "flags_medium": "",
    "flags_low": "",
    "decision_source": "where the standing decision is recorded",
}
NO_MONEY = Money("", 0, None, None, None, None, None)


def lines(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """The lines of some cases: amounts as decimal strings, what is unknown as None. One query."""
    kept = list(cases)
    urls = _urls(kept)
    for case in kept:
        head, tail = _head(case), _tail(case, urls)
        for place, money in enumerate(case.money or (NO_MONEY,)):
            row = head | _amounts(money) | tail
            # what is said once of a program stands in its first line, so that columns add up
            yield row if place == 0 else row | dict.fromkeys(("reported", *_flag_columns()), None)


def _urls(cases: Iterable[Case]) -> Mapping[int, str]:
    said = {said.source_id for case in cases for said in case.said}
    decided = {case.standing.decision.source_id for case in cases if case.standing.decision}
    return dict(Document.objects.filter(pk__in=said | decided).values_list("pk", "url"))


def _head(case: Case) -> dict[str, Any]:
    standing, lag, program = case.standing, case.lag, case.program
    acted, doubted = (lag.contract_act, lag.first_doubt) if lag else (None, None)
    return {
        "program": program.code,
        "name": program.name,
        "country": program.country,
        "domain": program.domain,
        "buyer": program.buyer.name if program.buyer else None,
        "status": standing.status,
        "status_since": standing.since,
        "term": standing.decision.term if standing.decision else None,
        "stopped_on": standing.stopped_on,
        "stopped_by": standing.stopped_by,
        "disputed": standing.disputed,
        "first_doubt_on": doubted,
        "notified_on": lag.other_side_notified if lag else None,
        "contract_act_on": acted,
        "days_doubt_to_act": (acted - doubted).days if acted and doubted else None,
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
    shown = {name: as_text(amount, money.currency) for name, amount in named.items()}
    return {"currency": money.currency or None, "contracts": money.contracts} | shown


def _flag_columns() -> list[str]:
    return [f"flags_{severity}" for severity in reversed(Severity.values)]


def _tail(case: Case, urls: Mapping[int, str]) -> dict[str, Any]:
    decision = case.standing.decision
    counts = {f"flags_{severity}": case.flags.get(severity, 0) for severity in reversed(Severity.values)}
    return {
        "reported": "; ".join(in_words(said, urls) for said in case.said) or None,
        **counts,
        "decision_source": urls.get(decision.source_id or 0) if decision else None,
    }


def in_words(said: Said, urls: Mapping[int, str]) -> str:
    """One reported figure: termination cost 450000000.00 to 680000000.00 USD (scope), speaker, 2004-02-23, address."""
    amount = _range(said.low, said.high, said.currency)
    scope = f" ({said.scope})" if said.scope else ""
    parts = (f"{said.measure.replace('_', ' ')} {amount} {said.currency}{scope}", said.speaker, f"{said.as_of}")
    return ", ".join(part for part in (*parts, urls.get(said.source_id, "")) if part)


def _range(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    if low == high:
        return as_text(low, currency) or ""
    ends = (as_text(low, currency), as_text(high, currency))
    if low is None or high is None:
        return f"at most {ends[1]}" if low is None else f"at least {ends[0]}"
    return f"{ends[0]} to {ends[1]}"
