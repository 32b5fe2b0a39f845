"""Entering contracts and the facts about them."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from django.db import transaction

from procurement.common.dates import precision_fault
from procurement.common.errors import Complaints, Refused
from procurement.common.matching import Found
from procurement.common.money import amount_fault, currency_fault, trimmed
from procurement.common.prepared_statements import Question, Rows, ask
from procurement.common.validation import complain_of_fields, day_in, missing_references, number_in
from procurement.common.withdrawable import store_new
from procurement.common.withdrawn import withdrawal_said
from procurement.contracts.currency import hold_currencies, refuse_changed_currency
from procurement.contracts.models import (
    Contract,
    ContractFact,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.contracts.oddities import odd_contract
from procurement.contracts.plausible import before_signature, far_off, hundredfold
from procurement.contracts.referring import refer
from procurement.contracts.sharing import Excess, Share, first_excess
from procurement.contracts.sizes import but, entries, ledgers, sizes, sizes_of_others
from procurement.fiscal.reading import fiscal_years
from procurement.sources.facts import Fact
from procurement.sources.oddities import complain_of_fiscal_days, has_fiscal_days
from procurement.sources.recording import NO_SOURCE, Recorder
from procurement.sources.references import NO_KEY_UPDATE, locking

#: The states of a contract before it is signed.
UNSIGNED = frozenset({ContractStatusChange.Status.PENDING, ContractStatusChange.Status.CANCELLED_BEFORE_SIGNATURE})

CF = TypeVar("CF", bound=ContractFact)


@dataclass(frozen=True)
class ContractParts:
    """What a new contract brings with it; every part is an unsaved fact without its contract."""

    parties: Sequence[ContractParty] = field(default_factory=tuple)
    statuses: Sequence[ContractStatusChange] = field(default_factory=tuple)
    allocations: Sequence[ProgramAllocation] = field(default_factory=tuple)


def refuse_bad_contract(row: Contract) -> None:
    """Raise Refused when a contract's columns have invalid values."""
    complaints = Complaints()
    for name in missing_references(row):
        complaints.add(name, NO_SOURCE if name == "source" else "must be given")
    complain_of_fields(row, complaints)
    if fault := currency_fault(row.currency):
        complaints.add("currency", fault)
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        complaints.add("ends_on", f"must not be before starts_on, {row.starts_on.isoformat()}")
    for name, day, precision in (
        ("signed_on", row.signed_on, row.signed_precision),
        ("ends_on", row.ends_on, row.ends_precision),
    ):
        if day and (fault := precision_fault(day, precision)):
            complaints.add(name, fault)
    if not complaints.errors and has_fiscal_days([row]):
        complain_of_fiscal_days(row, row.buyer.country, fiscal_years(), complaints)
    complaints.refuse_if_any()


@transaction.atomic
def enter_contract(row: Contract, parts: ContractParts | None = None) -> Found[Contract]:
    """Store a new contract with its first parties, status and allocations, all or none.

    Returns the warnings about them. Raises Refused, or Conflict when the buyer has a contract with this reference.
    """
    refuse_bad_contract(row)
    refer(row)
    store_new(row, Contract.everything.referred_to(row.buyer_id, row.reference).first())
    said = _record_parts(row, parts or ContractParts())
    return Found(row, created=True, warnings=(*odd_contract(row), *said))


def create_contract(row: Contract, parts: ContractParts | None = None) -> Contract:
    """Store a new contract: see enter_contract."""
    return enter_contract(row, parts).row


@transaction.atomic
def change_contract(row: Contract, columns: Sequence[str]) -> tuple[str, ...]:
    """Store the edited columns of a contract; returns the warnings about it.

    Raises Refused, also for a currency other than that of its amounts; Conflict when its buyer has another contract
    with this reference. Safe to race with posting an amount: both lock the contract's row.
    """
    if "currency" in columns:
        refuse_changed_currency(row.pk, row.currency)
    refuse_bad_contract(row)
    row.save(update_fields={*columns, *refer(row)})
    return odd_contract(row, columns)


def _record_parts(contract: Contract, parts: ContractParts) -> list[str]:
    """Append a new contract's first facts; returns the warnings about them."""
    for fact in (*parts.parties, *parts.statuses, *parts.allocations):
        fact.contract = contract
    return [
        *_recorded("suppliers", contract_parties, parts.parties),
        *_recorded("status", contract_status_changes, parts.statuses),
        *_recorded("allocations", allocations, parts.allocations),
    ]


def _recorded(part: str, recorder: Recorder[CF], facts: Sequence[CF]) -> list[str]:
    with _named(part):
        posted = recorder.record_all(facts)
    said = [(each.fact, warning) for each in posted for warning in each.warnings]
    # most begin at signature: warnings about that day were already given for the contract
    return [f"{part}: {warning}" for fact, warning in said if not _is_of_signature(fact, warning)]


def _is_of_signature(fact: ContractFact, warning: str) -> bool:
    return warning.startswith("effective_on:") and fact.effective_on == fact.contract.signed_on


@contextmanager
def _named(part: str) -> Iterator[None]:
    """Prefix the fields of refusals inside with the part of the contract."""
    try:
        yield
    except Refused as refused:
        raise Refused({f"{part}.{field}": said for field, said in refused.errors.items()}) from refused


def first_day(contract: Contract) -> dt.date | None:
    """The day a new contract's first facts take effect: signature, else its source's date."""
    return contract.signed_on or contract.source.dated


def first_precision(contract: Contract) -> str:
    """The precision of that day: that of the signature, if it is the day of signature."""
    return contract.signed_precision if contract.signed_on else Fact.Precision.DAY


class ContractParties(Recorder[ContractParty]):
    """Who is party to a contract, and novations."""

    model = ContractParty


class ContractStatusChanges(Recorder[ContractStatusChange]):
    """The states of a contract."""

    model = ContractStatusChange

    def complain(self, row: ContractStatusChange, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        _complain_of_act(row, complaints)
        notified_on = day_in(row, "notified_on")
        if notified_on and (fault := precision_fault(notified_on, row.notified_precision)):
            complaints.add("notified_on", fault)
        terminated = {ContractStatusChange.Status.TERMINATED, ContractStatusChange.Status.PARTIALLY_TERMINATED}
        halted = {ContractStatusChange.Status.SUSPENDED, ContractStatusChange.Status.STOP_WORK}
        if row.termination_ground and row.status not in terminated:
            complaints.add("termination_ground", "goes with status terminated or partially_terminated")
        if row.suspends and row.status not in halted:
            complaints.add("suspends", "goes with status suspended or stop_work")
        until, effective_on = day_in(row, "until"), day_in(row, "effective_on")
        if until and effective_on and until < effective_on:
            complaints.add("until", f"must not be before effective_on, {effective_on.isoformat()}")

    def warnings(self, row: ContractStatusChange, known: Any) -> Iterable[str]:  # noqa: ARG002  (a hook)
        """Warn of a state that a contract has only once it is signed, before it was."""
        if row.status and row.status not in UNSIGNED:
            yield from before_signature("effective_on", row.effective_on, row.contract.signed_on)


def _complain_of_act(row: ContractStatusChange, complaints: Complaints) -> None:
    changes_state = row.act == ContractStatusChange.Act.STATE
    if changes_state and not row.status:
        accepted = ", ".join(ContractStatusChange.Status.values)
        complaints.add("status", f"must be given; accepted: {accepted}, or none with act show_cause or confirmation")
    elif row.status and not changes_state:
        complaints.add("status", f"an act {row.act} changes no state: leave the status empty, or give act state")


class Allocations(Recorder[ProgramAllocation]):
    """Which programs a contract belongs to. Shares never exceed 1 on any day, decided under a lock on the contract."""

    model = ProgramAllocation

    def complain(self, row: ProgramAllocation, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        share = number_in(row, "share")
        if share is not None and not 0 <= share <= 1:
            complaints.add("share", "a share lies between 0 and 1; 0.5 would be accepted")

    def lock(self, rows: Sequence[ProgramAllocation], held: Collection[int] = ()) -> None:  # noqa: ARG002  (a hook)
        """Lock the contracts, once, sorted by id, FOR NO KEY UPDATE: rows that only refer to one need not wait."""
        ask([locking(Contract, {row.contract_id for row in rows}, NO_KEY_UPDATE)])

    def settle(self, rows: Sequence[ProgramAllocation]) -> None:
        """Refuse when the shares of a contract exceed one on any day, as known on any day."""
        stored: dict[int, list[ProgramAllocation]] = {row.contract_id: [] for row in rows}
        for row in ProgramAllocation._base_manager.filter(contract__in=stored):
            stored[row.contract_id].append(row)
        for contract_id in sorted(stored):
            for known_on, shares in shares_as_known(stored[contract_id]):
                excess = first_excess(shares)
                if excess is not None:
                    raise Refused({"share": _too_much(contract_id, excess, known_on)})


def _too_much(contract_id: int, excess: Excess, known_on: dt.date) -> str:
    return (
        f"the shares of contract {contract_id} would add up to {trimmed(excess.total)} on "
        f"{excess.day.isoformat()}, as known on {known_on.isoformat()}; at most 1 in all is accepted (end another "
        "share first, or in the same request, published no later)"
    )


def shares_as_known(rows: Collection[ProgramAllocation]) -> Iterator[tuple[dt.date, list[Share]]]:
    """The standing ones of a contract's allocations, as known on each day on which one was published or reversed."""
    for day in sorted({row.public_order for row in rows}):
        known = [row for row in rows if row.public_order <= day]
        undone = {row.reverses_id for row in known}
        standing = [row for row in known if row.reverses_id is None and row.pk not in undone]
        yield day, [Share(r.program_id, r.share, r.effective_on, r.published_on, r.pk) for r in standing]


class Amounts(Recorder[CF]):
    """Facts that hold amounts in their contract's currency; the amounts of one kind are compared."""

    amounts: ClassVar[tuple[str, ...]] = ("amount",)
    kind: ClassVar[tuple[str, ...]] = ("kind",)
    holds = "contract"
    dated: ClassVar[tuple[str, str]] = ("effective_on", "effective_precision")

    def questions(self, facts: Sequence[CF]) -> list[Question]:
        """What the ledger holds of their contracts, and the amounts of other rows."""
        return [entries(row.contract_id for row in facts), sizes(facts, self.kind, self.amounts)]

    def gather(self, facts: Sequence[CF], answers: Sequence[Rows]) -> Any:
        """The ledger of each contract, and the amounts by kind."""
        return ledgers((row.contract_id for row in facts), answers[0]), sizes_of_others(self.kind, answers[1])

    def warnings(self, row: CF, known: Any) -> Iterable[str]:
        """Warn of amounts far above the others, and of currencies withdrawn by that date."""
        ledger, others = known[0][row.contract_id], known[1]
        key = (row.contract_id, *(getattr(row, name) for name in self.kind))
        others_sizes, currency = [*ledger.sizes(), *but(others.get(key, {}), row.pk)], row.contract.currency
        for name in self.amounts:
            yield from hundredfold(name, getattr(row, name), others_sizes, currency)
            yield from far_off(name, getattr(row, name), currency)
        if any(getattr(row, name) is not None for name in self.amounts):
            day, precision = self.dated
            yield from withdrawal_said(currency, day, getattr(row, day), getattr(row, precision))

    def lock(self, rows: Sequence[CF], held: Collection[int] = ()) -> None:
        """Check that the contracts still have the currency of the validated amounts, and keep it from changing."""
        hold_currencies((row.contract_id, row.contract.currency) for row in rows if row.contract_id not in held)


class Milestones(Amounts[Milestone]):
    """Payments and deliveries that fall due."""

    model = Milestone
    dated = ("due_on", "due_precision")

    def warnings(self, row: Milestone, known: Any) -> Iterable[str]:
        """Warn of what falls due before signature, too."""
        yield from super().warnings(row, known)
        yield from before_signature("due_on", row.due_on, row.contract.signed_on)

    def complain(self, row: Milestone, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        _complain_of_amounts(row, ["amount"], complaints)
        due_on = day_in(row, "due_on")
        if due_on:
            fault = precision_fault(due_on, row.due_precision)
            if fault:
                complaints.add("due_on", fault)


class LiabilityEstimates(Amounts[LiabilityEstimate]):
    """What leaving would cost."""

    model = LiabilityEstimate
    amounts = ("low", "point", "high")
    kind = ()

    def complain(self, row: LiabilityEstimate, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        given = {name: number_in(row, name) for name in ("low", "point", "high")}
        known = [value for value in given.values() if value is not None]
        _complain_of_amounts(row, [name for name, value in given.items() if value != 0], complaints)
        if not known and not row.withheld:
            complaints.add("point", "give low, point or high, or withheld=true when the estimate is secret")
        if known != sorted(known):
            complaints.add("high", "low must not be above point, nor point above high")


class Guarantees(Amounts[Guarantee]):
    """Security held, called and released."""

    model = Guarantee

    def complain(self, row: Guarantee, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        _complain_of_amounts(row, ["amount"], complaints)


def _complain_of_amounts(row: ContractFact, columns: Iterable[str], complaints: Complaints) -> None:
    for column in columns:
        amount = number_in(row, column)
        fault = None if amount is None else amount_fault(amount, row.contract.currency)
        if fault:
            complaints.add(column, fault)
        elif amount is not None and amount < 0:
            complaints.add(column, "must be above zero")


contract_parties = ContractParties()
contract_status_changes = ContractStatusChanges()
allocations = Allocations()
milestones = Milestones()
liability_estimates = LiabilityEstimates()
guarantees = Guarantees()
