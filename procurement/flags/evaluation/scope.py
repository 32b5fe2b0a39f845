"""What a screening looks at: everything, some programs, or some contracts."""

from collections.abc import Collection
from dataclasses import dataclass

from procurement.contracts.models import ProgramAllocation


@dataclass(frozen=True)
class Scope:
    """The programs about which, and the contracts about which, under whichever program, flags are looked at.

    None is all of them.
    """

    programs: frozenset[int] | None = None
    contracts: frozenset[int] | None = None

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(_both(self.programs, other.programs), _both(self.contracts, other.contracts))


def _both(some: frozenset[int] | None, more: frozenset[int] | None) -> frozenset[int] | None:
    return None if some is None or more is None else some | more


EVERYTHING = Scope()
NOTHING = Scope(frozenset(), frozenset())


def of_programs(program_ids: Collection[int]) -> Scope:
    """Some programs with every contract that ever belonged to them. One query."""
    contracts = ProgramAllocation.objects.contracts_of(program_ids) if program_ids else []
    return Scope(frozenset(program_ids), frozenset(contracts))


def of_contracts(contract_ids: Collection[int]) -> Scope:
    """Some contracts, and what is said of the programs that they ever belonged to. One query."""
    return Scope(frozenset(ProgramAllocation.objects.programs_of(contract_ids)), frozenset(contract_ids))
