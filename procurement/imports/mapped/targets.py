"""What a column can mean: fields of the rows that one line of a list becomes, as “contract.title”. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from procurement.imports.cells.values import as_amount, as_day
from procurement.imports.tables import TABLES, TEXT, Field


@dataclass(frozen=True)
class Part:
    """One row that a line may become.

    `told_by` is the field without which there is no such row; `always` are fields with one value in every row.
    """

    table: str
    title: str
    told_by: str
    always: Mapping[str, str] = field(default_factory=dict)


def _money(measure: str) -> Part:
    return Part("ledger_entries", measure.capitalize(), "amount", {"measure": measure})


def _due(kind: str) -> Part:
    return Part("milestones", f"{kind.capitalize()} due", "due_on", {"kind": kind})


MEASURES = ("commitment", "funding", "ceiling", "payment", "delivery", "refund", "compensation")
#: Facts about the contract of a line, by the names that mappings use.
FACTS: Mapping[str, Part] = {
    **{measure: _money(measure) for measure in MEASURES},
    "delivery_due": _due("delivery"),
    "payment_due": _due("payment"),
    "status": Part("contract_status_changes", "Status", "status"),
}
PARTS: Mapping[str, Part] = {
    "contract": Part("contracts", "Contract", "title"),
    "buyer": Part("organizations", "Buyer", "name"),
    "supplier": Part("organizations", "Supplier", "name"),
    "program": Part("programs", "Program", "code"),
    "source": Part("documents", "Source", "title"),
    **FACTS,
}
#: Fields that the service fills in itself.
_OWN = frozenset({"key", "generated", "is_remainder"})


def _fields(part: Part) -> Mapping[str, Field]:
    named = {"code": TEXT} if part.table == "programs" else {}
    own = _OWN | part.always.keys()
    return named | {name: each for name, each in TABLES[part.table].fields.items() if not each.to and name not in own}


#: Every field that a column can be, by its name.
TARGETS: Mapping[str, Field] = {
    f"{name}.{field_name}": each for name, part in PARTS.items() for field_name, each in _fields(part).items()
}
#: Without these no line is a contract.
NEEDED = ("contract.title", "contract.currency", "buyer.name", "source.title")
#: The one field in which several columns may be put together.
TOGETHER = "contract.description"


def is_amount(target: str) -> bool:
    """Whether a field holds an amount."""
    return target in TARGETS and TARGETS[target].read is as_amount


def is_day(target: str) -> bool:
    """Whether a field holds a day."""
    return target in TARGETS and TARGETS[target].read is as_day


def part_of(target: str) -> str:
    """The part that a field belongs to."""
    return target.partition(".")[0]


def title_of(target: str) -> str:
    """A field as people read it: Contract: signed on."""
    part, _, name = target.partition(".")
    return f"{PARTS[part].title}: {name.replace('_', ' ')}"


def precision_of(target: str) -> str:
    """The field that says how exact a day is, or nothing where it is always a day: signed_on has signed_precision."""
    found = f"{target.removesuffix('_on')}_precision"
    return found if found in TARGETS else ""
