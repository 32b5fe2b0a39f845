"""Answers to real questions about the sample, recorded by docs/record_examples.py, beside each operation."""

import json
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("examples.json")
JSON = "application/json"


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By operation: the address that was asked, and what was answered; of writes, what was sent too."""
    found: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return found


def add_examples(operation: dict[str, Any]) -> None:
    """Add what was recorded of an operation to its answer and its request."""
    recorded = examples().get(operation["operationId"])
    if recorded is None:
        return
    answer = operation["responses"][str(recorded.get("status", 200))]["content"][JSON]
    answer["examples"] = {"sample": {"summary": recorded["asked"], "value": recorded["answer"]}}
    if "sent" in recorded:
        operation["requestBody"]["content"][JSON]["examples"] = {"sample": {"value": recorded["sent"]}}
