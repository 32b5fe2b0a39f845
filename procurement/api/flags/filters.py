"""The filters of flags, stored ones and those of a backtest."""

from collections.abc import Mapping

from procurement.api.flags.shapes import WOULD_BE_OPEN
from procurement.api.http import filtering
from procurement.api.http.filtering import Filter
from procurement.contracts.models import Contract
from procurement.flags.models import Flag, Severity
from procurement.flags.rules import all_rules


def rule_codes() -> list[str]:
    """The codes of all rules."""
    return [rule.code for rule in all_rules()]


#: Filters of stored flags.
FILTERS: Mapping[str, Filter] = {
    "rule": filtering.OneOf("rule", words=rule_codes),
    "program": filtering.Code("program", nullable=True),
    "contract": filtering.Id("contract", nullable=True),
    "state": filtering.Word("state", choices=Flag.State),
    "severity": filtering.Word("severity", choices=Severity),
    "owner": filtering.Stored("owner"),
    "outstanding": filtering.Amount("outstanding", nullable=True),
    "currency": filtering.Currency("currency"),
    "condition_since": filtering.Day("condition_since"),
    "opened_at": filtering.Moment("opened_at"),
    "accepted_until": filtering.Day("accepted_until", nullable=True),
}
#: Those of a backtest beside programs; it knows states of its own.
OF_BACKTESTS: Mapping[str, Filter] = {
    "rule": FILTERS["rule"],
    "contract": filtering.Id("contract", of=Contract),
    "severity": FILTERS["severity"],
    "state": filtering.OneOf("state", words=lambda: [WOULD_BE_OPEN, *Flag.State.values]),
}
