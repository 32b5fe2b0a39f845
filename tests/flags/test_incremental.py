"""What one fact screens: as little as it can have changed, and all of that."""

import datetime as dt

import pytest

from procurement.alerts.draining import drain
from procurement.flags.models import Flag
from procurement.sources.models import Recheck
from tests.flags.test_queries import queries
from tests.makers import decide, make_contract, make_program, post, rehome, say, state_complete

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2020, 7, 25, 12, tzinfo=dt.UTC)


@pytest.fixture
def radar():
    """A suspended program, of which somebody says otherwise."""
    program = make_program("radar")
    decide(program, "suspended", "2020-06-15")
    say(program, "active", "2020-07-01", speaker="Kono")
    return program


@pytest.fixture
def contracts(radar):
    """Two contracts of it, both flagged."""
    made = [make_contract(radar, committed="100"), make_contract(radar, committed="50")]
    drain_all()
    return made


def drain_all() -> None:
    while drain(now=NOW).more:
        pass
    assert not Recheck.objects.exists()


def forget(**which) -> None:
    """Let flags say something that nobody found, so that one sees which are looked at."""
    assert Flag.objects.filter(**which).update(evidence_digest="forgotten")


def looked_at() -> set[int | None]:
    """The contracts of flags that were looked at since; None stands for what is said of programs alone."""
    return {flag.contract_id for flag in Flag.objects.exclude(evidence_digest="forgotten")}


def test_a_fact_about_one_contract_screens_that_one_and_what_is_said_of_its_program(contracts):
    forget()
    post(contracts[0], "1", on="2020-06-01")
    drain_all()
    assert looked_at() == {contracts[0].pk, None}


def test_a_fact_about_a_program_screens_every_contract_that_ever_belonged_to_it(radar, contracts):
    post(contracts[0], "1", "payment", on="2020-06-20")
    rehome(contracts[0], [(radar, "0"), (make_program("ships"), "1")], "2020-07-01")
    other = make_program("tanks")
    elsewhere = make_contract(other, committed="70")
    decide(other, "suspended", "2020-06-15")
    drain_all()
    forget()
    say(radar, "active", "2020-07-02", speaker="Mori")
    drain_all()
    assert looked_at() == {*(each.pk for each in contracts), None}
    assert elsewhere.pk not in looked_at()


def test_a_fact_that_re_homes_a_contract_screens_it_under_both_programs(radar, contracts):
    other = make_program("ships")
    decide(other, "cancelled", "2020-06-01")
    drain_all()
    rehome(contracts[0], [(radar, "0"), (other, "1")], "2020-07-01")
    drain_all()
    states = Flag.objects.filter(contract=contracts[0]).values_list("program", "state")
    assert set(states) == {(radar.pk, "resolved"), (other.pk, "open")}


def test_a_contract_of_no_program_is_screened_too():
    alone, other = make_contract(None, committed="100"), make_contract(None, committed="100")
    drain_all()
    for contract in (alone, other):
        Flag.objects.create(
            rule="paid-exceeds-committed", contract=contract, severity="high", condition_since=NOW.date()
        )
    state_complete(alone, "2020-06-30")
    drain_all()
    assert set(Flag.objects.values_list("contract", "state")) == {(alone.pk, "resolved"), (other.pk, "open")}


def test_a_fact_takes_as_many_queries_however_many_contracts_its_program_has(radar, contracts):
    def of_one_more_payment() -> int:
        post(contracts[0], "1", "payment", on="2020-05-01")
        return queries(lambda: drain(now=NOW))

    first = of_one_more_payment()
    for _ in range(20):
        make_contract(radar, committed="10")
    drain_all()
    assert of_one_more_payment() == first
