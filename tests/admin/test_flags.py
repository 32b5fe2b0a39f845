"""Flags as a work queue."""

import datetime as dt

import pytest

from procurement.flags.models import Flag
from tests.admin.portfolio import fill_flag
from tests.makers import make_contract, make_program


def make_flag(**more):
    program = make_program()
    flag = fill_flag(program, make_contract(program))
    for name, value in more.items():
        setattr(flag, name, value)
    flag.save()
    return flag


def act(client, flag, name, **given):
    answer = client.post(f"/admin/procurement/flag/{flag.pk}/{name}/", given)
    flag.refresh_from_db()
    return answer


def shown(client, **params):
    return [flag.pk for flag in client.get("/admin/procurement/flag/", params).context["cl"].result_list]


def test_the_queue_is_what_is_unresolved(analyst):
    waiting = make_flag()
    done = make_flag(state="resolved", resolved_at=dt.datetime.now(dt.UTC))
    assert shown(analyst) == [waiting.pk]
    assert shown(analyst, state="resolved") == [done.pk]
    assert sorted(shown(analyst, state="all")) == [waiting.pk, done.pk]


def test_a_rule_and_a_severity_narrow_the_queue(analyst):
    flag = make_flag()
    assert shown(analyst, rule=flag.rule, severity__exact="high") == [flag.pk]
    assert shown(analyst, rule="payment-after-stop") == []


def test_a_flag_goes_through_its_life(reviewer):
    flag = make_flag()
    states = []
    until = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011  as far off as it may be
    for name, given in (("acknowledge", {}), ("accept", {"until": until}), ("resolve", {}), ("reopen", {})):
        act(reviewer, flag, name, reason="because", **given)
        states.append(flag.state)
    assert states == ["acknowledged", "accepted", "resolved", "open"]
    assert [event.by_id for event in flag.events.order_by("id")][1:] == [reviewer.user.pk] * 4


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("resolve", {}, "reason"),
        ("accept", {"reason": "x"}, "until"),
        ("accept", {"reason": "x", "until": "2020-01-01"}, "until"),
        ("reopen", {"reason": "x"}, "__all__"),
    ],
)
def test_what_the_verb_refuses_stands_in_the_form(reviewer, name, given, field):
    flag = make_flag()
    answer = act(reviewer, flag, name, **given)
    assert field in answer.context["form"].errors
    assert flag.state == Flag.State.OPEN


@pytest.mark.parametrize(
    ("state", "offered"),
    [("open", {"acknowledge", "accept", "resolve"}), ("acknowledged", {"accept", "resolve", "reopen"})],
)
def test_a_flag_offers_what_may_be_done_with_it(reviewer, state, offered):
    flag = make_flag(state=state)
    page = reviewer.get(f"/admin/procurement/flag/{flag.pk}/change/").content.decode()
    assert {name for name in ("acknowledge", "accept", "resolve", "reopen") if f"/{flag.pk}/{name}/" in page} == offered


def test_the_first_page_counts_what_waits(analyst):
    make_flag()
    page = analyst.get("/admin/").content.decode()
    assert "severity__exact=high&amp;state=open" in page
