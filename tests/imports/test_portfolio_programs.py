"""The sample portfolio as it is stored: loadable in any order, and what each case of the public record is known for."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from procurement.common.dates import Asked
from procurement.contracts.models import ContractStatusChange, LiabilityEstimate
from procurement.exposure.answering import Question, answer
from procurement.imports.account import Account
from procurement.imports.format import File
from procurement.imports.loading import files_in, load_files
from procurement.programs.models import Program
from procurement.programs.reading import standing_of

pytestmark = pytest.mark.django_db

FILES = files_in(Path(settings.BASE_DIR) / "fixtures")


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Account]:
    """All files, the last one first, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_files([File.at(path) for path in reversed(FILES)])
        transaction.set_rollback(True)


def test_nothing_is_refused_whatever_the_order_of_the_files(loaded: Account) -> None:
    assert [str(issue) for issue in loaded.issues + loaded.remarks] == []
    assert (loaded.refused.total(), loaded.unchanged.total()) == (0, 0)


def test_loading_again_in_another_order_changes_nothing(loaded: Account) -> None:
    again = load_files([File.at(path) for path in FILES])
    assert (again.taken.total(), again.issues, again.remarks) == (0, [], [])
    assert again.unchanged == loaded.taken


def test_only_an_umbrella_has_no_buyer_and_it_has_parts_and_no_contracts() -> None:
    umbrellas = Program.objects.filter(buyer=None)
    assert umbrellas.filter(code="f-35").exists()
    for program in umbrellas:
        assert program.links_from_others.filter(kind="part_of").exists(), program
        assert not program.programallocation_set.exists(), program


def test_every_program_is_of_its_buyers_country() -> None:
    programs = Program.objects.exclude(buyer=None).select_related("buyer")
    assert [each.code for each in programs if each.buyer and each.country != each.buyer.country] == []


#: program -> day -> standing status, when the stop began, by whose decision; the facts' own turning points
STANDINGS = [
    ("mistral-bpc", "2014-11-24", "approved", None, None),  # in September the Presidency only said so
    ("mistral-bpc", "2014-11-25", "suspended", "2014-11-25", "seller"),
    ("mistral-bpc", "2015-08-05", "cancelled", "2014-11-25", "seller"),
    ("f35-turkey", "2019-03-31", None, None, None),
    ("f35-turkey", "2019-07-16", "suspended", "2019-04-01", "seller"),  # the letter of June is read in two ways
    ("f35-turkey", "2019-07-17", "cancelled", "2019-04-01", "seller"),
    ("attack-class", "2021-09-14", "approved", None, None),
    ("attack-class", "2021-09-15", "cancelled", "2021-09-15", "buyer"),  # hours after a letter to proceed
    ("nimrod-mra4", "2010-10-30", "approved", None, None),
    ("nimrod-mra4", "2010-10-31", "cancelled", "2010-10-31", "buyer"),
    ("comanche", "2004-02-23", "cancelled", "2004-02-23", "buyer"),
    ("a-12", "1991-01-06", None, None, None),
    (
        "a-12",
        "1991-01-07",
        "cancelled",
        "1991-01-07",
        "buyer",
    ),  # by the Secretary of Defense, before the contract ended
    ("future-combat-systems", "2009-06-22", None, None, None),  # a recommendation is no decision
    ("future-combat-systems", "2009-06-23", "cancelled", "2009-06-23", "buyer"),
    ("future-combat-systems-vehicles", "2009-06-23", "cancelled", "2009-06-23", "buyer"),
    ("vh-71", "2009-05-14", None, None, None),
    ("vh-71", "2009-05-15", "cancelled", "2009-05-15", "buyer"),
    ("crusader", "2002-06-30", "cancelled", "2002-05-08", "buyer"),  # a vote of the House changes nothing
    ("efv", "2011-01-06", "cancelled", "2011-01-06", "buyer"),
    ("airborne-laser", "2009-04-06", "reduced", None, None),
    ("airborne-laser", "2012-02-29", "cancelled", "2012-02-29", "buyer"),
    ("airborne-laser-second-aircraft", "2009-04-06", "cancelled", "2009-04-06", "buyer"),
    ("euro-hawk", "2013-05-09", "approved", None, None),
    ("euro-hawk", "2013-05-10", "cancelled", "2013-05-10", "buyer"),  # the minister learns of it on the 13th
    ("eh101-canada", "1993-11-30", "cancelled", "1993-11-30", "buyer"),
    ("saudi-patrol-boats", "2018-10-31", "suspended", "2018-10-31", "seller"),
    ("saudi-patrol-boats", "2020-12-31", "suspended", "2018-10-31", "seller"),  # extended, and never ended on record
    ("kf-16-upgrade", "2014-11-05", None, None, None),  # the contract of phase 1 ended; the upgrade was not called off
]


@pytest.mark.parametrize(("code", "on", "status", "stopped_on", "stopped_by"), STANDINGS)
def test_the_standing_status(
    code: str, on: str, status: str | None, stopped_on: str | None, stopped_by: str | None
) -> None:
    found = standing_of(Program.objects.get(code=code).pk, Asked(dt.date.fromisoformat(on)))
    began = found.stopped_on.isoformat() if found.stopped_on else None
    assert (found.status, began, found.stopped_by) == (status, stopped_on, stopped_by)


#: contract -> day -> state, what is suspended or on what ground it was terminated, the court that decided
STATES = [
    ("MISTRAL-RU-1", "2015-08-04", "active", "", ""),  # while deliveries were suspended
    ("MISTRAL-RU-1", "2015-08-05", "terminated", "mutual", ""),
    ("A-12-1988", "1991-01-31", "terminated", "default", ""),
    ("A-12-1988", "1996-12-31", "terminated", "convenience", "US Court of Federal Claims"),
    ("A-12-1988", "2007-05-03", "terminated", "default", "US Court of Federal Claims"),
    ("A-12-1988", "2009-11-24", "terminated", "default", "US Court of Appeals for the Federal Circuit"),
    (
        "A-12-1988",
        "2012-01-01",
        "terminated",
        "",
        "Supreme Court of the United States",
    ),  # sent back: on what ground is open
    ("SEA1000-DESIGN", "2021-09-15", "active", "", ""),  # the contract of 2016 is not the one that ended
    ("SEA1000-SDC", "2021-09-15", "terminated", "convenience", ""),
    ("FCS-SDD", "2009-07-31", "partially_terminated", "convenience", ""),
    ("N00019-05-C-0030", "2009-05-15", "stop_work", "", ""),
    ("N00019-05-C-0030", "2009-06-01", "terminated", "convenience", ""),
    ("COMANCHE-EMD", "2004-12-31", "active", "", ""),  # no act on the contract is on record
    ("SA-PATROL-BOATS", "2018-11-30", "suspended", "deliveries", ""),
    ("SA-PATROL-BOATS", "2019-05-31", "suspended", "work", ""),
    ("KF16-PHASE-1", "2014-11-05", "terminated", "convenience", ""),
]


@pytest.mark.parametrize(("reference", "on", "status", "how", "court"), STATES)
def test_the_state_of_a_contract(reference: str, on: str, status: str, how: str, court: str) -> None:
    in_view = ContractStatusChange.objects.standing(Asked(dt.date.fromisoformat(on)))
    found = in_view.filter(contract__reference=reference).latest("effective_on", "published_on", "id")
    assert (found.status, found.termination_ground or found.suspends) == (status, how)
    assert (found.decided_by.name if found.decided_by else "") == court


#: program -> day -> committed, paid, outstanding, unaccounted, exit paid; amounts that no source gives stay unknown
MONEY = [
    # 1,200 - 892.9 = 307.1 million
    ("mistral-bpc", "2015-08-04", ["1200000000.00", "892900000.00", "307100000.00", "0.00", None]),
    # the obligation is ended and the advance is back; 56.8 million of costs to Russia, the buyer
    ("mistral-bpc", "2015-08-05", ["0.00", "0.00", "0.00", "0.00", "-56800000.00"]),
    # the certain 450 of 450 to 500 million; A$830 million of settlement
    ("attack-class", "2022-06-11", ["450000000.00", None, None, "450000000.00", "830000000.00"]),
    ("comanche", "2004-02-23", ["3100000000.00", None, None, "3100000000.00", None]),
    # the target price; 200 million in kind from each of two
    ("a-12", "2014-01-23", ["4380000000.00", None, None, "4380000000.00", "-400000000.00"]),
    # contracts whose value no source gives, or three sources give differently, add nothing to what is committed
    ("nimrod-mra4", "2015-03-06", [None, None, None, None, None]),
    ("vh-71", "2014-12-31", ["1790000000.00", None, None, "1790000000.00", "203000000.00"]),
    # C$4.5 and 1.3 billion; of the second 166 million were paid for work done, which ended the rest
    ("eh101-canada", "1993-11-30", ["5800000000.00", None, None, "5800000000.00", None]),
    ("eh101-canada", "1996-01-23", ["4666000000.00", "166000000.00", "0.00", "4500000000.00", "166000000.00"]),
    ("saudi-patrol-boats", "2020-11-30", ["1500000000.00", None, None, "1500000000.00", None]),
    ("kf-16-upgrade", "2014-11-05", ["140000000.00", None, None, "140000000.00", None]),
]


@pytest.mark.parametrize(("code", "on", "figures"), MONEY)
def test_what_is_owed_and_what_leaving_did_cost(code: str, on: str, figures: list[str | None]) -> None:
    program = Program.objects.get(code=code)
    question = Question(Asked(dt.date.fromisoformat(on)), group_by=("program",), filters={"program": [program.pk]})
    (row,) = answer(question).rows
    texts = row.texts()
    assert [texts[name] for name in ("committed", "paid", "outstanding", "unaccounted", "exit_paid")] == figures


def test_what_leaving_would_cost_is_an_estimate_a_range_or_withheld() -> None:
    columns = ("contract__reference", "low", "point", "high", "withheld")
    of_three = LiabilityEstimate.objects.filter(contract__reference__in=["COMANCHE-EMD", "FCS-SDD", "NIMROD-MRA4-1996"])
    assert set(of_three.values_list(*columns)) == {
        ("COMANCHE-EMD", 450_000_000, None, 680_000_000, False),
        ("FCS-SDD", None, 1_500_000_000, None, False),
        ("NIMROD-MRA4-1996", None, None, None, True),
    }
