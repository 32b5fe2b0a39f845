"""Facts of unknown publication: left out of views by publication and counted, or taken in at their effective date."""

import csv

import pytest

from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.api.calling import decision
from tests.makers import decide, make_contract, make_program, make_source, post

PUBLIC = "published_by=2020-12-31"


@pytest.fixture
def program(db):
    return make_program("one")


@pytest.fixture
def contract(program):
    """A contract with 1 of 2019, 2 of unknown publication, and 4 that became public in 2021."""
    contract = make_contract(program)
    post(contract, "1", on="2019-10-31")
    post(contract, "2", on="2020-03-31", source=make_source(None))
    post(contract, "4", on="2020-06-30", source=make_source("2021-01-01"))
    return contract


def amounts(rows):
    return sorted(int(float(row["amount"])) for row in rows)


VIEWS = [
    ("", [1, 2, 4], None),
    (f"?{PUBLIC}", [1], 1),
    (f"?{PUBLIC}&undated=include", [1, 2], 0),
    (f"?{PUBLIC}&standing=true", [1], 1),
    ("?published_by=2020-03-30&undated=include", [1], 0),
    ("?published_by=2020-03-30", [1], 0),
    (f"?{PUBLIC}&as_of=2020-03-30", [1], 0),
    (f"?{PUBLIC}&measure=payment", [], 0),
    (f"?{PUBLIC}&published_on__isnull=true", [], 1),
    ("?published_on__isnull=true", [2], None),
    ("?published_on__isnull=false", [1, 4], None),
    ("?published_on__gte=2020-01-01", [4], None),
    ("?published_on__lte=2020-01-01", [1], None),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "seen", "undated"), VIEWS)
def test_a_list_says_how_many_rows_it_left_out(anonymous, contract, asked, seen, undated):
    answer = anonymous.get(f"ledger-entries/{asked}")
    body = answer.json()
    assert (amounts(body["results"]), body.get("undated")) == (seen, undated)
    assert answer.headers.get("X-Undated") == (None if undated is None else str(undated))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_files_say_so_in_a_header(anonymous, contract, form):
    assert anonymous.get(f"ledger-entries/?{PUBLIC}&format={form}")["X-Undated"] == "1"
    assert "X-Undated" not in anonymous.get(f"ledger-entries/?format={form}").headers


def test_an_unknown_day_is_null_and_an_empty_cell(anonymous, contract):
    assert {row["published_on"] for row in anonymous.rows("ledger-entries/?amount=2")} == {None}
    text = b"".join(anonymous.get("ledger-entries/?amount=2&format=csv").streaming_content).decode("utf-8-sig")
    assert next(csv.DictReader(text.splitlines()))["published_on"] == ""


@pytest.mark.parametrize(("ordering", "seen"), [("published_on", [1, 4, 2]), ("-published_on", [4, 1, 2])])
def test_nobody_knows_when_comes_last_in_either_direction(anonymous, contract, ordering, seen):
    pages = anonymous.pages(f"ledger-entries/?ordering={ordering}&page_size=1")
    assert [int(float(row["amount"])) for page in pages for row in page] == seen


@pytest.mark.parametrize(("ordering", "seen"), [("published_on", [1, 4, 2]), ("-published_on", [4, 1, 2])])
def test_pages_of_the_undated_are_read_backwards_too(anonymous, contract, ordering, seen):
    page, found = anonymous.read(f"ledger-entries/?ordering={ordering}&page_size=1"), []
    while page["next"]:
        page = anonymous.read(page["next"].removeprefix("http://testserver/api/v1/"))
    while page:
        found.append(int(float(page["results"][0]["amount"])))
        before = page["previous"]
        page = anonymous.read(before.removeprefix("http://testserver/api/v1/")) if before else None
    assert found[::-1] == seen


REFUSED = [
    ("?undated=include", "applies only with published_by"),
    (f"?{PUBLIC}&undated=yes", "accepted: include"),
    (f"?{PUBLIC}&undated=", "accepted: include"),
    ("?undated=exclude", "accepted: include"),
]
DOORS = [
    "ledger-entries/", "contracts/", "programs/", "programs/one/", "programs/one/timeline/", "programs/one/exposure/",
    "exposure/", "exposure/schedule/", "flags/", "portfolio/",
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_what_says_nothing_is_refused_at_every_door(anonymous, program, door, asked, said):
    refused = anonymous.get(f"{door}{asked}")
    assert refused.status_code == 400
    assert said in refused.json()["errors"]["undated"][0]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_it_beside_published_by(anonymous, contract, door):
    assert anonymous.get(f"{door}?{PUBLIC}&undated=include").status_code == 200


def test_a_cursor_belongs_to_one_of_the_two_views(anonymous, contract):
    post(contract, "8", on="2019-11-30")
    following = anonymous.read(f"ledger-entries/?{PUBLIC}&page_size=1")["next"]
    assert (
        "cursor"
        in anonymous.get(following.removeprefix("http://testserver/api/v1/") + "&undated=include").json()["errors"]
    )


def test_the_two_views_have_tags_of_their_own(anonymous, program):
    make_contract(program)
    one, other = (anonymous.get(f"ledger-entries/?{PUBLIC}{more}")["ETag"] for more in ("", "&undated=include"))
    assert one != other


def taken_back(contract, *, fact, reversal):
    row = post(contract, "16", on="2020-01-31", source=make_source(fact))
    return ledger_entries.reverse(row, Amending(source=make_source(reversal)))


REVERSALS = [
    # fact, its reversal -> rows in view with published_by=2020-12-31, and with undated=include
    (None, "2020-05-01", 0, 2),
    (None, "2021-05-01", 0, 1),
    (None, None, 0, 2),
    ("2020-02-01", None, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "reversal", "without", "with_them"), REVERSALS)
def test_a_reversal_is_in_view_only_where_its_fact_is(anonymous, program, fact, reversal, without, with_them):
    taken_back(make_contract(program), fact=fact, reversal=reversal)
    plain = anonymous.read(f"ledger-entries/?{PUBLIC}")
    assert (len(plain["results"]), plain["undated"]) == (without, with_them - without)
    taken_in = anonymous.rows(f"ledger-entries/?{PUBLIC}&undated=include")
    assert len(taken_in) == with_them
    assert [row["id"] for row in taken_in if row["reversed_by"]] == [row["reverses"] for row in taken_in[1:]]


def test_a_program_and_its_timeline_count_what_they_left_out(anonymous, program, contract):
    decide(program, "suspended", "2020-06-15", source=make_source(None))
    for answer in (anonymous.read(f"programs/one/?{PUBLIC}"), anonymous.read(f"programs/one/timeline/?{PUBLIC}")):
        assert answer["undated"] == 2
    assert anonymous.read(f"programs/one/?{PUBLIC}")["status"] is None
    taken_in = anonymous.read(f"programs/one/?{PUBLIC}&undated=include")
    assert (taken_in["status"], taken_in["undated"]) == ("suspended", 0)
    assert "undated" not in anonymous.read("programs/one/")


def test_a_backtest_and_the_portfolio_count_what_they_left_out(anonymous, program, contract):
    decide(program, "suspended", "2020-06-15", source=make_source(None))
    assert anonymous.read(f"flags/?{PUBLIC}&program=one")["undated"] == 2
    assert anonymous.read(f"flags/?{PUBLIC}")["results"] == []
    taken_in = anonymous.read(f"flags/?{PUBLIC}&undated=include")
    assert (taken_in["undated"], bool(taken_in["results"])) == (0, True)
    assert anonymous.read(f"portfolio/?{PUBLIC}")["undated"] == 2
    assert anonymous.get(f"portfolio/?{PUBLIC}&format=csv")["X-Undated"] == "2"
    assert "undated" not in anonymous.read("portfolio/")


def test_a_status_of_unknown_publication_counts_at_its_effective_date(analyst, program):
    first, undated = make_source("2020-06-20"), make_source(None)
    analyst.made("status-changes/", decision("one", first, published_on="2020-06-20"))
    analyst.made("status-changes/", decision("one", undated, "cancelled", published_on=None))
    assert analyst.read("programs/one/")["status"] == "suspended"


def test_what_nobody_had_dated_is_dated_by_a_correction(analyst, contract):
    (row,) = analyst.rows("ledger-entries/?published_on__isnull=true")
    fixed = analyst.made(f"ledger-entries/{row['id']}/correct/", {"published_on": "2020-04-01"})
    assert (fixed["published_on"], fixed["amount"]) == ("2020-04-01", "2.00")
    assert amounts(analyst.rows(f"ledger-entries/?{PUBLIC}")) == [1, 2]
    standing = analyst.rows(f"ledger-entries/?{PUBLIC}&undated=include&standing=true")
    assert amounts(standing) == [1, 2]
