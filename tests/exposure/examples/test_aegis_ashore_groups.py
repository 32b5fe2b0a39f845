"""Aegis Ashore on 25 June 2020, cut by fiscal year, method and supplier: every cut adds up to the same."""

from decimal import Decimal

import pytest

from tests.exposure.examples.asking import rows, some

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

STOPPED = "2020-06-25"
#: grouping -> key -> contracts, committed, paid, outstanding; sums: 7, 178,700,000,000, 19.6 and 159.1 billion
GROUPS = {
    # 契約ベース, by the fiscal year of signature, from April: A6 was signed in fiscal 2017, all others in fiscal 2019
    "fiscal_year": {
        2017: [1, "2700000000.00", "2700000000.00", "0.00"],
        # 178,700,000,000 - 2,700,000,000; 9.7 + 6.5 + 0.7 = 16.9 billion; 176.0 - 16.9
        2019: [6, "176000000000.00", "16900000000.00", "159100000000.00"],
    },
    "method": {
        # A1 + A2: 138,182,651,640 + 1,741,788,950; - 9,700,000,000
        "foreign_military_sale": [2, "139924440590.00", "9700000000.00", "130224440590.00"],
        # A3: 34,955,000,000 - 6,500,000,000
        "direct_commercial": [1, "34955000000.00", "6500000000.00", "28455000000.00"],
        # A4 and A5, of which nothing is itemised as paid
        "domestic": [2, "469700000.00", "0.00", "469700000.00"],
        # A6 + remainder: 2,700,000,000 + 650,859,410; 2.7 + 0.7 billion: what was paid on A2, A4 or A5 stands here
        "other": [2, "3350859410.00", "3400000000.00", "-49140590.00"],
    },
    "supplier": {
        "US Department of the Navy": [2, "139924440590.00", "9700000000.00", "130224440590.00"],
        "Mitsubishi Corporation": [1, "34955000000.00", "6500000000.00", "28455000000.00"],
        "Yamashita Sekkei": [1, "469700000.00", "0.00", "469700000.00"],
        # A5, at an unknown price
        "Nippon Koei": [1, None, "0.00", None],
        "Government of the United States": [1, "2700000000.00", "2700000000.00", "0.00"],
        # the remainder has no supplier: 650,859,410 - 700,000,000
        None: [1, "650859410.00", "700000000.00", "-49140590.00"],
    },
}


def keyed(row, group):
    """A row's key as the tables above name it."""
    return row[group]["name"] if isinstance(row[group], dict) else row[group]


@pytest.mark.parametrize("group", GROUPS)
def test_each_group(group):
    found = rows(STOPPED, group_by=group, program="aegis-ashore")
    shown = {keyed(row, group): some(row, "contracts", "committed", "paid", "outstanding") for row in found}
    assert shown == GROUPS[group]


@pytest.mark.parametrize("group", GROUPS)
def test_the_groups_sum_to_the_published_total(group):
    """178.7 billion contracted, 19.6 paid, 159.1 owed, whichever way it is cut."""
    found = rows(STOPPED, group_by=group, program="aegis-ashore")
    sums = [sum(Decimal(row[name] or 0) for row in found) for name in ("contracts", "committed", "paid", "outstanding")]
    assert sums == [7, 178_700_000_000, 19_600_000_000, 159_100_000_000]


def test_the_fiscal_year_is_that_of_signature_whatever_the_asked_day():
    """In March 2021 as in June 2020: 19.6 + 7.9 + 0.2 = 27.7 billion, of which 2.7 under fiscal 2017."""
    found = rows("2021-03-31", group_by="fiscal_year", program="aegis-ashore,asev")
    assert [some(row, "fiscal_year", "committed", "paid") for row in found] == [
        [2017, "2700000000.00", "2700000000.00"],
        [2019, "176000000000.00", "25000000000.00"],
    ]
