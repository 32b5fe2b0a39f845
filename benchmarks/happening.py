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
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import Completeness

#: What becomes of an eighth of the contracts.
BRANCHES = ("stop_work", "suspended", "terminated", "partially_terminated")
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
    """Active from signature; then what became of it. Most orders to stop work end in time, most contracts too."""
    columns = ("contract_id", "status", *KNOWN)
    return Rows(ContractStatusChange, columns, _states(cast), cast.size.contracts * 3 // 2)


def _states(cast: Cast) -> Iterator[str]:
    chance = cast.chance("states")
    for number, day in enumerate(cast.signed):
        yield f"{number + 1}\tactive\t{known(chance, day)}"
        luck, moves = chance.random(), cast.moves(number)
        fate = BRANCHES[int(luck * 33)] if luck < 0.12 else ""
        if fate:
            when = day + chance.randrange(moves)
            yield f"{number + 1}\t{fate}\t{known(chance, when)}"
            if fate == "stop_work" and number % 10:
                yield f"{number + 1}\tactive\t{known(chance, min(when + 60, DAYS))}"
        if fate != "terminated" and day + cast.lasts[number] < DAYS and number % 60 != 11:
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


def figures(cast: Cast) -> Rows:
    """What somebody said of one contract in a hundred: its award, also retold, and of a few of those otherwise."""
    columns = ("contract_id", "measure", "amount", "currency", "scope", "as_of_date", "speaker", *KNOWN)
    return Rows(ReportedFigure, columns, _figures(cast), cast.size.contracts // 50)


def _figures(cast: Cast) -> Iterator[str]:
    chance = cast.chance("figures")
    for number in range(7, cast.size.contracts, 100):
        currency, day = cast.currency(number), cast.signed[number]
        award, retold = f"{max(cast.worth[number], 1):.{0 if currency == 'JPY' else 2}f}", day + 20
        otherwise = f"{cast.worth[number] * 1.1 + 1:.0f}" if number % 1_000 == 7 else award
        for amount, scope, as_of, speaker in (
            (award, "", day, "Minister"),
            (award, "as announced", day, "Minister"),
            (otherwise, "as announced", retold, "Press"),
        ):
            about = f"{number + 1}\tcontracted\t{amount}\t{currency}\t{scope}\t{TEXTS[as_of]}\t{speaker}"
            yield f"{about}\t{known(chance, as_of)}"
