"""Facts about contracts, the ledger's left out: parties, states, programs, milestones, estimates, guarantees."""

from collections.abc import Iterator

from benchmarks.casting import BUYERS, KNOWN, TEXTS, Cast, known
from benchmarks.copying import NULL, Rows
from benchmarks.size import DAYS
from procurement.contracts.models import (
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.ledger.models import Completeness

#: A contract in so many has milestones, and how many it has.
SCHEDULED_EACH, MILESTONES = 5, 3
#: Which of those it is (numbers that share no pattern with programs, whose contracts are drawn).
SCHEDULED = 3


def parties(cast: Cast) -> Rows:
    """A lead supplier each; one in 20 has a new one later, one in 10 another supplier beside it."""
    return Rows(ContractParty, ("contract_id", "organization_id", "role", *KNOWN), _parties(cast), cast.size.contracts)


def _parties(cast: Cast) -> Iterator[str]:
    chance, suppliers = cast.chance("parties"), cast.size.suppliers
    for number, day in enumerate(cast.signed):
        lead = cast.supplier[number]
        yield f"{number + 1}\t{BUYERS + 1 + lead}\tlead_supplier\t{known(chance, day)}"
        if number % 20 == 7:
            later = known(chance, day + chance.randrange(cast.moves(number)))
            yield f"{number + 1}\t{BUYERS + 1 + (lead + 1) % suppliers}\tlead_supplier\t{later}"
        if number % 10 == 4:
            yield f"{number + 1}\t{BUYERS + 1 + (lead * 7 + 3) % suppliers}\tsupplier\t{known(chance, day)}"


def states(cast: Cast) -> Rows:
    """Active from signature; then what became of it."""
    columns = ("contract_id", "status", *KNOWN)
    return Rows(ContractStatusChange, columns, _states(cast), cast.size.contracts * 3 // 2)


def _states(cast: Cast) -> Iterator[str]:
    chance = cast.chance("states")
    for number, day in enumerate(cast.signed):
        yield f"{number + 1}\tactive\t{known(chance, day)}"
        luck, moves = chance.random(), cast.moves(number)
        if luck < 0.12:
            status = ("stop_work", "suspended", "terminated", "partially_terminated")[int(luck * 33)]
            yield f"{number + 1}\t{status}\t{known(chance, day + chance.randrange(moves))}"
        elif day + cast.lasts[number] < DAYS and luck < 0.8:
            yield f"{number + 1}\tcompleted\t{known(chance, day + moves)}"


def allocations(cast: Cast) -> Rows:
    """The whole contract to one program (of a few only a part); a tenth goes to another program later."""
    columns = ("contract_id", "program_id", "share", *KNOWN)
    return Rows(ProgramAllocation, columns, _allocations(cast), cast.size.contracts * 6 // 5)


def _allocations(cast: Cast) -> Iterator[str]:
    chance, programs = cast.chance("allocations"), cast.size.programs
    for number, day in enumerate(cast.signed):
        program = cast.program[number] + 1
        yield f"{number + 1}\t{program}\t{'0.8' if number % 33 == 8 else '1'}\t{known(chance, day)}"
        if number % 10 == 6 and programs > 1:
            # both rows have one source, and take effect together
            when = known(chance, day + 1 + chance.randrange(cast.moves(number)))
            kept, moved = ("0", "1") if number % 20 == 6 else ("0.4", "0.6")
            yield f"{number + 1}\t{program}\t{kept}\t{when}"
            yield f"{number + 1}\t{1 + (program + chance.randrange(programs - 1)) % programs}\t{moved}\t{when}"


def completeness(cast: Cast) -> Rows:
    """Of every third contract payments are stated to be complete, of every ninth also deliveries."""
    columns = ("contract_id", "measure", "through", "basis", *KNOWN)
    return Rows(Completeness, columns, _completeness(cast), cast.size.contracts * 4 // 9)


def _completeness(cast: Cast) -> Iterator[str]:
    chance = cast.chance("completeness")
    for number in range(0, cast.size.contracts, 3):
        day = DAYS if number % 2 else cast.signed[number] + cast.moves(number)
        basis = "balanced" if number % 30 == 0 else "stated"
        when = known(chance, day)
        yield f"{number + 1}\tpayment\t{TEXTS[day]}\t{basis}\t{when}"
        if number % 9 == 0:
            yield f"{number + 1}\tdelivery\t{TEXTS[day]}\t{basis}\t{when}"


def first_milestone(number: int) -> int | None:
    """The id of a contract's first milestone, a payment; a delivery and a last payment have the next two."""
    return number // SCHEDULED_EACH * MILESTONES + 1 if number % SCHEDULED_EACH == SCHEDULED else None


def milestones(cast: Cast) -> Rows:
    """Three for a fifth of the contracts; the ledger's entries meet most of the first two."""
    columns = ("id", "contract_id", "kind", "due_on", "amount", *KNOWN)
    return Rows(Milestone, columns, _milestones(cast), cast.size.contracts // SCHEDULED_EACH * MILESTONES)


def _milestones(cast: Cast) -> Iterator[str]:
    chance = cast.chance("milestones")
    for number in range(SCHEDULED, cast.size.contracts, SCHEDULED_EACH):
        first, day, lasts = first_milestone(number) or 0, cast.signed[number], cast.lasts[number]
        tenth, when = cast.worth[number] // 10 + 1, known(chance, day)
        yield f"{first}\t{number + 1}\tpayment\t{TEXTS[day + lasts // 3]}\t{tenth * 3:.0f}\t{when}"
        yield f"{first + 1}\t{number + 1}\tdelivery\t{TEXTS[day + lasts // 2]}\t{NULL}\t{when}"
        amount = f"{tenth * 2:.0f}" if number % 4 else NULL
        yield f"{first + 2}\t{number + 1}\tpayment\t{TEXTS[day + lasts]}\t{amount}\t{when}"


def estimates(cast: Cast) -> Rows:
    """What leaving would cost, for a few per cent; some are withheld, some revised later."""
    columns = ("contract_id", "low", "point", "high", "withheld", *KNOWN)
    return Rows(LiabilityEstimate, columns, _estimates(cast), cast.size.contracts // 25)


def _estimates(cast: Cast) -> Iterator[str]:
    chance = cast.chance("estimates")
    for number in range(5, cast.size.contracts, 33):
        for revision in range(1 + (number % 4 == 0)):
            tenth = cast.worth[number] * (1 + revision) // 20 + 1
            low, point, high = (
                (f"{tenth:.0f}", f"{tenth * 2:.0f}", f"{tenth * 3:.0f}"),
                (NULL, f"{tenth * 2:.0f}", NULL),
                (f"{tenth:.0f}", NULL, NULL),
                (NULL, NULL, NULL),
            )[number // 33 % 4]
            withheld = "f" if low != NULL or point != NULL else "t"
            when = known(chance, cast.signed[number] + chance.randrange(cast.moves(number)))
            yield f"{number + 1}\t{low}\t{point}\t{high}\t{withheld}\t{when}"


def guarantees(cast: Cast) -> Rows:
    """Security for a few per cent; of a quarter of them some was called or released since."""
    columns = ("contract_id", "kind", "event", "amount", "valid_until", *KNOWN)
    return Rows(Guarantee, columns, _guarantees(cast), cast.size.contracts // 20)


def _guarantees(cast: Cast) -> Iterator[str]:
    chance = cast.chance("guarantees")
    for number in range(6, cast.size.contracts, 25):
        day, tenth = cast.signed[number], cast.worth[number] // 10 + 1
        kind = "performance" if number % 2 else "advance_payment"
        until = TEXTS[day + cast.lasts[number]] if number % 3 else NULL
        yield f"{number + 1}\t{kind}\tgiven\t{tenth:.0f}\t{until}\t{known(chance, day)}"
        if number % 4 == 0:
            event, when = ("called", "released")[number % 8 == 0], day + chance.randrange(cast.moves(number))
            yield f"{number + 1}\t{kind}\t{event}\t{tenth // 2 + 1:.0f}\t{NULL}\t{known(chance, when)}"
