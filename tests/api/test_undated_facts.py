"""Facts of unknown publication, in every fact table: what each view leaves out, counts and takes in."""

import pytest

from tests.api.test_facts import FACTS, body_of
from tests.makers import make_contract, make_program, make_source

#: Kinds of facts that are about no contract.
NOT_OF_CONTRACTS = {"program-links", "status-changes", "organization-links"}
PUBLIC = "published_by=2020-12-31"
INCLUDED = f"{PUBLIC}&undated=include"
#: What is posted here is effective on 2020-06-15.
BEFORE = "published_by=2020-06-14"


@pytest.fixture
def contract(db):
    one = make_program("one")
    make_program("two")
    return make_contract(one, share="0.1")


def posted(analyst, name, contract, published=None, *, key=""):
    """The id of a fact whose source has this date, or none."""
    body = body_of(name, contract.pk, make_source(published).pk) | {"source_key": key}
    return analyst.made(f"{name}/", body | ({"share": "0.2"} if name == "allocations" else {}))["id"]


def listed(anonymous, name, asked, *ids):
    """Which of the rows a list has, and how many it says that it left out."""
    answer = anonymous.read(f"{name}/?{asked}&id={','.join(map(str, ids))}")
    return [row["id"] for row in answer["results"]], answer.get("undated")


def taken_back(analyst, name, fact, published):
    return analyst.made(f"{name}/{fact}/reverse/", {"source": make_source(published).pk})["id"]


@pytest.mark.parametrize("name", FACTS)
def test_a_list_leaves_it_out_and_counts_it_and_takes_it_in_from_its_effective_date(anonymous, analyst, contract, name):
    unknown, known = (posted(analyst, name, contract, each) for each in (None, "2020-06-20"))
    both = (unknown, known)
    assert listed(anonymous, name, PUBLIC, *both) == ([known], 1)
    assert listed(anonymous, name, INCLUDED, *both) == ([unknown, known], 0)
    assert listed(anonymous, name, BEFORE, *both) == ([], 0)
    assert listed(anonymous, name, f"{BEFORE}&undated=include", *both) == ([], 0)
    assert listed(anonymous, name, "as_of=2020-12-31", *both) == ([unknown, known], None)
    assert anonymous.get(f"{name}/?{PUBLIC}&id={unknown}&format=csv")["X-Undated"] == "1"


@pytest.mark.parametrize("name", FACTS)
def test_by_its_id_it_is_found_where_a_list_has_it(anonymous, analyst, contract, name):
    unknown = posted(analyst, name, contract)
    asked = {"": 200, PUBLIC: 404, INCLUDED: 200, BEFORE: 404, f"{BEFORE}&undated=include": 404}
    found = {each: anonymous.get(f"{name}/{unknown}/?{each}").status_code for each in asked}
    assert found == asked


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("ordering", ["published_on", "-published_on"])
def test_it_comes_last_in_either_direction(anonymous, analyst, contract, name, ordering):
    unknown, known = (posted(analyst, name, contract, each) for each in (None, "2020-06-20"))
    pages = anonymous.pages(f"{name}/?id={unknown},{known}&ordering={ordering}&page_size=1")
    assert [row["id"] for page in pages for row in page] == [known, unknown]


REVERSALS = [
    # when the fact became public, and its reversal -> which of the two are listed, and which stands: with published_by,
    # and with undated=include
    ("2020-06-20", "2020-07-01", (2, 0), (2, 0)),
    ("2020-06-20", "2021-07-01", (1, 1), (1, 1)),
    ("2020-06-20", None, (1, 1), (2, 0)),
    (None, "2020-07-01", (0, 0), (2, 0)),
    (None, "2021-07-01", (0, 0), (1, 1)),  # never before its own date
    (None, "2020-06-01", (0, 0), (2, 0)),
    (None, None, (0, 0), (2, 0)),
]


@pytest.mark.parametrize("name", FACTS)
def test_a_reversal_is_in_view_only_where_its_fact_is(anonymous, analyst, contract, name):
    for fact, reversal, plain, included in REVERSALS:
        row = posted(analyst, name, contract, fact)
        both = (row, taken_back(analyst, name, row, reversal))
        about = f"{name}: public {fact}, taken back {reversal}"
        for asked, (seen, standing) in ((PUBLIC, plain), (INCLUDED, included)):
            assert listed(anonymous, name, asked, *both) == (list(both[:seen]), included[0] - seen), about
            assert listed(anonymous, name, f"{asked}&standing=true", *both)[0] == list(both[:standing]), about
            if seen:
                shown = anonymous.read(f"{name}/{row}/?{asked}")["reversed_by"]
                assert shown == (both[1] if seen == 2 else None), about
        assert listed(anonymous, name, f"{BEFORE}&undated=include", *both) == ([], 0), about


@pytest.mark.parametrize("name", FACTS)
def test_its_reversal_is_unknown_too_where_nobody_dates_it_and_its_correction_can_be_dated(analyst, contract, name):
    row = posted(analyst, name, contract, key="k")
    fixed = analyst.made(f"{name}/{row}/correct/", {"published_on": "2020-07-01"})
    back = analyst.read(f"{name}/{row}/")["reversed_by"]
    assert (fixed["published_on"], analyst.read(f"{name}/{back}/")["published_on"]) == ("2020-07-01", "2020-07-01")
    again = posted(analyst, name, contract)
    assert analyst.read(f"{name}/{taken_back(analyst, name, again, None)}/")["published_on"] is None


@pytest.mark.parametrize("name", FACTS)
def test_a_correction_keeps_the_date_that_the_fact_has_of_its_own(analyst, contract, name):
    own = body_of(name, contract.pk, make_source(None).pk) | {"published_on": "2020-07-01"}
    row = analyst.made(f"{name}/", own)["id"]
    fixed = analyst.made(f"{name}/{row}/correct/", {"effective_on": "2020-06-16"})
    back = analyst.read(f"{name}/{row}/")["reversed_by"]
    assert (fixed["published_on"], analyst.read(f"{name}/{back}/")["published_on"]) == ("2020-07-01", "2020-07-01")


@pytest.mark.parametrize("name", FACTS)
def test_a_correction_that_names_a_source_or_no_date_is_as_unknown_as_they_are(analyst, contract, name):
    own = body_of(name, contract.pk, make_source(None).pk) | {"published_on": "2020-07-01", "source_key": "k"}
    for more in ({"published_on": None}, {"source": make_source(None).pk}):
        row = analyst.made(f"{name}/", own | {"source_key": str(more)})["id"]
        fixed = analyst.made(f"{name}/{row}/correct/", more | {"effective_on": "2020-06-16"})
        assert fixed["published_on"] is None


@pytest.mark.parametrize("name", [each for each in FACTS if each != "organization-links"])
def test_the_page_of_a_program_and_its_timeline_count_every_kind(anonymous, analyst, contract, name):
    posted(analyst, name, contract)
    for page in ("programs/one/", "programs/one/timeline/"):
        said = [anonymous.read(f"{page}?{asked}")["undated"] for asked in (PUBLIC, INCLUDED, BEFORE)]
        assert said == [1, 0, 0]


@pytest.mark.parametrize("name", [each for each in FACTS if each not in NOT_OF_CONTRACTS])
def test_the_page_of_a_contract_counts_every_kind(anonymous, analyst, contract, name):
    posted(analyst, name, contract)
    page = f"contracts/{contract.pk}/"
    assert anonymous.read(f"{page}?{PUBLIC}")["undated"] == 1
    assert anonymous.read(f"{page}?{INCLUDED}")["undated"] == 0
    assert "undated" not in anonymous.read(page)


def test_a_contract_that_only_such_a_fact_tells_of_is_there_when_it_is_taken_in(anonymous, analyst, contract):
    """Its own source has no date either, so that it is known from the day it was recorded, which is later."""
    untold = make_contract(source=make_source(None))
    page = f"contracts/{untold.pk}/"
    assert [anonymous.get(f"{page}?{asked}").status_code for asked in (PUBLIC, INCLUDED)] == [404, 200]


LISTS = [
    # program one has an undated decision, and its contract an undated state -> rows, and facts left out
    # program two has no fact and no source, so that it is known from the day it was recorded, which is later
    ("programs/", 1, 2),
    ("programs/?code=one", 1, 2),
    ("programs/?code=two", 0, 0),
    ("programs/?status=suspended", 0, 2),
    ("contracts/", 1, 1),
    ("contracts/?currency=JPY", 1, 1),
    ("contracts/?currency=USD", 0, 0),
    ("contracts/?status=suspended", 0, 1),
]


@pytest.mark.parametrize(("path", "rows", "undated"), LISTS)
def test_lists_of_programs_and_contracts_count_what_their_rows_leave_out(
    anonymous, analyst, contract, path, rows, undated
):
    for name in ("status-changes", "contract-status-changes"):
        posted(analyst, name, contract)
    asked = f"{path}{'&' if '?' in path else '?'}{PUBLIC}"
    answer = anonymous.get(asked)
    found = answer.json()
    assert (len(found["results"]), found["undated"], answer["X-Undated"]) == (rows, undated, str(undated))
    taken_in = anonymous.read(f"{asked}&undated=include")
    assert taken_in["undated"] == 0
    assert anonymous.get(f"{asked}&format=csv")["X-Undated"] == str(undated)
