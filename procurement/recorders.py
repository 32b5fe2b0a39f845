"""The fact tables, each once: what must know all of them derives from this list.

Loading files takes the names, the recorders and the order of posting from here, the API its resources and feeds, the
admin its navigation, and tests what they go through. Areas below ask the models: `fact_models` and `tables_about` of
sources/facts.py. A table with amounts in its contract's currency also holds that (contracts/currency.py).
"""

from dataclasses import dataclass
from typing import Any

from procurement.contracts.recording import (
    allocations,
    contract_parties,
    contract_status_changes,
    guarantees,
    liability_estimates,
    milestones,
)
from procurement.figures.recording import reported_figures
from procurement.ledger.recording import completeness_statements, ledger_entries
from procurement.parties.merging import organization_links
from procurement.programs.recording import program_links, status_changes
from procurement.sources.facts import Fact, is_about
from procurement.sources.recording import Recorder


@dataclass(frozen=True)
class FactTable:
    """A fact table under the name that files give it."""

    name: str
    recorder: Recorder[Any]

    @property
    def model(self) -> type[Fact]:
        """Its rows."""
        model: type[Fact] = self.recorder.model
        return model

    @property
    def resource(self) -> str:
        """Its name in the API's addresses."""
        return self.name.replace("_", "-")


#: A row refers only to rows of earlier tables, or of its own. A new table comes last: cursors of the API hold
#: places in this list.
FACT_TABLES = (
    FactTable("program_links", program_links),
    FactTable("status_changes", status_changes),
    FactTable("contract_parties", contract_parties),
    FactTable("contract_status_changes", contract_status_changes),
    FactTable("allocations", allocations),
    FactTable("milestones", milestones),
    FactTable("liability_estimates", liability_estimates),
    FactTable("guarantees", guarantees),
    FactTable("ledger_entries", ledger_entries),
    FactTable("completeness", completeness_statements),
    FactTable("reported_figures", reported_figures),
    FactTable("organization_links", organization_links),
)

#: The order of posting: programs and facts about them alone come before contracts, which may be theirs.
POSTING_ORDER = (
    "organizations",
    "documents",
    "programs",
    *(table.name for table in FACT_TABLES if not is_about(table.model, "contract")),
    "contracts",
    *(table.name for table in FACT_TABLES if is_about(table.model, "contract")),
)


def recorder_of(model: type[Fact]) -> Recorder[Any]:
    """The verbs of a fact table."""
    return next(table.recorder for table in FACT_TABLES if table.model is model)
