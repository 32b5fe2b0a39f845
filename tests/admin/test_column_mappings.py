"""Describing the columns of a list on the admin's page."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.imports.batches.running import run_next
from procurement.imports.mappings import save_mapping
from procurement.imports.models import ColumnMapping, ImportBatch
from tests.admin.test_handing_in import HAND_IN, page
from tests.imports.arms_list import HEADINGS, ROWS, arms_mapping, text
from tests.imports.orders import orders

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
PAGE = "/admin/procurement/columnmapping/"
PRICES = 'No,Firm,What,Day,Price\nK1,Firm,Boat,03/04/2020,"1,500"\n'


def described(client: Any, content: str, name: str = "list.csv") -> str:
    """The address of the page that asks what the columns of a file mean."""
    found: str = client.post(HAND_IN, {"file": SimpleUploadedFile(name, content.encode())})["Location"]
    return found


def filled(client: Any, address: str, **more: Any) -> dict[str, Any]:
    """The form as the page shows it, with more answers."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in shown.items() if value not in (None, "", False)} | more


def column(heading: str, headings: tuple[str, ...] = HEADINGS) -> str:
    return f"c{headings.index(heading)}"


def arms_answers() -> dict[str, Any]:
    answers = {"name": "Arms register", "fixed_contract_currency": "USD", "fixed_source_title": "Fictional register"}
    answers |= {f"{column('Recipient')}_also": "buyer.country", f"{column('Status')}_target": ""}
    named = ("Recipient", "Supplier", "Year of order", "Weapon designation")
    return answers | {f"{column(each)}_key": "on" for each in named}


def test_the_page_shows_the_first_lines_and_marks_guesses(analyst):
    address = described(analyst, text(*ROWS))
    answer = analyst.get(address)
    assert answer.context["sample"].heading_line == 3
    assert answer.content.decode().count('class="guess') >= 5
    assert "FICTIONAL-2 Puffin" in answer.content.decode()


def test_it_is_tried_before_it_is_saved(analyst):
    address = described(analyst, text(*ROWS))
    answer = analyst.post(address, filled(analyst, address, **arms_answers(), _try="1"))
    assert "signed on: 2015-12-31" in answer.content.decode()
    assert not ColumnMapping.objects.exists()


def test_saved_it_previews_the_file_that_it_was_made_from(analyst):
    address = described(analyst, text(*ROWS))
    answer = analyst.post(address, filled(analyst, address, **arms_answers(), _keep="1"))
    batch, row = ImportBatch.objects.get(), ColumnMapping.objects.get()
    assert answer["Location"] == f"/admin/procurement/importbatch/{batch.pk}/change/"
    run_next()
    batch.refresh_from_db()
    assert (batch.dry_run, batch.records, row.entered_by) == (True, {"taken": 3}, analyst.user)


def test_nothing_open_is_assumed(analyst):
    address = described(analyst, PRICES)
    given = filled(analyst, address, name="Prices", _keep="1")
    answer = analyst.post(address, given)
    errors = answer.context["form"].errors
    headings = ("No", "Firm", "What", "Day", "Price")
    assert "must say the unit" in str(errors[f"{column('Price', headings)}_unit"])
    assert "must say the sign" in str(errors[f"{column('Price', headings)}_decimal"])
    assert not ColumnMapping.objects.exists()


def test_a_wrong_answer_about_an_open_day_is_asked_again(analyst):
    address = described(analyst, PRICES)
    answers = {"c3_target": "contract.signed_on", "c3_order": "ymd", "c3_precision": "day"}
    answer = analyst.post(address, filled(analyst, address, name="Prices", **answers))
    assert "03/04/2020 may be in March or in April" in str(answer.context["form"].errors["c3_order"])


def test_what_is_missing_is_said(analyst):
    address = described(analyst, text(*ROWS))
    answers = arms_answers() | {"fixed_contract_currency": ""}
    form = analyst.post(address, filled(analyst, address) | answers).context["form"]
    assert "a column must be it" in str(form.errors["fixed_contract_currency"])


def test_a_form_sent_twice_saves_once(analyst):
    address = described(analyst, text(*ROWS))
    token = analyst.get(address).context["form_token"]
    form = filled(analyst, address, **arms_answers(), _form_token=token)
    answers = [analyst.post(address, form)["Location"] for _ in range(2)]
    assert (answers[0] == answers[1], ColumnMapping.objects.count(), ImportBatch.objects.count()) == (True, 1, 1)


def test_another_line_of_headings_is_chosen(analyst):
    address = described(analyst, text(*ROWS))
    assert analyst.get(f"{address}&heading_line=4").context["sample"].headings[0] == "Japan"
    assert analyst.get(f"{address}&heading_line=x&sheet=%00").status_code == 200


@pytest.mark.parametrize("query", ["", "?file=..%2F..&name=a.csv", f"?file={'0' * 64}&name=a.csv"])
def test_without_a_file_the_page_says_how_to_begin(analyst, query):
    assert "A column mapping is made from a file" in page(analyst, f"{PAGE}add/{query}")


def saved() -> ColumnMapping:
    return save_mapping(ColumnMapping(**arms_mapping()), by=None)


def test_one_is_edited_and_its_history_shown(analyst):
    row = saved()
    address = f"{PAGE}{row.pk}/change/"
    analyst.post(address, filled(analyst, address, name="Register"))
    row.refresh_from_db()
    assert (row.name, row.fixed) == ("Register", arms_mapping()["fixed"])
    assert "Register" in page(analyst, f"{PAGE}{row.pk}/history/")


def in_order(column: dict[str, Any]) -> str:
    return str(sorted(column.items()))


def test_opened_and_saved_it_is_the_same(analyst):
    row = saved()
    address = f"{PAGE}{row.pk}/change/"
    before = (row.columns, row.fixed, row.key)
    analyst.post(address, filled(analyst, address))
    row.refresh_from_db()
    assert sorted(map(in_order, row.columns)) == sorted(map(in_order, before[0]))
    assert (row.fixed, row.key) == before[1:]


def test_readers_look_and_change_nothing(reader):
    row = saved()
    assert "Try it on the first lines" not in page(reader, f"{PAGE}{row.pk}/change/")
    reader.post(f"{PAGE}{row.pk}/change/", filled(reader, f"{PAGE}{row.pk}/change/", name="Mine"))
    row.refresh_from_db()
    assert row.name == "Arms register"
    assert reader.get(f"{PAGE}add/").status_code == 403


def test_one_that_an_upgrade_made_unreadable_says_so(analyst):
    row = saved()
    ColumnMapping.objects.update(columns=[{"heading": "x", "target": "contract.colour"}])
    assert "This mapping must be made anew" in page(analyst, f"{PAGE}{row.pk}/change/")


def test_headings_in_two_rows_stay_as_they_are_when_the_mapping_is_edited(analyst):
    joined = "契約,,相手方\n日,件名,名称\n2020-06-25,Boat,Firm\n"
    address = f"{described(analyst, joined)}&heading_line=2&two_rows=on"
    answers = {"name": "Two rows", "c0_key": "on", "c1_target": "contract.title", "c1_key": "on"}
    answers |= {"fixed_contract_currency": "JPY", "fixed_source_title": "List", "fixed_buyer_name": "Army"}
    analyst.post(address, filled(analyst, address) | answers)
    row = ColumnMapping.objects.get()
    change = f"{PAGE}{row.pk}/change/"
    analyst.post(change, filled(analyst, change, name="Edited"))
    row.refresh_from_db()
    assert (row.name, [each["heading"] for each in row.columns]) == ("Edited", ["契約 日", "契約 件名", "相手方 名称"])
    run_next()
    assert ImportBatch.objects.get().records == {"taken": 1}
