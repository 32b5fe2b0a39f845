"""Rows that describe: documents, organizations, programs and what was decided about them, contracts."""

from collections.abc import Iterator

from benchmarks.casting import (
    BUYERS,
    COUNTRIES,
    KNOWN,
    METHODS,
    MOMENTS,
    MOMENTS_A_DAY,
    TEXTS,
    Cast,
    buyer_of,
    country,
    known,
)
from benchmarks.copying import Rows
from benchmarks.size import DAYS, FIRST_DAY, LARGE, MID
from procurement.contracts.models import Contract
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document

DOMAINS = ("missile_defence", "naval", "air", "land", "space", "cyber")
#: Days before an asked day on which somebody contradicts the standing status, within the 90 that count.
CONTRADICTED = 40
#: What stops come to.
COURSES = (
    ("suspended",),
    ("suspended", "cancelled"),
    ("suspended", "active", "suspended"),
    ("cancelled",),
    ("suspended", "active", "suspended", "cancelled"),
)
ASKED = (DAYS, (MID - FIRST_DAY).days)


def documents() -> Rows:
    """One for each day: a fact's source is what came out on the day it was published."""
    lines = (
        f"{day + 1}\tNews of {TEXTS[day]}\t{TEXTS[day]}\t{MOMENTS[day * MOMENTS_A_DAY]}" for day in range(DAYS + 1)
    )
    return Rows(Document, ("id", "title", "published_on", "created_at"), lines, DAYS + 1)


def organizations(cast: Cast) -> Rows:
    """Buyers, then suppliers."""
    count = BUYERS + cast.size.suppliers
    columns = ("id", "name", "match_key", "kind", "country", "created_at")
    return Rows(Organization, columns, map(organization, range(count)), count)


def organization(number: int) -> str:
    """One of them."""
    is_buyer = number < BUYERS
    name = f"{'Ministry' if is_buyer else 'Maker'} {number}"
    kind = "government_executive" if is_buyer else "company"
    # the countries of suppliers do not follow those of the buyers
    home = country(number if is_buyer else number // len(COUNTRIES) + number % 7)
    return f"{number + 1}\t{name}\t{name.lower()}\t{kind}\t{home}\t{MOMENTS[0]}"


def programs(cast: Cast) -> Rows:
    """Programs of the buyers in turn, the largest first."""
    lines = (
        f"{number + 1}\tprogram-{number}\tProgram {number}\t{buyer_of(number) + 1}\t{country(buyer_of(number))}"
        f"\t{DOMAINS[number % len(DOMAINS)]}\t{MOMENTS[0]}"
        for number in range(cast.size.programs)
    )
    columns = ("id", "code", "name", "buyer_id", "country", "domain", "created_at")
    return Rows(Program, columns, lines, cast.size.programs)


def decisions(cast: Cast) -> Rows:
    """What was decided and said about programs."""
    columns = ("program_id", "kind", "side", "status", "speaker", *KNOWN)
    return Rows(StatusChange, columns, said(cast), cast.size.programs * 5 // 3)


def said(cast: Cast) -> Iterator[str]:
    """Each program is approved; some are stopped; of a few their standing status is contradicted."""
    chance = cast.chance("decisions")
    for number in range(cast.size.programs):
        yield f"{number + 1}\tdecision\tbuyer\tapproved\t\t{known(chance, chance.randrange(30))}"
        decided = course(cast, number)
        if decided:
            first = chance.randrange(DAYS // 4, DAYS // 2 - 200)
            day = first if is_early(cast, number) else DAYS - 900 + first // 4
        for later, status in enumerate(decided):
            when = known(chance, min(day + later * 350, DAYS - 120))
            yield f"{number + 1}\tdecision\tbuyer\t{status}\t\t{when}"
        if number % 25 == 0:
            otherwise = "active" if decided else "suspended"
            for asked in ASKED:
                yield f"{number + 1}\tstatement\tbuyer\t{otherwise}\tMinister\t{known(chance, asked - CONTRADICTED)}"


def course(cast: Cast, number: int) -> tuple[str, ...]:
    """What becomes of a program: most go on; others stay stopped, or are resumed and some of those stopped again."""
    if not is_stopped(cast, number):
        return ()
    turn = number // 5 % 5
    # most small ones stay suspended
    return COURSES[turn if cast.size.stopped == LARGE or turn in (1, 2) else 0]


def is_stopped(cast: Cast, number: int) -> bool:
    """Whether a program is ever stopped: of the large ones none, unless a fifth of all was asked for."""
    if cast.size.stopped == LARGE:
        return number % 5 == 0
    return number == cast.size.programs - 1 or (number >= cast.size.programs // 10 and number % 10 == 5)


def is_early(cast: Cast, number: int) -> bool:
    """Whether it is stopped in the first half of history; of small programs two of three are stopped late."""
    return cast.size.stopped == LARGE or number // 10 % 3 == 0


def contracts(cast: Cast) -> Rows:
    """Contracts of their programs' buyers."""
    columns = (
        "id", "reference", "reference_key", "title", "buyer_id", "method", "currency", "signed_on", "starts_on",
        "ends_on", "source_id", "created_at",
    )  # fmt: skip
    return Rows(
        Contract, columns, (contract(cast, number) for number in range(cast.size.contracts)), cast.size.contracts
    )


def contract(cast: Cast, number: int) -> str:
    """One of them."""
    day = cast.signed[number]
    return (
        f"{number + 1}\tC-{number}\tc-{number}\tContract {number}\t{buyer_of(cast.program[number]) + 1}"
        f"\t{METHODS[cast.method[number]]}\t{cast.currency(number)}"
        f"\t{TEXTS[day]}\t{TEXTS[day + 20]}\t{TEXTS[day + cast.lasts[number]]}"
        f"\t{day + 1}\t{MOMENTS[day * MOMENTS_A_DAY]}"
    )
