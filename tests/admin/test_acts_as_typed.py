"""Acts take days and amounts as people write them, and are kept when a session ends."""

import pytest

from tests.admin.test_kept_forms import returned, sent_too_late
from tests.makers import make_contract, make_program, make_source


@pytest.fixture
def page(db):
    contract = make_contract(make_program("x"), committed="34955000000")
    return f"/admin/procurement/contract/{contract.pk}/payment/"


def payment(**more):
    given = {"amount": "¥5M", "effective_on": "令和2年1月31日", "effective_precision": "day"}
    return given | {"source": make_source("2020-02-01").pk, "note": ""} | more


def errors_of(answer):
    return answer.context["form"].errors


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"effective_on": "1/2020"}, "effective_on", "choose the precision “Month”"),
        ({"effective_on": "03/04/2020"}, "effective_on", "may be 2020-04-03"),
        ({"amount": "$5M"}, "amount", "USD 5M"),
    ],
)
def test_what_has_no_or_two_readings_is_refused(analyst, page, changed, field, why):
    assert why in str(errors_of(analyst.post(page, payment(**changed)))[field])


def test_a_guided_act_is_kept_and_not_done(analyst, page):
    shown = returned(analyst, sent_too_late(analyst, page, payment(note="as the minister said")))
    assert shown.context["form"]["note"].value() == "as the minister said"
    assert shown.context["form"]["effective_on"].value() == "令和2年1月31日"
    assert analyst.get(page).context["form"]["amount"].value() == "¥5M"
