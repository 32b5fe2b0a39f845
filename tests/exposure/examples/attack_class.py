"""Attack class, Australia (facts/other_programs.md, B3): ended for convenience, and a settlement nine months later."""

from procurement.contracts.models import Contract
from procurement.programs.models import Program
from tests.exposure.examples.asking import cite, report
from tests.makers import decide, make_contract, make_organization, make_program, make_supplier, post, put, say

DEFENCE = ("Department of Defence", "AU")


def enter_attack_class() -> Contract:
    """Enter the contract, how it ended, and the settlement."""
    program = make_program("attack-class", name="Attack class", buyer=make_organization(*DEFENCE), domain="naval")
    contract = _design_and_mobilisation(program)
    _end(program, contract)
    _settle(contract)
    return contract


def _design_and_mobilisation(program: Program) -> Contract:
    senate = cite(
        "https://www.aph.gov.au/Parliamentary_Business/Committees/Senate/Economics/Navalshipbuilding/Interim_Report/"
        "section?id=committees%2Freportsen%2F024716%2F76873",
        "Parliament of Australia",
    )
    contract = make_contract(
        program, buyer=make_organization(*DEFENCE), supplier=make_supplier("Naval Group", "FR"), currency="AUD",
        method="direct_commercial", signed_on="2016-09-30", title="Design and mobilisation", source=senate,
    )  # fmt: skip
    # a range is no amount: its low end is certain, and rounding says how far the source reaches beyond
    post(contract, "450000000", reason="award", on="2016-09-30", rounding=50_000_000, source=senate,
         note="450 to 500 million.")  # fmt: skip
    report("contracted", "AUD", "2016-09-30", senate, contract=contract, low=450_000_000, high=500_000_000)
    return contract


def _end(program: Program, contract: Contract) -> None:
    guardian = cite(
        "https://www.theguardian.com/australia-news/2021/dec/22/"
        "australia-wrote-to-naval-group-noting-progress-on-submarines-a-week-before-contract-was-cancelled",
        "The Guardian", "2021-12-22",
    )  # fmt: skip
    told = cite(
        "https://www.thesaturdaypaper.com.au/news/politics/2021/09/25/"
        "under-the-surface-australias-submarine-deal/163249200012546",
        "The Saturday Paper", "2021-09-25",
    )  # fmt: skip
    defence = make_organization(*DEFENCE)
    say(program, "", "2021-09-08", organization=defence, source=guardian, term="subject to Government approval",
        note="One gate successfully completed.")  # fmt: skip
    say(program, "active", "2021-09-15", organization=defence, sequence=1, source=told, note="A letter to proceed.")
    decide(program, "cancelled", "2021-09-15", organization=defence, sequence=2, source=told,
           term="would be terminated for convenience")  # fmt: skip
    put(contract, "terminated", "2021-09-15", termination_ground="convenience", notified_on="2021-09-15", source=told)


def _settle(contract: Contract) -> None:
    """The ledger is in the contract's currency; what was said in euros, and of the whole, is reported."""
    settled = cite(
        "https://australiandefence.com.au/defence/sea/commonwealth-and-naval-group-agree-compensation",
        "Australian Defence Magazine",
    )
    post(contract, "830000000", "compensation", reason="settlement", on="2022-06-11", rounding=10_000_000,
         source=settled, note="EUR 555 million, about A$830 million, as the Prime Minister gave it.")  # fmt: skip
    report("settlement", "EUR", "2022-06-11", settled, contract=contract, amount=555_000_000, rounding=1_000_000,
           speaker="Anthony Albanese")  # fmt: skip
    shephard = cite(
        "https://www.shephardmedia.com/news/naval-warfare/"
        "australia-has-no-looming-submarine-capability-gap-at-least-according-to-the-ran/",
        "Shephard Media",
    )
    report("program_cost", "AUD", "2022-06-11", shephard, program=contract.programallocation_set.get().program,
           amount=3_400_000_000, rounding=100_000_000, scope="total", note="Dated with the settlement.")  # fmt: skip
