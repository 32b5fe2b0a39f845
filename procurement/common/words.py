"""Codes in the words of the active language: the statuses, measures, sides and kinds of DESIGN.md sections 3 to 6."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.common.texts import in_words

#: A text that is translated when it is shown.
Label = str | Promise

PROGRAM_STATUS: Mapping[str, Label] = {
    "planned": _("planned"),
    "approved": _("approved"),
    "active": pgettext_lazy("status", "active"),
    "under_review": _("under review"),
    "suspended": _("suspended"),
    "reduced": _("reduced"),
    "cancelled": _("cancelled"),
    "completed": _("completed"),
}
CONTRACT_STATUS: Mapping[str, Label] = {
    "pending": _("pending"),
    "active": pgettext_lazy("status", "active"),
    "stop_work": _("under a stop-work order"),
    "suspended": _("suspended"),
    "partially_terminated": _("partially terminated"),
    "terminated": _("terminated"),
    "completed": _("completed"),
    "cancelled_before_signature": _("cancelled before signature"),
}
MEASURE: Mapping[str, Label] = {
    "ceiling": _("ceiling"),
    "commitment": _("commitment"),
    "funding": _("funding"),
    "delivery": _("delivery"),
    "payment": _("payment"),
    "refund": _("refund"),
    "compensation": _("compensation"),
}
FIGURE: Mapping[str, Label] = {
    "ceiling": _("ceiling"),
    "funded": _("funded"),
    "committed": _("committed"),
    "paid": _("paid"),
    "paid_uncommitted": _("paid without a known commitment"),
    "outstanding": _("outstanding"),
    "unaccounted": _("unaccounted"),
    "delivered": _("delivered"),
    "payable_now": _("payable now"),
    "advance_at_risk": _("advance at risk"),
    "termination_liability": _("termination liability"),
    "exit_exposure": _("cost of leaving"),
    "avoidable": _("avoidable"),
    "exit_paid": _("paid for leaving"),
    "guarantees_held": _("guarantees held"),
    "committed_since": _("committed since the stop"),
    "paid_since": _("paid since the stop"),
    "paid_since_rehomed": _("of it on contracts that have moved to another program"),
    "paid_since_uncertain": _("of it perhaps before the stop"),
    "next_due": _("next due"),
}
REPORTED: Mapping[str, Label] = {
    "contracted": _("under contract"),
    "paid": _("paid"),
    "budget": _("budget"),
    "program_cost": _("program cost"),
    "spent": _("spent"),
    "estimated_total": _("estimated total"),
    "termination_cost": _("cost of terminating"),
    "claim_buyer": _("claim of the buyer"),
    "claim_supplier": _("claim of the supplier"),
    "unsettled": _("unsettled"),
    "unpaid": _("unpaid"),
    "delivered": _("delivered"),
    "settlement": _("settlement"),
    "target_price": _("target price"),
    "ceiling_price": _("ceiling price"),
    "receipt": _("received from selling"),
    "loss": _("loss"),
    "guarantee": _("guarantees held"),
    "commitment_authority": _("authority to commit in a budget"),
    "other": _("other"),
}
REASON: Mapping[str, Label] = {
    "award": _("award"),
    "modification": _("modification"),
    "option": _("option exercised"),
    "de_obligation": _("de-obligation"),
    "termination": _("termination"),
    "settlement": _("settlement"),
    "novation": _("novation"),
    "correction": _("correction"),
    "close_out": _("close-out"),
    "transfer": _("transfer to or from another contract"),
    "other": _("other"),
}
SIDE: Mapping[str, Label] = {
    "buyer": pgettext_lazy("side", "buyer"),
    "seller": pgettext_lazy("side", "seller"),
    "partner": pgettext_lazy("side", "partner"),
    "other": pgettext_lazy("side", "other"),
}
KIND: Mapping[str, Label] = {"decision": _("decision"), "statement": _("statement")}
SEVERITY: Mapping[str, Label] = {"high": _("high"), "medium": _("medium"), "low": _("low")}
GRADE: Mapping[str, Label] = {
    "primary": _("primary: the body's own record"),
    "secondary": _("secondary: a report of it"),
    "weak": _("weak: a copy, blog or aggregator"),
}
METHOD: Mapping[str, Label] = {
    "domestic": _("domestic purchase"),
    "direct_commercial": _("direct commercial import"),
    "foreign_military_sale": _("foreign military sale (FMS)"),
    "framework": _("framework"),
    "grant": _("grant"),
    "other": _("other"),
}
ROLE: Mapping[str, Label] = {
    "lead_supplier": _("lead supplier"),
    "supplier": _("supplier"),
    "agent": _("agent"),
    "payee": _("payee"),
    "guarantor": _("guarantor"),
}
DOMAIN: Mapping[str, Label] = {
    "air": pgettext_lazy("domain", "air"),
    "land": pgettext_lazy("domain", "land"),
    "missile_defence": _("missile defence"),
    "naval": pgettext_lazy("domain", "naval"),
    "space": pgettext_lazy("domain", "space"),
}
FLAG_STATE: Mapping[str, Label] = {
    "open": pgettext_lazy("flag", "open"),
    "acknowledged": _("acknowledged"),
    "accepted": _("accepted until a day"),
    "resolved": _("resolved"),
    "would_be_open": _("would be open"),
}
RATE_TYPE: Mapping[str, Label] = {
    "ecb_reference": _("ECB reference rate"),
    "budget": _("budget rate"),
    "other": pgettext_lazy("rate", "other rate"),
}
FLAG_EVENT: Mapping[str, Label] = {
    "opened": _("opened"),
    "escalated": _("became more severe"),
    "reopened": _("opened again"),
    "resolved": _("resolved"),
}
ORGANIZATION: Mapping[str, Label] = {
    "government_executive": _("government (executive)"),
    "legislature": _("legislature"),
    "court": _("court"),
    "company": _("company"),
    "press": _("press"),
    "international": _("international body"),
    "other": _("other"),
}
#: By the name under which templates ask for them.
VOCABULARIES: Mapping[str, Mapping[str, Label]] = {
    "program_status": PROGRAM_STATUS,
    "contract_status": CONTRACT_STATUS,
    "measure": MEASURE,
    "figure": FIGURE,
    "reported": REPORTED,
    "reason": REASON,
    "side": SIDE,
    "kind": KIND,
    "severity": SEVERITY,
    "grade": GRADE,
    "method": METHOD,
    "role": ROLE,
    "domain": DOMAIN,
    "flag_state": FLAG_STATE,
    "rate_type": RATE_TYPE,
    "flag_event": FLAG_EVENT,
    "organization": ORGANIZATION,
}


def word(vocabulary: str, code: str | None) -> str:
    """A code in words: as it reads where the vocabulary lacks it (a domain that a user entered); none is unknown."""
    found = VOCABULARIES[vocabulary].get(code or "")
    return str(found) if found is not None else str(_("unknown")) if not code else in_words(code)
