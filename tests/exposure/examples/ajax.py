"""Ajax, United Kingdom (facts/other_programs.md, B24): payments stopped, the contract alive, payments resumed."""

from procurement.contracts.models import Contract
from tests.exposure.examples.asking import cite, report
from tests.makers import make_contract, make_organization, make_program, make_supplier, post, put


def enter_ajax() -> Contract:
    """Enter what is on record, and nothing that is not: no decision about the program itself is."""
    auditor = cite("https://www.nao.org.uk/press-releases/the-ajax-programme/", "National Audit Office")
    resumed = cite(
        "https://www.forces.net/technology/land-vehicles/"
        "uk-resumes-payments-controversial-ps55bn-ajax-armoured-vehicle-programme",
        "Forces News",
    )
    contract = _signed_in_2014(auditor)
    post(contract, "5522000000", on="2014-12-31", reason="award", rounding=1_000_000, source=auditor,
         effective_precision="year", note="A firm price; of options, so of a ceiling, nothing is said.")  # fmt: skip
    put(contract, "suspended", "2020-12-31", effective_precision="month", suspends="payments", source=auditor)
    # the source gives a total, not its parts: before it, payments are unknown
    post(contract, "3167000000", "payment", on="2021-12-31", rounding=1_000_000, source=auditor,
         effective_precision="month", note="Total paid by December 2021; what was paid when is not given.")  # fmt: skip
    put(contract, "active", "2023-03-20", source=resumed)
    post(contract, "480000000", "payment", on="2023-03-31", rounding=1_000_000, source=resumed,
         effective_precision="month", note="About half of what was held back; resumed on 20 March 2023.")  # fmt: skip
    _reported(contract)
    return contract


def _signed_in_2014(source) -> Contract:
    ministry = make_organization("Ministry of Defence", "GB")
    program = make_program("ajax", name="Ajax", buyer=ministry, domain="land")
    maker = make_supplier("General Dynamics UK", "GB")
    return make_contract(
        program, buyer=ministry, supplier=maker, currency="GBP", signed_on="2014-12-31", signed_precision="year",
        source=source,
    )  # fmt: skip


def _reported(contract: Contract) -> None:
    """Who said what a total was; the ledger holds none of it."""
    times = cite(
        "https://www.thetimes.co.uk/article/ministry-of-defence-hands-over-another-600m-for-tanks-that-cant-shoot-when-"
        "theyre-moving-9hphdmk9f",
        "The Times", "2021-05-22",
    )  # fmt: skip
    report("paid", "GBP", "2021-04-30", times, contract=contract, amount=577_000_000, rounding=1_000_000,
           effective_precision="month", scope="in the year to April 2021")  # fmt: skip
    lbc = cite("https://lbc.co.uk/news/ministry-of-defence-pay-14bn-ajax-programme", "LBC")
    report("claim_supplier", "USD", "2023-03-20", lbc, contract=contract, amount=1_700_000_000, rounding=100_000_000,
           speaker="General Dynamics", note="Owed, it said; the day is that of the resumption.")  # fmt: skip
