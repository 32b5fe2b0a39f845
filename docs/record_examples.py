"""Record what the service answers about the sample, as examples of the API's description.

    python docs/record_examples.py http://127.0.0.1:8000 TOKEN

The service must hold the sample and nothing else; the token is that of an analyst. One fact is stored and taken back.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

RECORDED = Path(__file__).parents[1] / "procurement" / "api" / "description" / "examples.json"

#: What is asked, by operation: the README's questions first. `{name}` stands for a part of an earlier answer.
READS = {
    "exposure": "exposure/?group_by=program&program=aegis-ashore&as_of=2020-06-25",
    "exposure_series": "exposure/series/?interval=year&from=2019-01-01&to=2020-12-31&program=aegis-ashore&figures=paid",
    "exposure_schedule": "exposure/schedule/?program=aegis-ashore&group_by=program&as_of=2020-06-25",
    "program_exposure": "programs/aegis-ashore/exposure/?as_of=2020-06-25&figures=outstanding,deferred",
    "program_timeline": "programs/aegis-ashore/timeline/?as_of=2020-06-25&page_size=2",
    "programs_retrieve": "programs/aegis-ashore/?as_of=2020-06-25",
    "programs_list": "programs/?code=aegis-ashore&as_of=2020-06-25",
    "flags_list": "flags/?as_of=2020-06-25&program=aegis-ashore&page_size=1",
    "flag_rules_retrieve": "flag-rules/presumption/",
    "flag_rules_list": "flag-rules/?page_size=1",
    "portfolio": "portfolio/?program=aegis-ashore&as_of=2020-06-25",
    "contracts_list": "contracts/?program=aegis-ashore&page_size=1",
    "ledger_entries_list": "ledger-entries/?program=aegis-ashore&measure=payment&page_size=1",
    "status_changes_list": "status-changes/?program=aegis-ashore&kind=decision&page_size=1",
    "allocations_list": "allocations/?program=asev&page_size=1",
    "contract_parties_list": "contract-parties/?program=aegis-ashore&page_size=1",
    "contract_status_changes_list": "contract-status-changes/?program=aegis-ashore&page_size=1",
    "completeness_list": "completeness/?page_size=1",
    "guarantees_list": "guarantees/?page_size=1",
    "liability_estimates_list": "liability-estimates/?page_size=1",
    "milestones_list": "milestones/?page_size=1",
    "program_links_list": "program-links/?page_size=1",
    "reported_figures_list": "reported-figures/?program=aegis-ashore&page_size=1",
    "organizations_list": "organizations/?search=Lockheed&page_size=1",
    "documents_list": "documents/?page_size=1",
    "fiscal_years_list": "fiscal-years/?country=JP",
    "changes": "changes/?page_size=1",
}
STATUS_CHANGE = {
    "program": "asev",
    "kind": "statement",
    "status": "under_review",
    "effective_on": "2026-11-01",
    "speaker": "A member of the budget committee",
    "side": "other",
    "source": {"url": "https://example.org/article", "title": "The committee asks for a review"},
}
REVERSAL = {"note": "An example, taken back.", "source": {"url": "https://example.org/article"}}


def asked(site: str, path: str, token: str = "", body: Any = None) -> Any:
    """One answer of the service, whatever its status."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(f"{site}/api/v1/{path}", data, headers), timeout=60) as response:  # noqa: S310  (the caller names the site)
            return json.load(response)
    except HTTPError as error:
        raise SystemExit(f"{path}: {error.read().decode()}") from error


def recorded(site: str, token: str) -> dict[str, Any]:
    """Every example by its operation."""
    found = {name: {"asked": f"GET /api/v1/{path}", "answer": asked(site, path)} for name, path in READS.items()}
    stored = asked(site, "status-changes/", token, STATUS_CHANGE)
    taken_back = asked(site, f"status-changes/{stored['id']}/reverse/", token, REVERSAL)
    writes = {
        "status_changes_create": ("status-changes/", STATUS_CHANGE, stored),
        "status_changes_reverse": (f"status-changes/{stored['id']}/reverse/", REVERSAL, taken_back),
    }
    return found | {
        name: {"asked": f"POST /api/v1/{path}", "sent": sent, "status": 201, "answer": answer}
        for name, (path, sent, answer) in writes.items()
    }


if __name__ == "__main__":
    text = json.dumps(recorded(sys.argv[1].rstrip("/"), sys.argv[2]), ensure_ascii=False, indent=1)
    RECORDED.write_text(text.replace(sys.argv[1].rstrip("/"), "https://example.org") + "\n", encoding="utf-8")
