"""A seeded portfolio of any size: the same numbers give the same rows, money and dates included."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from psycopg import sql

from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document

FIRST_DAY = dt.date(2012, 1, 1)
DAYS = 365 * 12
#: The day that measurements ask about: everything has happened.
TODAY = FIRST_DAY + dt.timedelta(days=DAYS + 1)
BUYERS = ("JP", "US", "GB", "FR", "DE", "AU")
CURRENCIES = {"JP": "JPY", "US": "USD", "GB": "GBP", "FR": "EUR", "DE": "EUR", "AU": "AUD"}
DOMAINS = ("missile_defence", "naval", "air", "land", "space", "cyber")
METHODS = Contract.Method.values
STATES = ("active",) * 6 + ("suspended", "stop_work", "completed", "terminated")
#: One entry in so many is taken back.
REVERSED_EACH = 100

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much to make."""

    contracts: int = 20_000
    entries_per_contract: int = 10
    programs: int = 200
    suppliers: int = 500
    seed: int = 1

    @property
    def entries(self) -> int:
        """How many ledger entries there are, reversals left out."""
        return self.contracts * self.entries_per_contract


class Portfolio:
    """Makes rows; ids are given here, so that rows can name one another before they are stored."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.random = random.Random(size.seed)  # noqa: S311  (a portfolio, not a secret)

    def fill(self, progress: Progress) -> None:
        """Copy everything into the database, table by table.

        Triggers look away where the server lets us say so: filling is not what is measured, and leaves no work behind.
        """
        fire_triggers(fire=False)
        for model, rows in (
            (Document, self.documents()),
            (Organization, self.organizations()),
            (Program, self.programs()),
            (StatusChange, self.decisions()),
            (Contract, self.contracts()),
            (ContractParty, self.suppliers()),
            (ContractStatusChange, self.states()),
            (ProgramAllocation, self.allocations()),
            (Completeness, self.completeness()),
            (LedgerEntry, self.entries()),
        ):
            progress(f"{copy_in(model, rows):>11,} rows of {model._meta.verbose_name}")
        fire_triggers(fire=True)

    def day(self) -> dt.date:
        """Some day."""
        return FIRST_DAY + dt.timedelta(days=self.random.randrange(DAYS))

    def country(self, number: int) -> str:
        """The country of the buyer of a program or contract."""
        return BUYERS[number % len(BUYERS)]

    def program_of(self, contract: int) -> int:
        """The program that a contract is signed for: a few are large."""
        return 1 + min(self.random.randrange(self.size.programs), contract % self.size.programs)

    def documents(self) -> Iterator[Document]:
        """One source for everything."""
        yield Document(id=1, title="Generated", published_on=FIRST_DAY)

    def organizations(self) -> Iterator[Organization]:
        """Buyers, then suppliers."""
        for number in range(len(BUYERS) + self.size.suppliers):
            is_buyer = number < len(BUYERS)
            kind = Organization.Kind.GOVERNMENT_EXECUTIVE if is_buyer else Organization.Kind.COMPANY
            name = f"{'Ministry' if is_buyer else 'Maker'} {number}"
            country = self.country(number)
            yield Organization(id=number + 1, name=name, match_key=name.lower(), kind=kind, country=country)

    def programs(self) -> Iterator[Program]:
        """Programs of the buyers in turn."""
        for number in range(self.size.programs):
            yield Program(
                id=number + 1,
                code=f"program-{number}",
                name=f"Program {number}",
                buyer_id=1 + number % len(BUYERS),
                country=self.country(number),
                domain=DOMAINS[number % len(DOMAINS)],
            )

    def decisions(self) -> Iterator[StatusChange]:
        """Each program is approved; each fifth is suspended later, and half of those cancelled."""
        for number in range(self.size.programs):
            day = self.day()
            steps = ["approved", "suspended", "cancelled"][: 1 + (number % 5 == 0) + (number % 10 == 0)]
            for later, status in enumerate(steps):
                when = day + dt.timedelta(days=300 * later)
                yield StatusChange(program_id=number + 1, kind="decision", side="buyer", status=status, **known(when))

    def contracts(self) -> Iterator[Contract]:
        """Contracts of the buyers in turn."""
        for number in range(self.size.contracts):
            yield Contract(
                id=number + 1,
                reference=f"C-{number}",
                title=f"Contract {number}",
                buyer_id=1 + number % len(BUYERS),
                method=METHODS[number % len(METHODS)],
                currency=CURRENCIES[self.country(number)],
                signed_on=self.day(),
                source_id=1,
            )

    def suppliers(self) -> Iterator[ContractParty]:
        """A lead supplier each."""
        for number in range(self.size.contracts):
            lead = len(BUYERS) + 1 + self.random.randrange(self.size.suppliers)
            yield ContractParty(contract_id=number + 1, organization_id=lead, role="lead_supplier", **known(FIRST_DAY))

    def states(self) -> Iterator[ContractStatusChange]:
        """A state each."""
        for number in range(self.size.contracts):
            status = self.random.choice(STATES)
            yield ContractStatusChange(contract_id=number + 1, status=status, **known(self.day()))

    def allocations(self) -> Iterator[ProgramAllocation]:
        """The whole contract to one program; each tenth is re-homed in part later."""
        for number in range(self.size.contracts):
            program, day = self.program_of(number), self.day()
            yield allocated(number, program, "1", FIRST_DAY)
            if number % 10 == 0 and self.size.programs > 1:
                yield allocated(number, program, "0.4", day)
                yield allocated(number, 1 + program % self.size.programs, "0.6", day)

    def completeness(self) -> Iterator[Completeness]:
        """Every third contract's payments are stated to be complete."""
        for number in range(0, self.size.contracts, 3):
            yield Completeness(contract_id=number + 1, measure="payment", through=TODAY, basis="stated", **known(TODAY))

    def entries(self) -> Iterator[LedgerEntry]:
        """An award each, then changes and payments; some are taken back."""
        for number in range(self.size.entries):
            entry = self.entry(number)
            yield entry
            if number % REVERSED_EACH == REVERSED_EACH - 1:
                yield LedgerEntry(
                    contract_id=entry.contract_id,
                    measure=entry.measure,
                    amount=-entry.amount,
                    reason="correction",
                    reverses_id=entry.id,
                    **known(entry.effective_on),
                    id=self.size.entries + number,
                )

    def entry(self, number: int) -> LedgerEntry:
        """One movement."""
        contract, place = divmod(number, self.size.entries_per_contract)
        measure = "commitment" if place == 0 else self.random.choice(("commitment", "payment", "payment"))
        return LedgerEntry(
            id=number + 1,
            contract_id=contract + 1,
            measure=measure,
            amount=Decimal(self.random.randrange(1, 10**12)).scaleb(-2),
            reason="modification" if place else "award",
            **known(self.day()),
        )


def known(day: dt.date) -> dict[str, object]:
    """The dates and the source of a fact that was public at once."""
    return {"effective_on": day, "published_on": day, "source_id": 1}


def allocated(contract: int, program: int, share: str, day: dt.date) -> ProgramAllocation:
    """A share from a day on."""
    return ProgramAllocation(contract_id=contract + 1, program_id=program, share=Decimal(share), **known(day))


def fire_triggers(*, fire: bool) -> None:
    """Let triggers fire on this connection or not; without a superuser's right to say so, they always do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('session_replication_role', %s, false) WHERE current_setting('is_superuser')::boolean",
            ["origin" if fire else "replica"],
        )


def copy_in(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """COPY unsaved rows into their table, returning how many; either all bring their ids, or none does."""
    given = iter(rows)
    first = next(given)
    fields = [field for field in model._meta.concrete_fields if field.db_default is NOT_PROVIDED]
    fields = [field for field in fields if not field.primary_key or first.pk is not None]
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    table = sql.Identifier(model._meta.db_table)
    copied = 0
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in chain([first], given):
                copy.write_row([getattr(row, field.attname) for field in fields])
                copied += 1
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return copied
