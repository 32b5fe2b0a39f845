"""What a screening looks at: everything, some programs, or some contracts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from procurement.common.prepared_statements import ask, ids
from procurement.exposure.valuing import contracts_ever_of

#: A screening asks it three times, of up to a thousand contracts: prepared, it takes a tenth of the time.
PROGRAMS_EVER_OF = b"""
SELECT DISTINCT program_id FROM procurement_programallocation WHERE contract_id = ANY ($1::bigint[]) ORDER BY program_id
"""


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
    (found,) = ask([(PROGRAMS_EVER_OF, [ids(contract_ids)])])
    return [program for (program,) in found]
