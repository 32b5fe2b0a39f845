"""Pages of flags, and of the rules by which they open."""

import datetime as dt
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from procurement.cases.records.flag import counted_by_rule, events_of, flag_of, open_flags, sources_of, without_names
from procurement.common import localized
from procurement.common.reading_dates import day_or_none
from procurement.flags.models import Flag
from procurement.flags.rule import Rule
from procurement.flags.rules import all_rules
from procurement.flags.thresholds.values import limits_in_force
from procurement.pages.asking import PAGE, refuse_others
from procurement.pages.dates import asked_in
from procurement.pages.evidence import lines
from procurement.pages.pagers import paged
from procurement.pages.prose import rendered
from procurement.pages.reading import readable
from procurement.pages.rendering import page

EVENTS, FLAGS = 50, 50
_PAGES = settings.BASE_DIR / "docs" / "flags"


@require_safe
@readable()
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag: what was found, on what evidence, and what became of it."""
    refuse_others(request, PAGE)
    asked, found = asked_in(request), flag_of(pk)
    if found is None:
        raise Http404
    documents, (events, pager) = sources_of(found.evidence), paged(request, events_of(found), EVENTS)
    context = {
        "flag": found,
        "rule": _rule(found.rule),
        "evidence_day": localized.day(_as_of(found)),
        "lines": lines(found.evidence, documents, found.currency),
        "documents": sorted(
            documents.values(), key=lambda each: (each.published_on is None, each.published_on, each.pk)
        ),
        "events": without_names(events),
        "pager": pager,
    }
    return page(request, "pages/flag.html", asked, context)


def _as_of(flag: Flag) -> dt.date:
    """The day that a flag's evidence is of."""
    return day_or_none(str(flag.evidence.get("as_of"))) or timezone.localdate(flag.opened_at)


@require_safe
@readable()
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: its documentation, its thresholds in force, and its open flags."""
    refuse_others(request, PAGE)
    asked, found = asked_in(request), _rule(code)
    if found is None:
        raise Http404
    flags, pager = paged(request, open_flags(code), FLAGS)
    limits = limits_in_force()[code]
    context = {
        "rule": found,
        "prose": documentation(code),
        "thresholds": [(each, limits.value(each)) for each in found.thresholds],
        "flags": flags,
        "pager": pager,
        "count": counted_by_rule().get(code, 0),
    }
    return page(request, "pages/rule.html", asked, context)


def _rule(code: str) -> Rule | None:
    """A rule by its code; None where there is none any more."""
    return next((each for each in all_rules() if each.code == code), None)


@cache
def documentation(code: str) -> SafeString:
    """The page of a rule in docs/flags, without its heading, which the page has already."""
    _heading, _between, text = (_PAGES / f"{code}.md").read_text(encoding="utf-8").partition("\n")
    return rendered(text)
