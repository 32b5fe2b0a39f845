"""The history of descriptive rows: what was changed, in names, and by whom for those who may know."""

from tests.makers import make_contract, make_organization, make_program, make_source


def test_each_change_says_from_what_to_what_in_names(analyst, anonymous):
    made = analyst.made("programs/", {"code": "x", "name": "X", "country": "JP"})
    buyer, source = make_organization("Ministry of Defense"), make_source(title="White paper")
    assert analyst.patch("programs/x/", {"name": "Y", "buyer": buyer.pk, "source": source.pk}).status_code == 200
    created, changed = analyst.rows("programs/x/history/")
    assert (created["what"], created["changes"]["name"]) == ("created", {"from": None, "to": "X"})
    assert changed["changes"] == {
        "name": {"from": "X", "to": "Y"},
        "buyer": {"from": None, "to": "Ministry of Defense"},
        "source": {"from": None, "to": "White paper"},
    }
    assert [each["by"] for each in (created, changed)] == ["an-analyst", "an-analyst"]
    assert (made["id"], {each["by"] for each in anonymous.rows("programs/x/history/")}) == (made["id"], {None})


def test_identifiers_are_part_of_an_organizations_history(analyst):
    given = {"name": "Maker", "country": "US", "identifiers": [{"scheme": "US-UEI", "value": "ABC123DEF456"}]}
    pk = analyst.made("organizations/", given)["id"]
    parts = [(each["part"], each["changes"].get("value")) for each in analyst.rows(f"organizations/{pk}/history/")]
    assert parts == [("organization", None), ("organization identifier", {"from": None, "to": "ABC123DEF456"})]


def test_every_descriptive_row_has_one_in_pages_and_files(anonymous, db):
    contract = make_contract(make_program("x"))
    for title in ("One", "Two"):
        contract.title = title
        contract.save(update_fields=["title"])
    address = f"contracts/{contract.pk}/history/"
    assert [len(page) for page in anonymous.pages(f"{address}?page_size=2")] == [2, 1]
    assert b"".join(anonymous.get(f"{address}?format=csv").streaming_content).count(b"\r\n") == 4
    for other in (f"documents/{contract.source_id}/", f"organizations/{contract.buyer_id}/"):
        assert len(anonymous.rows(f"{other}history/")) == 1
    assert anonymous.get("contracts/999999/history/").status_code == 404
