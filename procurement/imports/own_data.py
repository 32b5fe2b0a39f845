"""Whether a home has data of its own, to which the sample must not be added."""

from pathlib import Path
from typing import Any

import yaml

from procurement.contracts.models import Contract
from procurement.imports.models import ImportBatch
from procurement.programs.models import Program
from procurement.sources.facts import fact_models


def has_own_data(sample: Path) -> bool:
    """Whether there is a program that no file of the sample names, an import, or anything that a user entered."""
    tables: list[type[Any]] = [Program, Contract, *fact_models()]
    return (
        Program.objects.exclude(code__in=_programs_of(sample)).exists()
        or ImportBatch.objects.filter(dry_run=False).exists()
        or any(model._base_manager.filter(entered_by__isnull=False).exists() for model in tables)
    )


def _programs_of(sample: Path) -> set[str]:
    """The codes of programs in portfolio files; today's sample has all that an earlier one had."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = [yaml.load(path.read_bytes(), Loader=loader) for path in sorted(sample.glob("*.yaml"))]  # noqa: S506 (safe)
    return {code for each in read if isinstance(each, dict) for code in each.get("programs") or ()}
