"""Mistral, France to Russia (facts/other_programs.md, B1): stopped by the seller, ended by agreement, paid back."""

from procurement.contracts.models import Contract
from procurement.programs.models import Program
from tests.exposure.examples.asking import cite, report
from tests.makers import decide, make_contract, make_organization, make_program, make_supplier, post, put, say


def enter_mistral() -> Contract:
    """Enter the contract, the advance, the seller's stop, and the agreement that ended it."""
    buyer = make_organization("Rosoboronexport", "RU", kind="company")
    program = make_program("mistral-russia", name="Mistral for Russia", buyer=buyer, domain="naval")
    contract = _signed_in_june_2011(program, buyer)
    _stop(program)
    _end(program, contract)
    return contract


def _signed_in_june_2011(program: Program, buyer) -> Contract:
    signed = cite("https://2012-2017.nosdeputes.fr/14/intervention/627145", "NosDéputés.fr")
    contract = make_contract(
        program, buyer=buyer, supplier=make_supplier("DCNS", "FR"), currency="EUR", method="direct_commercial",
        signed_on="2011-06-30", signed_precision="month", title="Two Mistral ships", source=signed,
    )  # fmt: skip
    post(contract, "1200000000", reason="award", on="2011-06-30", effective_precision="month", rounding=100_000_000,
         source=signed)  # fmt: skip
    # Russia stopped paying from October 2014 (nosdeputes.fr, intervention 779127): all of it was paid before
    post(contract, "893000000", "payment", on="2014-09-30", effective_precision="month", rounding=1_000_000,
         source=_settlement(), note="The advance, a total: paid by September 2014, in unknown parts.")  # fmt: skip
    return contract


def _settlement():
    return cite("https://fr.sputniknews.africa/20150915/1018190678.html", "Sputnik", "2015-09-15")


def _stop(program: Program) -> None:
    """The contract itself went on: "pour l'instant nous exécutons le contrat" (industry, intervention 779127)."""
    france = make_organization("Presidency of the French Republic", "FR")
    copy = cite("https://patrice389.wordpress.com/2014/11/26/mistral-tempete-en-vue/", "Blog, copy of L'Express",
                "2014-11-26", "weak")  # fmt: skip
    say(program, "suspended", "2014-09-30", effective_precision="month", side="seller", organization=france,
        source=copy, note="Conditions for delivery not met to date; until November.")  # fmt: skip
    decide(program, "suspended", "2014-11-25", side="seller", organization=france,
           source=cite("https://franceintheus.org/spip.php?article6316", "Embassy of France", "2014-11-25", "primary"),
           term="postpone until further notice the examination of the authorization request")  # fmt: skip


def _end(program: Program, contract: Contract) -> None:
    senate = cite("https://senat.fr/rap/l14-701/l14-7012.html", "Sénat")
    france = make_organization("Government of France", "FR")
    decide(program, "cancelled", "2015-08-05", side="seller", organization=france, source=senate,
           note="Two agreements, in force the same day.")  # fmt: skip
    put(contract, "terminated", "2015-08-05", termination_ground="mutual", source=senate)
    # the agreements end the obligation as a whole: what had been committed is taken back to nothing
    post(contract, "-1200000000", reason="termination", on="2015-08-05", rounding=100_000_000, source=senate)
    post(contract, "893000000", "refund", reason="settlement", on="2015-08-05", rounding=100_000, source=_settlement())
    # the tracked buyer is Russia: what it receives is below zero
    post(contract, "-56700000", "compensation", reason="settlement", on="2015-08-05", rounding=100_000,
         source=_settlement())  # fmt: skip
    report("settlement", "EUR", "2015-08-05", _settlement(), contract=contract, amount=949_700_000, rounding=100_000)
