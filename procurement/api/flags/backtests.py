"""Flags as the rules would find them at a past date: evaluated on request, nothing is stored."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.request import Request

from procurement.api.flags.filters import OF_BACKTESTS
from procurement.api.flags.shapes import WOULD_BE_OPEN, clauses_of
from procurement.api.http import filtering
from procurement.api.http.dates import DATES
from procurement.api.http.expanding import SHOWING
from procurement.api.http.known import Reader, refuse_unstored
from procurement.api.http.pagination import Cursor, filters_hash, opened, page_size, sealed, undated_part
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.common.errors import Complaints
from procurement.common.searching import has_words
from procurement.flags.models import Flag
from procurement.flags.rule import Finding
from procurement.flags.screening.screen import backtest
from procurement.programs.models import Program

NAMES = ("program", *OF_BACKTESTS)
PARAMS = frozenset(
    {
        *DATES,
        *SHOWING,
        "search",
        "page_size",
        "cursor",
        "count",
        "format",
        "bom",
        *NAMES,
        *(f"{name}__in" for name in NAMES),
    }
)
#: The states that mean what a backtest finds.
OPEN = frozenset({WOULD_BE_OPEN, str(Flag.State.OPEN)})
#: So many findings are shaped at a time.
CHUNK = 1000


def page(request: Request, params: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """One page of what would have been open. Raises Refused for parameters that only stored flags have."""
    refuse_unknown(params)
    params = {**params, "as_of": asked.as_of.isoformat()}
    found = findings(params, asked)
    belongs_to, size = filters_hash(request.path, params), page_size(params)
    start = int(opened(params["cursor"], belongs_to).values[0]) if "cursor" in params else 0
    following = None
    if len(found) > start + size:
        cursor = sealed(Cursor((start + size,)), belongs_to)
        following = f"{request.build_absolute_uri(request.path)}?{filtering.query(params, cursor=cursor)}"
    counted = {"count": len(found)} if params.get("count") == "exact" else {}
    undated = undated_part(undated_facts(asked, filtering.program_ids_in(params)))
    links = {"next": following, "previous": None}
    return counted | links | undated | {"results": would_be_open(found[start : start + size])}


def every(params: Mapping[str, str], asked: Asked) -> Iterator[dict[str, Any]]:
    """All that would have been open. Raises Refused as `page` does, before the first is read."""
    refuse_unknown(params)
    found = findings(params, asked)
    return (row for start in range(0, len(found), CHUNK) for row in would_be_open(found[start : start + CHUNK]))


def findings(params: Mapping[str, str], asked: Asked) -> list[Finding]:
    """What the rules find, narrowed by a request's filters. Raises Refused naming each that cannot be read."""
    programs, wanted = filtering.program_ids_in(params), filtering.values_in(OF_BACKTESTS, params)
    refuse_unstored(OF_BACKTESTS, params, None, Reader(AnonymousUser(), of_the_past=asked.recorded_by is not None))
    if OPEN.isdisjoint(wanted.get("state", OPEN)) or wanted.get("rule") == []:
        return []
    found = backtest(asked, program_ids=programs, rules=wanted.get("rule"))
    contracts, severities = wanted.get("contract"), wanted.get("severity")
    return [
        each
        for each in found
        if (contracts is None or each.contract_id in contracts)
        and (severities is None or each.severity in severities)
        and has_words(each.summary, params.get("search", ""))
    ]


def refuse_unknown(params: Mapping[str, str]) -> None:
    """Raise Refused for parameters that only stored flags have."""
    complaints = Complaints()
    for name in sorted(set(params) - PARAMS):
        complaints.add(
            name, f"applies only to stored flags; with a date these are accepted: {', '.join(sorted(PARAMS))}"
        )
    complaints.refuse_if_any()


def would_be_open(found: list[Finding]) -> list[dict[str, Any]]:
    """Findings in the shape of flags."""
    programs = {each.program_id for each in found if each.program_id is not None}
    codes = dict(Program.everything.filter(pk__in=programs).values_list("id", "code")) if programs else {}
    return [_as_flag(each, codes.get(each.program_id or 0)) for each in found]


def _as_flag(found: Finding, code: str | None) -> dict[str, Any]:
    return {
        "id": None,
        "rule": found.rule,
        "program": code,
        "contract": found.contract_id,
        "severity": found.severity,
        "state": WOULD_BE_OPEN,
        "condition_since": found.condition_since,
        "opened_at": None,
        "owner": None,
        "accepted_until": None,
        "summary": found.summary,
        "evidence": dict(found.evidence),
        "outstanding": found.evidence.get("outstanding"),
        "currency": found.evidence.get("currency") or None,
        "clauses": clauses_of(found.rule),
    }
