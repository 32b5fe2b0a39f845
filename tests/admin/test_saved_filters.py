"""Lists saved under a name, shown above their list."""

from procurement.desk.models import SavedList
from tests.makers import make_contract

LIST = "/admin/procurement/contract/"
GIVEN = {"table": "procurement.contract", "name": "Yen", "query": "currency=JPY&p=2"}


def page(client, **query):
    return client.get(LIST, query).content.decode()


def test_a_list_is_saved_and_shown_as_a_link(analyst, reviewer):
    assert "Save this list" in page(analyst, currency="JPY")
    assert "Save this list" not in page(analyst)
    answer = analyst.post("/admin/saved-lists/", GIVEN, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?currency=JPY", 302)]
    assert "Saved as" in answer.content.decode()
    assert 'href="?currency=JPY">Yen</a>' in page(analyst)
    assert "Yen" not in page(reviewer)


def test_a_list_that_is_everybodys_is_shown_to_everybody(analyst, reviewer):
    reviewer.post("/admin/saved-lists/", GIVEN | {"shared": "on"})
    assert "(for everybody)" in page(analyst)
    analyst.post("/admin/saved-lists/", GIVEN | {"name": "Mine", "shared": "on"})
    assert [row.name for row in SavedList.objects.all()] == ["Yen"]


def test_a_saved_list_is_renamed_and_removed(analyst):
    analyst.post("/admin/saved-lists/", GIVEN)
    row = SavedList.objects.get()
    analyst.post(f"/admin/saved-lists/{row.pk}/", {"table": row.table, "name": "円"})
    assert "円</a>" in page(analyst)
    analyst.post(f"/admin/saved-lists/{row.pk}/", {"table": row.table, "remove": ""})
    assert not SavedList.objects.exists()


def test_what_cannot_be_saved_says_why(analyst):
    answer = analyst.post("/admin/saved-lists/", GIVEN | {"name": " "}, follow=True)
    assert "Give it a name" in answer.content.decode()


def test_only_lists_that_one_may_see_are_saved(analyst):
    for table in ("auth.user", "procurement.nothing", ""):
        assert analyst.post("/admin/saved-lists/", GIVEN | {"table": table}).status_code == 404
    assert analyst.get("/admin/saved-lists/").status_code == 405


def test_the_list_that_is_open_is_marked(analyst):
    make_contract(None)
    analyst.post("/admin/saved-lists/", GIVEN)
    assert 'href="?currency=JPY" aria-current="page">Yen' in page(analyst, currency="JPY")
