"""A program is suspended, and a contract of it lives on."""

from decimal import Decimal
from functools import partial

from procurement.flags.facts import ProgramFacts
from procurement.flags.live_contracts import LiveContract, findings
from procurement.flags.rule import HIGH, LOW, MEDIUM, Days, Finding, Limits, Money, Rule, raised

CODE = "suspended-program-active-contract"

LARGE = Money(
    "large",
    {
        "JPY": Decimal(1_000_000_000),
        "USD": Decimal(10_000_000),
        "EUR": Decimal(10_000_000),
        "GBP": Decimal(10_000_000),
    },
    reason="about where a contract is reported to a parliament or congress one by one; high from the first day",
)
SMALL = Money(
    "small",
    {"JPY": Decimal(100_000_000), "USD": Decimal(1_000_000), "EUR": Decimal(1_000_000), "GBP": Decimal(1_000_000)},
    reason="a tenth of large: below it a contract is listed, and does not press before the stop has lasted",
)
RISES = Days("rises", 90, reason="where stop-work clauses force a decision (FAR 52.242-15), so that none is news")
RISES_AGAIN = Days("rises_again", 365, reason="a budget year has passed without a decision")


def severity(live: LiveContract, limits: Limits) -> str:
    """By what is at stake, one step up at each of the two ages of the stop."""
    ages = (limits.days(RISES), limits.days(RISES_AGAIN))
    return raised(by_money(live, limits), sum(live.days_stopped >= age for age in ages))


def by_money(live: LiveContract, limits: Limits) -> str:
    """By what is at stake alone. What cannot be weighed (no value, no threshold in its currency) is not small."""
    large, small = (limits.money(threshold, live.value.currency) for threshold in (LARGE, SMALL))
    if live.at_stake is None or large is None or small is None:
        return MEDIUM
    if live.at_stake >= large:
        return HIGH
    return MEDIUM if live.at_stake >= small else LOW


def find(facts: ProgramFacts, limits: Limits) -> list[Finding]:
    """Every live contract of a suspended program with something left under it, or with no value known."""
    return findings(facts, CODE, "suspended", partial(severity, limits=limits))


RULE = Rule(CODE, "Contract lives on under a suspended program", find, (LARGE, SMALL, RISES, RISES_AGAIN))
