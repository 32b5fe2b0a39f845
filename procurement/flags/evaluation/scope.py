"""What a screening looks at: everything, some programs, or some contracts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from procurement.contracts.models import ProgramAllocation
from procurement.exposure.valuing import contracts_ever_of


@dataclass(frozen=True)
class Scope:
    """The programs about which, and the contracts about which, under whichever program, flags are looked at.

    None is all of them.
    """

    programs: frozenset[int] | None = None
    contracts: frozenset[int] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self.programs is None and self.contracts is None

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(_both(self.programs, other.programs), _both(self.contracts, other.contracts))


def _both(some: frozenset[int] | None, more: frozenset[int] | None) -> frozenset[int] | None:
    return None if some is None or more is None else some | more


EVERYTHING = Scope()
NOTHING = Scope(frozenset(), frozenset())


def of_programs(program_ids: Collection[int]) -> Scope:
    """Some programs with every contract that ever belonged to them. One query."""
    contracts = contracts_ever_of(program_ids) if program_ids else []
    return Scope(frozenset(program_ids), frozenset(contracts))


def of_contracts(contract_ids: Collection[int]) -> Scope:
    """Some contracts, and what is said of the programs that they ever belonged to. One query."""
    return Scope(frozenset(programs_ever_of(contract_ids)), frozenset(contract_ids))


def programs_ever_of(contract_ids: Iterable[int]) -> list[int]:
    """The programs to which any of the contracts was allocated at any time, in any view."""
    rows = ProgramAllocation.objects.filter(contract__in=list(contract_ids)).order_by()
    return sorted(rows.values_list("program_id", flat=True).distinct())
