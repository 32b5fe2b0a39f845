"""Gathering what the rules read: a constant number of queries, however many programs are asked for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, QuerySet

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange, ProgramAllocation
from procurement.exposure.valuing import value_contracts
from procurement.flags.facts import Belonging, ContractFacts, Entry, Ledger, ProgramFacts, belongings
from procurement.ledger.models import Completeness, LedgerEntry, Measure
from procurement.programs.models import Program
from procurement.programs.reading import said_by_program
from procurement.programs.standing import Stop, standing, stops
from procurement.sources.facts import FactQuerySet

#: What the rules look at in the ledger.
MOVES = (Measure.COMMITMENT, Measure.PAYMENT)

NAMED = ("id", "reference", "title", "currency", "is_remainder", "source_id")
ENTRY = ("id", "measure", "amount", "effective_on", "effective_precision", "published_on", "source_id")

Contracts = QuerySet[ProgramAllocation, Any]


def gather(asked: Asked, program_ids: Collection[int] | None = None) -> list[ProgramFacts]:
    """The facts of the programs with decisions or statements in view, contracts only of those that were ever stopped.

    Ten queries, or two when no program was ever stopped.
    """
    said = said_by_program(asked, program_ids)
    stopped = {program: found for program, rows in said.items() if (found := stops(rows, asked.as_of))}
    contracts = _contracts(asked, stopped) if stopped else {}
    return [
        ProgramFacts(
            id=program.pk,
            code=program.code,
            name=program.name,
            asked=asked,
            said=tuple(said[program.pk]),
            standing=standing(said[program.pk], asked.as_of),
            stops=tuple(stopped.get(program.pk, ())),
            contracts=tuple(contracts.get(program.pk, ())),
        )
        for program in Program.objects.filter(pk__in=list(said)).order_by("pk")
    ]


def _contracts(asked: Asked, stopped: dict[int, list[Stop]]) -> dict[int, list[ContractFacts]]:
    """The contracts that ever belonged to the stopped programs, by program."""
    programs = list(stopped)
    ever = ProgramAllocation.objects.filter(program__in=programs).values("contract")
    values = {(value.program_id, value.contract_id): value for value in value_contracts(asked, program_ids=programs)}
    ledgers, grounds = _ledgers(asked, ever), _grounds(asked, ever)
    entries = _entries(asked, ever, after=min(stop.began_on for each in stopped.values() for stop in each))
    named = {row.id: row for row in Contract.objects.filter(pk__in=ever).values_list(*NAMED, named=True)}
    found: dict[int, list[ContractFacts]] = defaultdict(list)
    for (program, contract_id), belonged in sorted(_belonged(asked, programs).items()):
        contract = named[contract_id]
        found[program].append(
            ContractFacts(
                id=contract_id,
                reference=contract.reference,
                title=contract.title,
                currency=contract.currency,
                is_remainder=contract.is_remainder,
                sources=frozenset({contract.source_id, *grounds.get(contract_id, ())}),
                belonged=belonged,
                value=values.get((program, contract_id)),
                ledger=ledgers.get(contract_id, Ledger()),
                entries=tuple(entries.get(contract_id, ())),
            )
        )
    return found


def _belonged(asked: Asked, programs: Collection[int]) -> dict[tuple[int, int], tuple[Belonging, ...]]:
    """When each contract belonged to each of the programs, by program and contract."""
    rows = ProgramAllocation.objects.standing(asked).filter(program__in=programs)
    shares: dict[tuple[int, int], list[tuple[dt.date, Decimal]]] = defaultdict(list)
    # the order in which allocations count, as in contracts/sharing.py
    in_order = rows.order_by("effective_on", "published_on", "id")
    for program, contract, *since in in_order.values_list("program_id", "contract_id", "effective_on", "share"):
        shares[program, contract].append((since[0], since[1]))
    return {key: belongings(each) for key, each in shares.items()}


def _moves(asked: Asked, contracts: Contracts) -> FactQuerySet:
    """The payments and commitments of the contracts that stand in view."""
    return LedgerEntry.objects.standing(asked).filter(contract__in=contracts, measure__in=MOVES)


def _ledgers(asked: Asked, contracts: Contracts) -> dict[int, Ledger]:
    """Every contract's payments and commitments in short."""
    rows = (
        _moves(asked, contracts)
        .values("contract_id")
        .annotate(count=Count("id"), latest=Max("id"), sources=ArrayAgg("source_id", distinct=True))
    )
    return {row["contract_id"]: Ledger(row["count"], row["latest"], tuple(row["sources"])) for row in rows}


def _grounds(asked: Asked, contracts: Contracts) -> dict[int, set[int]]:
    """The documents that say of each contract in which state it is, and through when its payments are complete."""
    states = ContractStatusChange.objects.standing(asked).filter(contract__in=contracts)
    latest = states.order_by("contract", "-effective_on", "-published_on", "-id").distinct("contract")
    # as in exposure, a statement of completeness counts whatever the asked day
    complete = Completeness.objects.standing(replace(asked, as_of=dt.date.max))
    paid = complete.filter(contract__in=contracts, measure=Measure.PAYMENT)
    found: dict[int, set[int]] = defaultdict(set)
    for rows in (latest, paid):
        for contract, source in rows.values_list("contract_id", "source_id"):
            found[contract].add(source)
    return found


def _entries(asked: Asked, contracts: Contracts, *, after: dt.date) -> dict[int, list[Entry]]:
    """The payments and commitments whose day, or whose period's end, lies after a day, by contract."""
    found: dict[int, list[Entry]] = defaultdict(list)
    rows = _moves(asked, contracts).filter(effective_on__gt=after).order_by("effective_on", "id")
    for contract, *values in rows.values_list("contract_id", *ENTRY):
        found[contract].append(Entry(*values))
    return found
