"""The thresholds of rules, and the presumption: what is in force, who set it last and why, and the change itself."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import DecimalField, QuerySet, Value
from django.db.models.functions import Cast

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Refused
from procurement.common.texts import text_fault
from procurement.contracts.models import DIGITS, PLACES
from procurement.contracts.presuming import Presumption
from procurement.flags.models import ThresholdChange
from procurement.flags.rule import Group, Limits, Money, Rule, Threshold
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.selects.presumption import AFTER, PRESUMPTION
from procurement.flags.thresholds.ranges import currency_fault, in_words, value_fault

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setting:
    """A threshold in force, of a rule or of all rules; for one in money, in one currency."""

    rule: Rule | Group
    threshold: Threshold
    currency: str = ""
    #: the last change, which may have restored the default
    change: ThresholdChange | None = None
    #: what a table of its own holds, which answers of exposure read too
    kept: Decimal | None = None

    @property
    def default(self) -> Decimal | None:
        """The default; None if no amount is set for the currency."""
        if isinstance(self.threshold, Money):
            return self.threshold.default.get(self.currency)
        return Decimal(self.threshold.default)

    @property
    def changed(self) -> Decimal | None:
        """The value an administrator set; None if the default is in force."""
        if self.kept is not None:
            return None if self.kept == self.default else self.kept
        return self.change.value if self.change else None

    @property
    def value(self) -> Decimal | None:
        """What is in force."""
        return self.default if self.changed is None else self.changed

    def said(self, value: Decimal | None) -> str:
        """A value of this threshold for people."""
        return in_words(self.threshold, value, self.currency)


# reading


def limits_in_force(recorded_by: dt.datetime | None = None) -> dict[str, Limits]:
    """The thresholds of every rule as they are, or as they were recorded by a moment. One query.

    Changes of a threshold that no longer exists, or is now of another kind, are ignored.
    """
    values: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for rule, name, currency, value in _values(recorded_by):
        if value is not None:
            values[rule, name][currency] = value
    presumed = int(values[PRESUMPTION.code, AFTER.name].get("", AFTER.default))
    return {rule.code: _limits(rule, values, presumed) for rule in all_rules()}


def _values(recorded_by: dt.datetime | None) -> "QuerySet[ThresholdChange, tuple[str, str, str, Decimal | None]]":
    """What was set last: rule, name, currency, value. What the presumption is now, its own table says."""
    changes = _latest(recorded_by).values_list("rule", "name", "currency", "value")
    if recorded_by is not None:
        return changes
    kept = Presumption.objects.values_list(
        Value(PRESUMPTION.code),
        Value(AFTER.name),
        Value(""),
        Cast("days", DecimalField(max_digits=DIGITS, decimal_places=PLACES)),
    )
    return changes.exclude(rule=PRESUMPTION.code).union(kept, all=True)


def _limits(rule: Rule, values: Mapping[tuple[str, str], Mapping[str, Decimal]], presumed: int) -> Limits:
    changed: dict[str, Any] = {}
    for threshold in rule.thresholds:
        amounts = dict(values.get((rule.code, threshold.name), {}))
        plain = amounts.pop("", None)
        if isinstance(threshold, Money) and amounts:
            changed[threshold.name] = amounts
        elif not isinstance(threshold, Money) and plain is not None:
            changed[threshold.name] = plain
    return Limits(changed, presumed)


def settings_in_force(codes: Collection[str] | None = None) -> list[Setting]:
    """Every threshold of these rules, or of all, with its last change; for one in money a row for each currency.

    Two queries. Raises Refused for an unknown rule.
    """
    everything: tuple[Rule | Group, ...] = (*all_rules(), PRESUMPTION)
    rules = everything if codes is None else [_owner(code) for code in sorted(set(codes))]
    rows = _latest().filter(rule__in=[rule.code for rule in rules]).select_related("by")
    changes = {(row.rule, row.name, row.currency): row for row in rows}
    days = _days_kept() if PRESUMPTION in rules else None
    return [
        Setting(rule, threshold, currency, changes.get((rule.code, threshold.name, currency)), _kept(rule, days))
        for rule in rules
        for threshold in rule.thresholds
        for currency in _currencies(threshold, [key[2] for key in changes if key[:2] == (rule.code, threshold.name)])
    ]


def _currencies(threshold: Threshold, changed: Collection[str]) -> list[str]:
    """The currencies in which a threshold has an amount, or had one."""
    amounts = {*threshold.default, *changed} - {""} if isinstance(threshold, Money) else ()
    return sorted(amounts) or [""]


def setting_of(rule: str, name: str, currency: str = "") -> Setting:
    """One threshold; for one in money, in one currency. Raises Refused if there is none."""
    owner, threshold = _owner(rule), threshold_named(rule, name)
    change = _latest().filter(rule=rule, name=name, currency=currency).select_related("by").first()
    return Setting(owner, threshold, currency, change, _kept(owner, _days_kept()) if owner is PRESUMPTION else None)


def _owner(code: str) -> Rule | Group:
    """The rule with this code, or the presumption. Raises Refused naming the existing rules."""
    if code == PRESUMPTION.code:
        return PRESUMPTION
    (rule,) = rules_named([code])
    return rule


def _days_kept() -> Decimal | None:
    days = Presumption.objects.values_list("days", flat=True).first()
    return None if days is None else Decimal(days)


def _kept(owner: Rule | Group, days: Decimal | None) -> Decimal | None:
    return days if owner is PRESUMPTION else None


def threshold_named(rule: str, name: str) -> Threshold:
    """A threshold by its name. Raises Refused naming what would be accepted."""
    known = {threshold.name: threshold for threshold in _owner(rule).thresholds}
    if name not in known:
        accepted = f"accepted: {', '.join(known)}" if known else "it has none"
        raise Refused({"name": f"“{name[:60]}” is no threshold of {rule}; {accepted}"})
    return known[name]


def _latest(recorded_by: dt.datetime | None = None) -> "QuerySet[ThresholdChange]":
    """The last change of each threshold, by a moment."""
    rows = ThresholdChange.objects.all() if recorded_by is None else ThresholdChange.objects.filter(at__lte=recorded_by)
    return rows.order_by("rule", "name", "currency", "-id").distinct("rule", "name", "currency")


# changing


@transaction.atomic
def change_threshold(
    rule: str, name: str, *, currency: str = "", value: Decimal | None, reason: str, by: AbstractUser | None
) -> ThresholdChange:
    """Set a threshold from now on; None restores the default.

    Callers check permissions. Raises Refused, which is logged, naming what would be accepted. Administrators take turns
    under a lock on the threshold, so of two that set the same value the second is refused. The next sweep updates the
    flags.
    """
    with refusals_logged(rule, name, by):
        refuse_bad_value(rule, name, currency=currency, value=value, reason=reason)
        lock_keys([f"threshold:{rule}:{name}:{currency}"])
        refuse_what_holds(setting_of(rule, name, currency), value)
    change = ThresholdChange(rule=rule, name=name, currency=currency, value=value, reason=reason.strip())
    change.by_id = by.pk if by else None
    change.save(force_insert=True)
    if rule == PRESUMPTION.code:
        days = AFTER.default if value is None else int(value)
        Presumption.objects.update_or_create(pk=1, defaults={"days": days, "reason": change.reason})
    log.info("threshold changed", extra={"change": change.pk, "rule": rule, "threshold": name})
    return change


def refuse_change(
    rule: str, name: str, *, currency: str = "", value: Decimal | None, reason: str, by: AbstractUser | None
) -> None:
    """Raise Refused, logged, as the change itself would; used before a preview."""
    with refusals_logged(rule, name, by):
        refuse_bad_value(rule, name, currency=currency, value=value, reason=reason)
        refuse_what_holds(setting_of(rule, name, currency), value)


def refuse_bad_value(
    rule: str, name: str, *, currency: str, value: Decimal | None, reason: str | None = None
) -> Threshold:
    """Raise Refused for a value that a threshold cannot have, whatever is in force; None needs no reason."""
    threshold, complaints = threshold_named(rule, name), Complaints()
    faults = {
        "currency": currency_fault(threshold, currency),
        "value": None if value is None else value_fault(threshold, value, currency),
        "reason": None if reason is None else _reason_fault(reason),
    }
    for field, fault in faults.items():
        if fault:
            complaints.add(field, fault)
    complaints.refuse_if_any()
    return threshold


def refuse_what_holds(setting: Setting, value: Decimal | None) -> None:
    """Raise Refused if a change would change nothing."""
    if value is None and setting.changed is None:
        raise Refused({"value": f"the default is in force, {setting.said(setting.default)}; give another value"})
    if value is not None and value == setting.value:
        raise Refused({"value": f"{setting.said(value)} is in force already; another value would be accepted"})


@contextmanager
def refusals_logged(rule: str, name: str, by: AbstractUser | None) -> Iterator[None]:
    """Log a refusal and the user, and raise it again."""
    try:
        yield
    except Refused as refused:
        tried = {"rule": rule, "threshold": name, "by": by.pk if by else None}
        log.warning("threshold refused", extra=tried | {"errors": refused.errors})
        raise


def _reason_fault(reason: str) -> str | None:
    return text_fault(reason) or (None if reason.strip() else "say why the threshold is changed")
