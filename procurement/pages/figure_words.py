"""What each figure sums, in a sentence (DESIGN.md section 5)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from procurement.common.words import Label

FORMULA_WORDS: Mapping[str, Label] = {
    "ceiling": _("What the contracts may come to at most, with all options: the sum of the ceilings."),
    "committed": _(
        "What the buyer is legally bound to pay: the sum of the commitments, with what was added and taken off."
    ),
    "funded": _("Money made available for the contracts: the sum of the funding."),
    "paid": _("Payments under the contracts, less refunds."),
    "paid_uncommitted": _(
        "Payments less refunds of contracts of which no commitment is on record. It is a part of what was paid."
    ),
    "outstanding": _(
        "Commitments less what was paid (payments less refunds), of contracts of which payments are on record and that "
        "go on or were closed."
    ),
    "unaccounted": _(
        "Commitments of contracts of which no payment is on record; and of contracts that ended without a closing "
        "entry, commitments less what was paid."
    ),
    "delivered": _("The value of what was delivered and accepted, less what was returned."),
    "payable_now": _("Of each contract, what was delivered beyond what was paid; nothing where more was paid."),
    "advance_at_risk": _(
        "Of each contract, what was paid beyond what was delivered; nothing where more was delivered."
    ),
    "exit_paid": _(
        "What leaving cost: compensation, and payments made as a settlement or for termination. What the buyer "
        "received counts less."
    ),
    "guarantees_held": _(
        "Of each contract and kind of guarantee, what was given and has not lapsed, less what was called or released."
    ),
    "committed_since": _("Commitments that took effect after the stop began."),
    "paid_since": _("Payments less refunds after the stop began."),
    "paid_since_rehomed": _(
        "Payments less refunds after the stop began, of the share of contracts that the program no longer has."
    ),
    "paid_since_uncertain": _(
        "Payments less refunds of which it is only known by which day they were made: that day is after the stop "
        "began, the payment may have been before."
    ),
}
