"""KF-16 upgrade, Korea (facts/other_programs.md, B15): a foreign military sale ended at the buyer's request."""

from procurement.contracts.models import Contract, Guarantee
from procurement.contracts.recording import guarantees
from tests.exposure.examples.asking import cite, report
from tests.makers import day, make_contract, make_organization, make_program, make_supplier, post, put


def enter_kf16() -> Contract:
    """Enter phase 1; the upgrade itself was not called off by any source, so the program has no decision."""
    korea = make_organization("Republic of Korea", "KR")
    agency = cite(
        "https://www.dsca.mil/news-media/news-archive/"
        "republic-korea-requests-us-government-terminate-kf-16-upgrade-contract-bae",
        "Defense Security Cooperation Agency", grade="primary",
    )  # fmt: skip
    program = make_program("kf-16-upgrade", name="KF-16 upgrade", buyer=korea, domain="air")
    contract = make_contract(
        program, buyer=korea, supplier=make_supplier("BAE Systems", "US"), currency="USD", title="Phase 1",
        method="foreign_military_sale", signed_on="2014-05-31", signed_precision="month", source=agency,
    )  # fmt: skip
    post(contract, "140000000", reason="award", on="2014-05-31", effective_precision="month", rounding=1_000_000,
         source=agency, note="Firm fixed price.")  # fmt: skip
    put(contract, "terminated", "2014-11-05", termination_ground="convenience", source=agency,
        note="At the buyer's request.")  # fmt: skip
    report("estimated_total", "USD", "2013-12-31", agency, program=program, amount=1_700_000_000,
           effective_precision="month", rounding=100_000_000, scope="foreign military sale")  # fmt: skip
    report("estimated_total", "USD", "2014-11-05", agency, program=program, low=2_400_000_000, high=2_500_000_000,
           rounding=100_000_000, scope="foreign military sale", note="As it rose; dated with the end.")  # fmt: skip
    return contract


def enter_guarantee(contract: Contract) -> None:
    """The security that BAE and Korea went to court over: held, and neither called nor released on record.

    Its kind and the day it was given are not on record: performance, as it was no advance that Korea had paid; and the
    day of the end, when it was held for sure.
    """
    suit = cite("https://www.flightglobal.com/bae-suing-south-korea-in-wake-of-canceled-f-16-upgrade-deal/115137.article",
                "FlightGlobal")  # fmt: skip
    held = Guarantee(
        contract=contract, kind="performance", amount=43_250_000, effective_on=day("2014-11-05"), source=suit
    )
    guarantees.record(held)
    report("unsettled", "USD", "2014-11-05", suit, contract=contract, amount=43_250_000, scope="guarantee, in court")
