"""The sweep: updates flags that changed without a new fact (the drain in alerts/ handles new facts).

Every few minutes it evaluates only what may have changed: where a clock of a rule struck (evaluation/clocks.py), where
an acceptance expired, what was edited (marks.py), and everything for a rule whose statement or thresholds have changed
since its last sweep. A nightly sweep evaluates everything, and must find nothing more.
"""

import datetime as dt
import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from django.db.models import Max
from django.utils import timezone

from procurement.flags.evaluation.clocks import struck
from procurement.flags.evaluation.evaluate import finished
from procurement.flags.evaluation.scope import NOTHING, Scope
from procurement.flags.models import Flag, SweptRule, ThresholdChange
from procurement.flags.rule import Limits, Rule
from procurement.flags.rules import all_rules
from procurement.flags.screening.marks import marked
from procurement.flags.screening.screen import Screened, screen_all
from procurement.flags.selects.presumption import PRESUMPTION
from procurement.flags.thresholds.values import limits_in_force
from procurement.sources.models import ScreeningMark

log = logging.getLogger(__name__)


def sweep(today: dt.date) -> Screened:
    """Update the flags that may have changed since the last sweep.

    Must not run in a transaction: the day is committed before the sweep chooses what to evaluate. Safe to repeat, to
    run beside another sweep and to interrupt: the day is stored last, and only if the row is unchanged by then.
    """
    limits = limits_in_force()
    prints = fingerprints(limits)
    swept = {row.rule: row for row in SweptRule.objects.all()}
    _begin(swept, today)
    behind = [rule for rule in all_rules() if not _is_in_step(swept.get(rule.code), prints[rule.code], today)]
    marks = list(ScreeningMark.objects.all())
    scope = _struck(swept, behind, limits, today) | marked(marks) | _no_more_accepted(today)
    found = Screened([], []) if scope == NOTHING else screen_all(today, within=scope)
    if behind:
        found += _sweep_anew(behind, swept, prints, today)
    if swept.keys() - prints.keys():  # the flags of a rule that is gone
        found += screen_all(today, is_history=True)
    ScreeningMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    _end(swept, prints, today)
    return found


def sweep_everything(today: dt.date) -> Screened:
    """Sweep, then evaluate everything. Returns as `unexplained`, and logs as errors, the flags that the sweep missed.

    As for `sweep`. A queued fact or a mark explains a change of its flags; a changed threshold explains all changes.
    """
    found = sweep(today)
    before = fingerprints(limits_in_force())
    more = screen_all(today)
    missed = more.unexplained if before == fingerprints(limits_in_force()) else []
    for flag in missed:
        about = {"rule": flag.rule, "program": flag.program_id, "contract": flag.contract_id}
        log.error("the sweep had missed a flag", extra={"flag": flag.pk, "about": about})
    return Screened(found.events + more.events, missed)


def _sweep_anew(
    behind: Sequence[Rule], swept: Mapping[str, SweptRule], prints: Mapping[str, str], today: dt.date
) -> Screened:
    """Sweep rules as a whole. What another version of the service finds stood before it: that is history, no news."""
    thresholds = _set_since(swept)
    old = [rule for rule in behind if rule.code not in thresholds and _is_of_another_version(rule, swept, prints)]
    found = screen_all(today, rules=old, is_history=True) if old else Screened([], [])
    news = [rule for rule in behind if rule not in old]
    return found + screen_all(today, rules=news) if news else found


def _is_of_another_version(rule: Rule, swept: Mapping[str, SweptRule], prints: Mapping[str, str]) -> bool:
    row = swept.get(rule.code)
    return row is None or row.through is None or row.fingerprint != prints[rule.code]


def _set_since(swept: Mapping[str, SweptRule]) -> set[str]:
    """The rules of which somebody set a threshold, or that of presuming, since the day that they were swept through."""
    latest = dict(ThresholdChange.objects.order_by().values_list("rule").annotate(Max("at")))
    days = {rule: timezone.localdate(at) for rule, at in latest.items()}
    return {
        code
        for code, row in swept.items()
        if row.through and any(rule in days and days[rule] >= row.through for rule in (code, PRESUMPTION.code))
    }


def _begin(swept: Mapping[str, SweptRule], today: dt.date) -> None:
    """Store the day before anything is evaluated, for screenings as of an older day (marks.py: look_again)."""
    codes = {rule.code for rule in all_rules()}
    SweptRule.objects.bulk_create(
        [SweptRule(rule=code, begun=today) for code in sorted(codes - swept.keys())], ignore_conflicts=True
    )
    if any(row.begun < today for row in swept.values()):
        SweptRule.objects.filter(begun__lt=today).update(begun=today)


def _is_in_step(row: SweptRule | None, fingerprint: str, today: dt.date) -> bool:
    return row is not None and row.fingerprint == fingerprint and row.through is not None and row.through <= today


def _struck(
    swept: Mapping[str, SweptRule], behind: Sequence[Rule], limits: Mapping[str, Limits], today: dt.date
) -> Scope:
    """The scope in which clocks of up-to-date rules have struck since their last sweep."""
    since: dict[dt.date, list[Rule]] = defaultdict(list)
    for rule in all_rules():
        if rule not in behind and (through := swept[rule.code].through) is not None and through < today:
            since[through].append(rule)
    found = NOTHING
    for day, rules in since.items():
        found |= struck(rules, limits, after=day, today=today)
    return found


def _no_more_accepted(today: dt.date) -> Scope:
    flags = Flag.objects.filter(state=Flag.State.ACCEPTED, accepted_until__lt=today)
    programs = flags.filter(contract=None).values_list("program_id", flat=True)
    contracts = flags.exclude(contract=None).values_list("contract_id", flat=True)
    return Scope(frozenset(programs), frozenset(contracts))


def _end(swept: Mapping[str, SweptRule], prints: Mapping[str, str], today: dt.date) -> None:
    """Store the day and fingerprint of each rule, if its row is unchanged; delete the rows of removed rules."""
    for code, fingerprint in prints.items():
        row = swept.get(code)
        had = (row.through, row.fingerprint) if row else (None, "")
        if had != (today, fingerprint):
            rows = SweptRule.objects.filter(rule=code, through=had[0], fingerprint=had[1])
            rows.update(through=today, fingerprint=fingerprint)
    if gone := swept.keys() - prints.keys():
        SweptRule.objects.filter(rule__in=gone).delete()


# what a rule was swept with


def fingerprints(limits: Mapping[str, Limits]) -> dict[str, str]:
    """By rule, a hash of everything but the facts that its findings depend on: its statement and its thresholds.

    It includes the id of the last change of a threshold: if a threshold is changed and changed back, some flags may
    have been screened with the other value in between.
    """
    latest = dict(ThresholdChange.objects.order_by().values_list("rule").annotate(Max("id")))
    return {rule.code: _fingerprint(rule, limits[rule.code], latest) for rule in all_rules()}


def _fingerprint(rule: Rule, limits: Limits, latest: Mapping[str, int]) -> str:
    rests_on = [rule.each_movement, limits.changed, latest.get(rule.code)]
    if rule.presumes:
        rests_on += [limits.presumed_days, latest.get(PRESUMPTION.code)]
    said = json.dumps(rests_on, sort_keys=True, default=str)
    return hashlib.sha256(f"{_statement_hash(rule)} {said}".encode()).hexdigest()


@cache
def _statement_hash(rule: Rule) -> str:
    return hashlib.sha256(finished([rule]).encode()).hexdigest()
