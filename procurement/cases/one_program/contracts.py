"""A page of a program's contracts, each with its state, its share and its money; and those that have left it."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.contracts.states import ENDED, is_live
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Due, Row
from procurement.parties.models import Organization
from procurement.sources.facts import PUBLISHED

#: So many contracts are shown; where there are no more, those owed most come first.
PAGE = 60


@dataclass(frozen=True)
class ContractLine:
    """One contract's share in the program."""

    contract: Contract
    supplier: Organization | None
    status: str | None
    share: Decimal
    row: Row

    @property
    def figures(self) -> Mapping[str, Decimal | None]:
        """Its figures, at its share; None is unknown."""
        return self.row.figures

    @property
    def live(self) -> bool:
        """Whether it is live."""
        return is_live(self.status, self.figures.get("committed"))

    @property
    def confirmed_on(self) -> dt.date | None:
        """The day of the newest fact that shows it alive."""
        return self.row.age.confirmed_on[1] if self.row.age.confirmed_on else None

    @property
    def presumed(self) -> bool:
        """Whether it is only presumed to run."""
        return bool(self.row.age.presumed)

    @property
    def known_through(self) -> dt.date | None:
        """The day through which its payments are known."""
        return self.row.age.paid_known_through[1] if self.row.age.paid_known_through else None

    @property
    def next_due(self) -> Due | None:
        """What falls due next."""
        return self.row.next_due


@dataclass(frozen=True)
class Contracts:
    """One page of them, and after which contract the next one begins."""

    lines: tuple[ContractLine, ...]
    following: int | None = None
    #: whether it is not the first page
    goes_on: bool = False

    @property
    def live(self) -> dict[str, int] | None:
        """How many are live, by currency; None where this page has not all of them."""
        if self.following is not None or self.goes_on:
            return None
        return Counter(line.row.currency or "" for line in self.lines if line.live)

    @property
    def ended(self) -> dict[str, int] | None:
        """How many have ended, by currency; None where this page has not all of them."""
        if self.live is None:
            return None
        return Counter(line.row.currency or "" for line in self.lines if line.status in ENDED)


@dataclass(frozen=True)
class Left:
    """A contract that belonged to the program and has left it, and where it went."""

    contract: Contract
    since: ProgramAllocation
    to: tuple[ProgramAllocation, ...]


def contracts_of(asked: Asked, program_id: int, count: int, beyond: int | None = None) -> Contracts:
    """A page of the contracts that have a share in it; `count` says how many have."""
    if count <= PAGE and beyond is None:
        lines = _lines(asked, program_id, None)
        return Contracts(tuple(sorted(lines, key=_owed_most)))
    paged = answer(Question(asked, ("contract",), {"program": [program_id]}, limit=PAGE, beyond=beyond))
    following = paged.rows[-1].keys["contract"] if paged.next_offset is not None and paged.rows else None
    lines = _lines(asked, program_id, [row.keys["contract"] for row in paged.rows])
    return Contracts(tuple(lines), following, beyond is not None)


def _owed_most(line: ContractLine) -> tuple[bool, bool, Decimal, int]:
    owed = line.figures.get("outstanding")
    return (line.contract.is_remainder, not line.live, -(owed or Decimal(0)), line.contract.pk)


def most_owed(asked: Asked, program_id: int, most: int) -> list[ContractLine]:
    """The contracts of a program under which most is outstanding, the largest first, unknown amounts last."""
    found = answer(Question(asked, ("contract",), {"program": [program_id]})).rows
    ranked = sorted((row for row in found if row.contracts), key=_outstanding_last)
    ids = [row.keys["contract"] for row in ranked[:most]]
    lines = {line.contract.pk: line for line in _lines(asked, program_id, ids)}
    return [lines[pk] for pk in ids if pk in lines]


def _outstanding_last(row: Row) -> tuple[bool, Decimal, int]:
    owed = row.figures["outstanding"]
    return (owed is None, -(owed or Decimal(0)), row.keys["contract"])


def _lines(asked: Asked, program_id: int, named: list[int] | None) -> list[ContractLine]:
    """The contracts of these ids, or all of the program's."""
    keys: tuple[str, ...] = ("contract", "contract_status", "supplier")
    only = {} if named is None else {"contract": named}
    found = answer(Question(asked, keys, {"program": [program_id], **only}))
    contract_ids = [row.keys["contract"] for row in found.rows if row.contracts]
    contracts = Contract.everything.in_bulk(contract_ids)
    suppliers = Organization.everything.in_bulk({row.keys["supplier"] for row in found.rows} - {None})
    shares = {each.contract_id: each.share for each in _newest(asked, program_id, contract_ids)}
    return [
        ContractLine(
            contracts[row.keys["contract"]],
            suppliers.get(row.keys["supplier"]),
            row.keys["contract_status"],
            shares.get(row.keys["contract"], Decimal(1)),
            row,
        )
        for row in found.rows
        if row.contracts
    ]


def _newest(asked: Asked, program_id: int, contract_ids: Collection[int]) -> list[ProgramAllocation]:
    rows = ProgramAllocation.objects.standing(asked).filter(program=program_id, contract__in=contract_ids)
    return list(rows.order_by("contract_id", "-effective_on", PUBLISHED.desc(), "-id").distinct("contract_id"))


def left_behind(asked: Asked, program_id: int, most: int = 20) -> list[Left]:
    """The contracts whose share in the program has become zero, the latest first. Two queries."""
    rows = ProgramAllocation.objects.standing(asked).filter(program=program_id)
    ended = rows.filter(contract__in=rows.filter(share=0).values("contract"))
    newest = ended.order_by("contract_id", "-effective_on", PUBLISHED.desc(), "-id").distinct("contract_id")
    last = ProgramAllocation.objects.filter(pk__in=newest.values("pk"), share=0).select_related("contract")
    gone = list(last.order_by("-effective_on", "-id")[:most])
    others = ProgramAllocation.objects.standing(asked).exclude(program=program_id).select_related("program")
    held = others.filter(contract__in=[each.contract_id for each in gone], share__gt=0)
    to: dict[int, dict[int, ProgramAllocation]] = {}
    for each in held.order_by("effective_on", PUBLISHED, "id"):
        to.setdefault(each.contract_id, {})[each.program_id] = each
    return [Left(each.contract, each, tuple(to.get(each.contract_id, {}).values())) for each in gone]
