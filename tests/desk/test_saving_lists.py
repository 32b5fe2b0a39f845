"""Lists under a name: one's own, and everybody's."""

import pytest

from procurement.access.tokens import create_user
from procurement.common.errors import Refused
from procurement.desk.models import SavedList
from procurement.desk.saving_lists import looked_for, remove_list, rename_list, save_list

pytestmark = pytest.mark.django_db
TABLE = "procurement.contract"


@pytest.fixture
def analyst():
    return create_user("ann", "analyst", "a long enough password")


@pytest.fixture
def reviewer():
    return create_user("rob", "reviewer", "a long enough password")


def names(user):
    return [row.name for row in SavedList.objects.visible_to(user).of_table(TABLE)]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("q=radar&p=3", "q=radar"),
        ("currency=JPY&currency=", "currency=JPY"),
        ("p=2&all=", ""),
        ("q=%E8%89%A6&o=-3", "q=%E8%89%A6&o=-3"),
    ],
)
def test_pages_and_what_is_empty_are_not_saved(query, kept):
    assert looked_for(query) == kept


def test_a_list_is_its_users_own(analyst, reviewer):
    save_list(analyst, table=TABLE, name="  yen   ones ", query="currency=JPY")
    assert (names(analyst), names(reviewer)) == (["yen ones"], [])


def test_reviewers_save_lists_for_everybody(analyst, reviewer):
    save_list(reviewer, table=TABLE, name="Large", query="outstanding_from=1B", shared=True)
    assert names(analyst) == ["Large"]
    with pytest.raises(Refused, match="Reviewers and administrators"):
        save_list(analyst, table=TABLE, name="Mine", query="q=x", shared=True)


def test_a_name_in_use_gets_the_new_meaning(analyst):
    save_list(analyst, table=TABLE, name="One", query="q=a")
    save_list(analyst, table=TABLE, name="One", query="q=b")
    assert [row.query for row in SavedList.objects.all()] == ["q=b"]


@pytest.mark.parametrize(
    ("name", "query"), [("", "q=a"), ("x" * 81, "q=a"), ("One", "p=2"), ("One", "q=" + "a" * 2000)]
)
def test_what_says_nothing_is_refused(analyst, name, query):
    with pytest.raises(Refused):
        save_list(analyst, table=TABLE, name=name, query=query)
    assert not SavedList.objects.exists()


def test_a_saved_list_is_renamed_and_removed_by_whose_it_is(analyst, reviewer):
    row = save_list(reviewer, table=TABLE, name="Old", query="q=a", shared=True)
    for act in (lambda: rename_list(analyst, row.pk, name="New"), lambda: remove_list(analyst, row.pk)):
        with pytest.raises(Refused, match="no such saved list"):
            act()
    rename_list(reviewer, row.pk, name="New")
    assert names(analyst) == ["New"]
    assert remove_list(reviewer, row.pk) == "New"
    assert not SavedList.objects.exists()


def test_two_lists_of_a_user_have_two_names(analyst):
    save_list(analyst, table=TABLE, name="One", query="q=a")
    other = save_list(analyst, table=TABLE, name="Two", query="q=b")
    with pytest.raises(Refused, match="“One”"):
        rename_list(analyst, other.pk, name="One")
