"""The figures of a line, and how a group sums them (DESIGN.md section 5). Pure.

A line is one contract's share of one program, or what moved on such a share since the program stopped.
"""

#: Amounts of a contract's stock, in its currency.
STOCK = (
    "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered",
    "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high",
    "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held",
)  # fmt: skip
#: Amounts of what moved after a stop.
SINCE = ("committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain")
#: Every amount, in the order of the answer.
AMOUNTS = (*STOCK, *SINCE)
#: Ends of ranges: a group's is unknown when it is unknown of any contract but one with nothing committed.
ENDS = (
    "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high",
)  # fmt: skip
#: What is known of how much of the committed value -> the condition on a line that it is known.
COVERED = {
    "paid": "line.paid IS NOT NULL",
    "paid_complete": "line.paid_complete",
    "ceiling": "line.ceiling IS NOT NULL",
    "funded": "line.funded IS NOT NULL",
    "delivered": "line.delivered IS NOT NULL",
    "termination_liability": "line.estimated",
    "guarantees_held": "line.guarantees_held IS NOT NULL",
}
#: What else a line says of its contract.
MARKS = ("has_commitment", "paid_complete", "estimated")
#: How old what a line says is: whether its contract's last state is live, the day of the newest fact that shows it
#: alive, its end, through which day and on what ground its payments are known.
AGES = ("live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis")
#: That nobody has spoken of a live contract for so long that it is only presumed to run (DESIGN.md section 4). Worked
#: out when asked and not kept, so that another number of days needs nothing rebuilt.
PRESUMED = (
    "(line.live AND line.confirmed_on + (SELECT days FROM procurement_presumption) <= %(as_of)s::date "
    "AND COALESCE(line.ends_on < %(as_of)s::date, true))"
)
#: What the ages of a line are read from, beside its keys.
AGE_COLUMNS = ("contract_id", "program_id", "is_stock", *AGES, "outstanding")
#: What ages come to in a group of lines.
AGED = {
    "presumed": f"count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND {PRESUMED})",
    "presumed_outstanding": f"sum(line.outstanding) FILTER (WHERE is_stock AND {PRESUMED})",
    "confirmed_earliest": "min(line.confirmed_on) FILTER (WHERE is_stock AND line.live)",
    "confirmed_latest": "max(line.confirmed_on) FILTER (WHERE is_stock AND line.live)",
    "paid_known_earliest": "min(line.paid_known_through) FILTER (WHERE is_stock)",
    "paid_known_latest": "max(line.paid_known_through) FILTER (WHERE is_stock)",
    "paid_bases": "array_agg(DISTINCT line.paid_basis) FILTER (WHERE is_stock AND line.paid_basis <> '')",
}
#: The keys of a line; a program's own are found by its id.
KEYS = (
    "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year",
)  # fmt: skip
#: The next open milestone of a line's contract.
DUE = ("due_on", "due_amount")
#: Beside the program of a line: which programs share its contract, where several do, and whether it is the one line by
#: which the contract is counted.
SHARED = ("companions", "is_first")
