"""Previews: a file is posted in one transaction, what that changes is noted, and the transaction is rolled back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.flags.models import Flag
from procurement.flags.screening.screen import backtest
from procurement.imports.batches.examples import new_rows
from procurement.imports.batches.kept_files import Progress
from procurement.imports.batches.stored_account import StoredAccount
from procurement.imports.models import BatchRows, ImportBatch, StatedEnd
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import is_about, rows_of

#: A preview ends after so many records, as its transaction keeps everybody's horizon waiting.
MOST_RECORDS = 5_000
#: It evaluates the flags of at most so many programs, and names at most so many flags.
MOST_PROGRAMS, MOST_FLAGS = 100, 200


class Enough(Exception):
    """As many records as a preview looks at."""


@dataclass
class PreviewAccount(StoredAccount):
    """Keeps what it is told until the transaction is rolled back; bounded, because the preview is."""

    def close_portion(self) -> None:
        """Stop where a preview has seen enough."""
        super().close_portion()
        if sum(self.records.values()) >= MOST_RECORDS:
            raise Enough

    def store(self) -> None:
        """Nothing is stored before `keep`."""

    def keep(self) -> None:
        """Store the account."""
        super().store()


def previewed(batch: ImportBatch, act: Callable[[StoredAccount], None]) -> None:
    """Do an act that posts the batch's file, note what it would change, and take everything back."""
    account = PreviewAccount(batch=batch, progress=Progress())
    is_cut = False
    with transaction.atomic():
        try:
            act(account)
        except Enough:
            is_cut = True
        fresh, flags = new_rows(batch), would_open(batch)
        transaction.set_rollback(True)
    account.keep()
    batch.preview = {"is_cut": is_cut, "most_records": MOST_RECORDS, "new_rows": fresh} | flags
    batch.save(update_fields=["preview"])


def would_open(batch: ImportBatch) -> dict[str, Any]:
    """The flags of the programs that a batch touched which no stored flag is about, while its rows are in place."""
    programs = touched(batch)
    seen = programs[:MOST_PROGRAMS]
    found = backtest(Asked(timezone.localdate()), program_ids=seen) if seen else []
    open_now = set(Flag.objects.unresolved().filter(program__in=seen).values_list("rule", "program", "contract"))
    fresh = [each for each in found if each.key not in open_now]
    codes = dict(Program.objects.filter(pk__in=seen).values_list("pk", "code"))
    references = _references({each.contract_id for each in fresh[:MOST_FLAGS] if each.contract_id})
    return {
        "programs": len(programs),
        "programs_evaluated": len(seen),
        "flags": len(fresh),
        "would_open": [
            {
                "rule": each.rule,
                "program": codes.get(each.program_id or 0),
                "contract": references.get(each.contract_id or 0),
                "severity": each.severity,
                "condition_since": each.condition_since,
                "summary": each.summary,
            }
            for each in fresh[:MOST_FLAGS]
        ],
    }


def touched(batch: ImportBatch) -> list[int]:
    """The programs of which the batch speaks, or to which contracts ever belonged of which it does, by id."""
    programs: set[int] = set()
    contracts: set[int] = set()
    for table in FACT_TABLES:
        noted = BatchRows.objects.filter(batch=batch, table_name=table.model._meta.db_table)
        for ids in noted.values_list("ids", flat=True):
            programs |= _named(table.model, ids, "program")
            contracts |= _named(table.model, ids, "contract")
    edited = StatedEnd.objects.filter(batch=batch, is_update=True)
    contracts |= set(edited.values_list("contract", flat=True))
    allocated = ProgramAllocation._base_manager.filter(contract__in=contracts).values_list("program", flat=True)
    return sorted(programs | set(allocated.distinct()))


def _named(model: Any, ids: Collection[int], column: str) -> set[int]:
    if not is_about(model, column):
        return set()
    return set(rows_of(model).filter(pk__in=ids).values_list(column, flat=True)) - {None}


def _references(contracts: Collection[int]) -> dict[int, str]:
    return dict(Contract.objects.filter(pk__in=contracts).values_list("pk", "reference"))
