"""What the whole sample flags on five days: a table by hand from the public record, with the reason of each row.

The days, and why these:
    2009-08-15  the summer in which the US cancelled FCS and VH-71: one contract partly terminated, one wholly
    2014-12-31  Mistral is held back by the seller for a month, while industry still executes the contract
    2020-06-25  ten days after Aegis Ashore was halted, the day on which two ministries contradict each other
    2021-09-30  the radar is re-homed, the Attack class is gone a fortnight, and the patrol boats are still suspended
    2026-11-26  today, when this was written
"""

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.flags.screening import backtest
from procurement.programs.models import Program
from tests.makers import day
from tests.samples import load_whole_sample

pytestmark = pytest.mark.django_db

FCS, MISTRAL, AEGIS, REHOMED, TODAY = DAYS = ("2009-08-15", "2014-12-31", "2020-06-25", "2021-09-30", "2026-11-26")
SUSPENDED, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"
ESTIMATE, STALE, FIGURE = "no-exit-estimate", "stale-sources", "disputed-figure"
PAYMENT = "payment-after-stop"

# rule, program, contract, severity, condition since, and the days on which it is flagged
TABLE = [
    # the development contract of 2000 was never publicly ended; Boeing had "not been notified" on the day
    (CANCELLED, "comanche", "COMANCHE-EMD", "high", "2004-02-23", DAYS),
    # leaving was said to cost 450 to 680 million by officials, 2 to 4 billion by the press
    (FIGURE, "comanche", "", "low", "2004-02-23", DAYS),
    # 180 days after the end of February 2004, the month of the last word
    (STALE, "comanche", "", "low", "2004-08-27", DAYS),
    # 21 billion under contract; only the vehicles were terminated, in July 2009. The estimate (1.5 billion) came later
    (CANCELLED, "future-combat-systems", "FCS-SDD", "high", "2009-06-23", DAYS),
    (ESTIMATE, "future-combat-systems", "FCS-SDD", "medium", "2009-07-23", [FCS]),
    # the settlement with Unisys, for work done before the stop: a payment all the same
    (PAYMENT, "eh101-canada", "EH101-CA-SYSTEMS", "medium", "1995-04-30", DAYS),
    # no stop-work order yet on 25 January 2011, and no word on the contract since
    (CANCELLED, "efv", "EFV-DEVELOPMENT", "high", "2011-01-06", DAYS[1:]),
    (ESTIMATE, "efv", "EFV-DEVELOPMENT", "medium", "2011-02-05", DAYS[1:]),
    (STALE, "efv", "", "low", "2011-07-24", DAYS[1:]),
    # 94 million euros of open obligations were reported in May 2013; no source says that the contract was ended
    (CANCELLED, "euro-hawk", "EUROHAWK-2007", "high", "2013-05-10", DAYS[1:]),
    (ESTIMATE, "euro-hawk", "EUROHAWK-2007", "medium", "2013-06-09", DAYS[1:]),
    (STALE, "euro-hawk", "", "low", "2014-01-27", DAYS[1:]),
    # the partnering agreement and the design contract of 2019: settled as a whole, and of neither is an end on record
    (CANCELLED, "attack-class", "SEA1000-DESIGN", "high", "2021-09-15", DAYS[3:]),
    (CANCELLED, "attack-class", "SEA1000-SPA", "high", "2021-09-15", DAYS[3:]),
    (ESTIMATE, "attack-class", "SEA1000-DESIGN", "medium", "2021-10-15", [TODAY]),
    (ESTIMATE, "attack-class", "SEA1000-SPA", "medium", "2021-10-15", [TODAY]),
    (STALE, "attack-class", "", "low", "2023-03-15", [TODAY]),
    # "at the conclusion of prototyping activities": both prototypes' contracts went on after the decision
    (CANCELLED, "fara", "FARA-BELL", "high", "2024-02-08", [TODAY]),
    (CANCELLED, "fara", "FARA-SIKORSKY", "high", "2024-02-08", [TODAY]),
    (ESTIMATE, "fara", "FARA-BELL", "medium", "2024-03-09", [TODAY]),
    (ESTIMATE, "fara", "FARA-SIKORSKY", "medium", "2024-03-09", [TODAY]),
    (STALE, "fara", "", "low", "2024-08-06", [TODAY]),
    # the third ship's order: 637 million in the text, 537 in the address of the same report
    (FIGURE, "constellation-last-four", "FFG-64-TO-67", "low", "2022-06-16", [TODAY]),
    # the award: 237 million euros in one paper, 287 in another
    (FIGURE, "spike-lr2-spain", "2023/0150E", "low", "2023-11-23", [TODAY]),
    # 180 days after the last report, of May 2012
    (STALE, "future-combat-systems", "", "low", "2012-11-27", DAYS[1:]),
    # withheld 25 November 2014; 893 of 1,200 million euros were paid; "pour l'instant nous exécutons le contrat"
    (SUSPENDED, "mistral-bpc", "MISTRAL-RU-1", "high", "2014-11-25", [MISTRAL]),
    (ESTIMATE, "mistral-bpc", "MISTRAL-RU-1", "medium", "2014-12-25", [MISTRAL]),
    # certification was to cost 500 to 600 million by the ministry, 160 to 193 by the makers
    (FIGURE, "euro-hawk", "", "low", "2013-07-31", DAYS[1:]),
    # the contract was "to be" rescinded, and no source says that it was
    (CANCELLED, "uh-x-japan", "UH-X-JP", "high", "2013-01-11", DAYS[1:]),
    (ESTIMATE, "uh-x-japan", "UH-X-JP", "medium", "2013-02-10", DAYS[1:]),
    (STALE, "uh-x-japan", "", "low", "2014-01-27", DAYS[1:]),
    # the award is revoked; the ministry says the next day that the program goes on, and nobody has decided so since
    ("disputed-status", "silam-spain", "", "medium", "2025-09-10", [TODAY]),
    # suspended by decision, and called withdrawn by the party in power since 21 June
    ("disputed-status", "aegis-ashore", "", "medium", "2020-06-21", [AEGIS]),
    (SUSPENDED, "aegis-ashore", "AA-A1", "high", "2020-06-15", [AEGIS]),
    (SUSPENDED, "aegis-ashore", "AA-A2", "high", "2020-06-15", [AEGIS]),
    (SUSPENDED, "aegis-ashore", "AA-A3", "high", "2020-06-15", [AEGIS]),
    # 469.7 million yen: below a billion, so medium until the stop had lasted 90 days
    (SUSPENDED, "aegis-ashore", "AA-A4", "medium", "2020-06-15", [AEGIS]),
    # replaced on 18 December 2020; training and facility design stayed with it, the rest went to the ships
    (CANCELLED, "aegis-ashore", "AA-A2", "high", "2020-12-18", DAYS[3:]),
    (CANCELLED, "aegis-ashore", "AA-A4", "high", "2020-12-18", DAYS[3:]),
    (ESTIMATE, "aegis-ashore", "AA-A2", "medium", "2020-07-15", DAYS[3:]),
    (ESTIMATE, "aegis-ashore", "AA-A4", "medium", "2020-07-15", DAYS[3:]),
    # 7.9 billion yen of fiscal 2020, which began before the stop and ended after it
    (PAYMENT, "aegis-ashore", "AA-A3", "medium", "2021-03-31", DAYS[3:]),
    # 180 days after 31 March 2025
    (STALE, "aegis-ashore", "", "low", "2025-09-27", [TODAY]),
    # Germany stopped deliveries from October 2018; the yard says the contract stands
    (SUSPENDED, "saudi-patrol-boats", "SA-PATROL-BOATS", "high", "2018-10-31", DAYS[2:]),
    (ESTIMATE, "saudi-patrol-boats", "SA-PATROL-BOATS", "medium", "2018-11-30", DAYS[2:]),
    # nothing between November 2019 and the extension at the end of 2020, nor after that
    (STALE, "saudi-patrol-boats", "", "low", "2020-05-28", [AEGIS]),
    (STALE, "saudi-patrol-boats", "", "low", "2021-05-29", DAYS[3:]),
    # cancelled in March 2021; the end of the demonstration contract is not on record
    (CANCELLED, "warrior-csp", "WCSP-DEMO", "high", "2021-03-31", DAYS[3:]),
    (ESTIMATE, "warrior-csp", "WCSP-DEMO", "medium", "2020-11-30", DAYS[3:]),
    (STALE, "warrior-csp", "", "low", "2021-09-27", DAYS[3:]),
]  # fmt: skip


def test_the_sample_is_flagged_as_the_public_record_gives_it():
    load_whole_sample()
    codes = dict(Program.objects.values_list("id", "code"))
    references = dict(Contract.objects.values_list("id", "reference"))
    for on in DAYS:
        found = {
            (each.rule, codes[each.program_id], references.get(each.contract_id, ""), each.severity,
             each.condition_since.isoformat())
            for each in backtest(Asked(day(on)))
        }  # fmt: skip
        assert found == {tuple(row) for *row, days in TABLE if on in days}, on
