"""The figures of a line, and how a group sums them (DESIGN.md section 5). Pure.

A line is one contract's share of one program, or what moved on such a share since the program stopped.
"""

#: Amounts of a contract's stock, in its currency.
STOCK = (
    "ceiling", "committed", "funded", "paid", "outstanding", "unaccounted", "delivered", "payable_now",
    "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low",
    "avoidable_high", "exit_paid", "guarantees_held",
)  # fmt: skip
#: Amounts of what moved after a stop.
SINCE = ("committed_since", "paid_since", "paid_since_rehomed")
#: Every amount, in the order of the answer.
AMOUNTS = (*STOCK, *SINCE)
#: Always a number: nothing in view means nothing committed.
ALWAYS = frozenset({"committed", "unaccounted"})
#: Ends of ranges: a group's is unknown when it is unknown of any contract with something committed.
ENDS = (
    "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high",
)  # fmt: skip
#: What is known of how much of the committed value -> the condition on a line.
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
#: The keys of a line; a program's own are found by its id.
KEYS = (
    "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year",
)  # fmt: skip
#: The next open milestone of a line's contract.
DUE = ("due_on", "due_amount")
#: Amounts that can be unknown: of these a sum says too of how many lines it is known.
NULLABLE = tuple(name for name in AMOUNTS if name not in ALWAYS)
#: Beside the program of a line: which programs share its contract, where several do, and whether it is the one line by
#: which the contract is counted.
SHARED = ("companions", "is_first")
