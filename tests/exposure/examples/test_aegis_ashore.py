"""Aegis Ashore and its successor at eight dates, from the sample portfolio (facts/aegis_ashore.md).

What is committed, in yen, by contract:

    A1 Aegis system (FMS)  138,182,651,640  26 April 2019
    A2 training (FMS)        1,741,788,950  26 April 2019
    A3 radars               34,955,000,000  31 October 2019
    A4 facility design         469,700,000  29 November 2019
    A5 study                  (not public)  31 October 2019
    A6 information           2,700,000,000  fiscal 2017
    remainder                  650,859,410  fiscal 2019: 178,700,000,000 published - the five amounts above

and what is paid: in fiscal 2019 A1 9.7, A3 6.5, A6 2.7 and the remainder 0.7 = 19.6 billion; in fiscal 2020 A3 7.9 and
the remainder 0.2 = 8.1 billion. Each contract has a Completeness statement, so a payment that is not there is zero.

Why these days: the eve of the first contracts (1), both contracts with the US Navy (2), the radars (3), the eve of the
stop (4), the stop (5), the day two ministries said different things (6), the decision that re-homed A1 and A3 (7), and
the end of the fiscal year in which the radars were paid for although the program was stopped (8).
"""

import pytest

from tests.exposure.examples.asking import BALANCE, SINCE, of_program, rows, some, total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

ZERO = "0.00"
BOTH = "aegis-ashore,asev"

#: day -> contracts, committed, paid, outstanding of Aegis Ashore alone
AEGIS_ASHORE = {
    # A6; nothing that its payment is dated by has come yet
    "2019-04-25": (1, "2700000000.00", ZERO, "2700000000.00"),
    # 138,182,651,640 + 1,741,788,950 + 2,700,000,000
    "2019-04-30": (3, "142624440590.00", ZERO, "142624440590.00"),
    # 142,624,440,590 + 34,955,000,000; A5 is a contract without an amount
    "2019-10-31": (5, "177579440590.00", ZERO, "177579440590.00"),
    # + 469,700,000 + 650,859,410 = 178,700,000,000; - 19,600,000,000 = 159,100,000,000, until the re-homing
    "2020-06-14": (7, "178700000000.00", "19600000000.00", "159100000000.00"),
    "2020-06-15": (7, "178700000000.00", "19600000000.00", "159100000000.00"),
    "2020-06-25": (7, "178700000000.00", "19600000000.00", "159100000000.00"),
    # A2, A4, A6, remainder: 1,741,788,950 + 469,700,000 + 2,700,000,000 + 650,859,410; paid 2.7 + 0.7 billion
    "2020-12-18": (5, "5562348360.00", "3400000000.00", "2162348360.00"),
    # paid 3,400,000,000 + 200,000,000
    "2021-03-31": (5, "5562348360.00", "3600000000.00", "1962348360.00"),
}

#: the same for the vessels, which exist since 18 December 2020: 138,182,651,640 + 34,955,000,000 = 173,137,651,640
ASEV = {
    # paid 9.7 + 6.5 = 16.2 billion
    "2020-12-18": (2, "173137651640.00", "16200000000.00", "156937651640.00"),
    # paid 16.2 + 7.9 = 24.1 billion
    "2021-03-31": (2, "173137651640.00", "24100000000.00", "149037651640.00"),
}

#: the same for both together: re-homing moves nothing in the sum
TOGETHER = {
    "2020-12-17": (7, "178700000000.00", "19600000000.00", "159100000000.00"),
    # 5,562,348,360 + 173,137,651,640; 3.4 + 16.2 billion; 2,162,348,360 + 156,937,651,640
    "2020-12-18": (7, "178700000000.00", "19600000000.00", "159100000000.00"),
    # 3.6 + 24.1 = 27.7 billion, as the ministry reported; 178.7 - 27.7 = 151.0
    "2021-03-31": (7, "178700000000.00", "27700000000.00", "151000000000.00"),
}


def headline(row):
    return tuple(some(row, "contracts", "committed", "paid", "outstanding"))


@pytest.mark.parametrize("as_of", AEGIS_ASHORE)
def test_aegis_ashore_alone(as_of):
    assert headline(of_program("aegis-ashore", as_of)) == AEGIS_ASHORE[as_of]


@pytest.mark.parametrize("as_of", ASEV)
def test_the_vessels_alone(as_of):
    assert headline(of_program("asev", as_of)) == ASEV[as_of]


@pytest.mark.parametrize("as_of", sorted({*AEGIS_ASHORE} - {*ASEV}))
def test_the_vessels_are_no_row_before_they_were_decided(as_of):
    assert rows(as_of, group_by="program", program="asev") == []


@pytest.mark.parametrize("as_of", TOGETHER)
def test_both_together(as_of):
    assert headline(total(as_of, program=BOTH)) == TOGETHER[as_of]


@pytest.mark.parametrize("as_of", AEGIS_ASHORE)
def test_every_payment_is_accounted_for_at_every_date(as_of):
    """Completeness statements cover every contract, so C = P + outstanding and coverage is C / C."""
    row = total(as_of, program=BOTH)
    assert row["unaccounted"] == ZERO
    assert some(row["coverage"], "paid", "paid_complete") == ["1.0000", "1.0000"]


#: day -> committed, paid, and paid on re-homed contracts since 15 June 2020
SINCE_THE_STOP = {
    "2020-06-14": [None, None, None],  # not stopped
    "2020-06-15": [ZERO, ZERO, ZERO],  # only what comes after the day counts
    "2020-06-25": [ZERO, ZERO, ZERO],
    "2020-12-18": [ZERO, ZERO, ZERO],
    # 7.9 on the radars, which are gone since December, and 0.2 on the remainder, which stayed: 8.1, of which 7.9
    "2021-03-31": [ZERO, "8100000000.00", "7900000000.00"],
}


@pytest.mark.parametrize("as_of", SINCE_THE_STOP)
def test_what_moved_since_the_stop(as_of):
    assert some(of_program("aegis-ashore", as_of), *SINCE) == SINCE_THE_STOP[as_of]


@pytest.mark.parametrize("as_of", ASEV)
def test_nothing_is_since_a_stop_on_the_vessels_which_were_never_stopped(as_of):
    assert some(of_program("asev", as_of), *SINCE) == [None, None, None]


STATUS = {
    "2019-04-25": ("approved", "2017-12-19", False),
    "2020-06-14": ("approved", "2017-12-19", False),
    "2020-06-15": ("suspended", "2020-06-15", False),
    "2020-06-25": ("suspended", "2020-06-15", True),
    "2020-12-18": ("cancelled", "2020-12-18", False),
}


@pytest.mark.parametrize("as_of", STATUS)
def test_the_row_says_where_the_program_stands(as_of):
    row = of_program("aegis-ashore", as_of)
    assert tuple(some(row["program"], "status", "status_since", "disputed")) == STATUS[as_of]
    assert row["disputes"] == int(STATUS[as_of][2])


def test_nobody_said_what_leaving_cost():
    """No compensation and no payment that settles is on record, and nobody stated that there was none: unknown."""
    assert total("2021-03-31", program=BOTH)["exit_paid"] is None


def test_on_20_june_nobody_could_know_what_was_paid():
    """The remainder (0.65 billion) was public on the 22nd, payments and A6 on the 24th; A1 to A4 before:

    138,182,651,640 + 1,741,788,950 + 34,955,000,000 + 469,700,000 = 175,349,140,590, all of it unaccounted for.
    """
    row = of_program("aegis-ashore", "2020-06-20", published_by="2020-06-20")
    assert some(row, *BALANCE) == ["175349140590.00", None, None, "175349140590.00"]
    assert some(row, "contracts", "contracts_without_commitment", *SINCE) == [5, 1, ZERO, None, None]
    assert some(row["coverage"], "paid", "paid_complete") == ["0.0000", "0.0000"]


PUBLIC = {
    "2020-06-22": ["176000000000.00", None, None],  # 175,349,140,590 + 650,859,410
    "2020-06-24": ["178700000000.00", "19600000000.00", "159100000000.00"],  # + A6, and the breakdown of the payments
}


@pytest.mark.parametrize("published_by", PUBLIC)
def test_what_was_public_in_the_days_after(published_by):
    row = of_program("aegis-ashore", "2020-06-25", published_by=published_by)
    assert some(row, "committed", "paid", "outstanding") == PUBLIC[published_by]


#: when it was public -> committed to Aegis Ashore and to the vessels, as of the day of the re-homing
REHOMED = {
    "2021-06-17": ("178700000000.00", None),
    "2021-06-18": ("143745000000.00", "34955000000.00"),  # A3: 178,700,000,000 - 34,955,000,000
    "2024-12-10": ("5562348360.00", "173137651640.00"),  # A1: - 138,182,651,640 more
}


@pytest.mark.parametrize("published_by", REHOMED)
def test_the_re_homing_became_public_contract_by_contract(published_by):
    codes = ("aegis-ashore", "asev")
    found = [of_program(code, "2020-12-18", published_by=published_by)["committed"] for code in codes]
    assert tuple(found) == REHOMED[published_by]


@pytest.mark.parametrize(
    ("published_by", "paid_since"),
    [("2021-07-10", [ZERO, ZERO]), ("2021-07-11", ["8100000000.00", "7900000000.00"])],
)
def test_that_payments_went_on_was_public_in_july(published_by, paid_since):
    """7.9 + 0.2 billion of fiscal 2020, told on 11 July 2021."""
    row = of_program("aegis-ashore", "2021-03-31", published_by=published_by)
    assert some(row, "paid_since", "paid_since_rehomed") == paid_since
