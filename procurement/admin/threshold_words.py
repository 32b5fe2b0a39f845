"""What people call the thresholds of rules, whose own names are short for the tables that keep them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.common.localized import in_full_and_short, range_in_full
from procurement.common.money import in_full
from procurement.flags.rule import Days, Money, Threshold
from procurement.flags.rules import all_rules
from procurement.flags.selects.presumption import PRESUMPTION

#: Rule and threshold -> its name.
NAMES: Mapping[tuple[str, str], Promise] = {
    ("active-past-end-date", "grace"): gettext_lazy("time that may pass after the end date"),
    ("disputed-figure", "near"): gettext_lazy("time between two reports that are compared"),
    ("disputed-figure", "tolerance"): gettext_lazy("difference that is tolerated"),
    ("no-exit-estimate", "after"): gettext_lazy("time after the stop until an estimate is missed"),
    ("payment-due-under-stop", "within"): gettext_lazy("time before the payment falls due"),
    ("stale-sources", "silent"): gettext_lazy("time without anything new"),
    ("stop-work-over-90-days", "limit"): gettext_lazy("time that the order may last"),
    ("suspended-contract-active-program", "after"): gettext_lazy("time that the halt may last"),
    ("suspended-contract-active-program", "large"): gettext_lazy("outstanding amount from which it is high at once"),
    ("suspended-contract-active-program", "small"): gettext_lazy("outstanding amount below which it is low"),
    ("suspended-program-active-contract", "large"): gettext_lazy("outstanding amount from which it is high at once"),
    ("suspended-program-active-contract", "small"): gettext_lazy("outstanding amount below which it is low"),
    ("suspended-program-active-contract", "rises"): gettext_lazy("time after which the severity rises"),
    ("suspended-program-active-contract", "rises_again"): gettext_lazy("time after which the severity rises again"),
    ("presumption", "days"): gettext_lazy("time after which a live contract is only presumed to run"),
}


def name_of(rule: str, threshold: str, currency: str = "") -> str:
    """A threshold in words, with the currency of one in money: Time without anything new."""
    said = str(NAMES.get((rule, threshold)) or threshold.replace("_", " "))
    if currency:
        said = _("%(threshold)s, in %(currency)s") % {"threshold": said, "currency": currency}
    return capfirst(said)


def rule_title(code: str) -> str:
    """The title of a rule by its code; the code where there is none any more."""
    titles = {each.code: each.title for each in all_rules()} | {PRESUMPTION.code: PRESUMPTION.title}
    return _(titles[code]) if code in titles else code


def value_in_words(threshold: Threshold, value: object, currency: str = "") -> str:
    """A value of a threshold: 90 days, 1 %, 1,000,000,000 JPY, or no amount."""
    if value is None:
        return _("no amount")
    if isinstance(threshold, Money):
        return in_full_and_short(value, currency)  # type: ignore[arg-type]
    said = _("%(number)s days") if isinstance(threshold, Days) else _("%(number)s %%")
    return said % {"number": in_full(value)}  # type: ignore[arg-type]


def range_said(threshold: Threshold, currency: str = "") -> str:
    """The values that a threshold may have."""
    if isinstance(threshold, Money):
        return range_in_full(threshold.lowest, threshold.highest, currency)
    said = _("%(low)s to %(high)s")
    return said % {"low": threshold.lowest, "high": value_in_words(threshold, threshold.highest)}
