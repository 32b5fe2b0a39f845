"""The rules of flags over the API."""

import csv
import json
from decimal import Decimal

import pytest

from procurement.flags.rules import all_rules
from procurement.flags.thresholds.values import change_threshold

RULE = "suspended-program-active-contract"
MEMBERS = ["code", "title", "severity", "counts_movements", "thresholds", "clauses"]


def threshold(caller, name, code=RULE):
    (found,) = [each for each in caller.read(f"flag-rules/{code}/")["thresholds"] if each["name"] == name]
    return found


def test_every_rule_is_listed_by_its_code(anonymous):
    found = anonymous.rows("flag-rules/")
    assert [rule["code"] for rule in found] == [rule.code for rule in all_rules()]
    assert [list(rule) for rule in found] == [MEMBERS] * len(found)


def test_one_rule_is_read_by_its_code(anonymous):
    rule = anonymous.read(f"flag-rules/{RULE}/")
    assert rule in anonymous.rows("flag-rules/")
    assert (rule["severity"], rule["counts_movements"]) == (None, False)
    paid = anonymous.read("flag-rules/payment-after-stop/")
    assert (paid["severity"], paid["counts_movements"]) == ("medium", True)


def test_a_threshold_says_what_it_is_and_why(anonymous):
    found = threshold(anonymous, "rises")
    assert list(found) == ["name", "unit", "default", "value", "range", "reason"]
    assert (found["unit"], found["default"], found["value"]) == ("days", 90, 90)
    assert found["range"] == {"lowest": 0, "highest": 3650}
    assert "FAR 52.242-15" in found["reason"]


def test_a_threshold_in_money_has_an_amount_for_each_currency(anonymous):
    change_threshold(RULE, "large", currency="SEK", value=Decimal("7.5"), reason="x", by=None)
    found = threshold(anonymous, "large")
    assert (found["default"]["JPY"], found["value"]["JPY"]) == ("1000000000.00", "1000000000.00")
    assert ("SEK" in found["default"], found["value"]["SEK"]) == (False, "7.50")
    assert found["range"] == {"lowest": "0", "highest": "1000000000000000000"}


def test_a_change_shows_in_the_value_alone_and_in_the_tag(anonymous):
    before = anonymous.get(f"flag-rules/{RULE}/")["ETag"]
    change_threshold(RULE, "rises", value=Decimal(60), reason="x", by=None)
    found = threshold(anonymous, "rises")
    assert (found["default"], found["value"]) == (90, 60)
    assert anonymous.get(f"flag-rules/{RULE}/")["ETag"] != before


def test_a_clause_says_where_it_stands_and_what(anonymous):
    for rule in all_rules():
        shown = anonymous.read(f"flag-rules/{rule.code}/")["clauses"]
        assert shown == [{"reference": each.reference, "says": each.says, "url": each.url} for each in rule.clauses]


def test_it_is_read_page_by_page_both_ways(anonymous):
    codes = [rule.code for rule in all_rules()]
    assert [rule["code"] for rule in anonymous.every("flag-rules/?page_size=2")] == codes
    first = anonymous.read("flag-rules/?page_size=2&count=exact")
    second = anonymous.read(first["next"].partition("/api/v1/")[2])
    assert (first["count"], first["previous"]) == (len(codes), None)
    assert anonymous.read(second["previous"].partition("/api/v1/")[2])["results"] == first["results"]


def test_it_comes_as_csv_and_json_lines_too(anonymous):
    rows = list(csv.DictReader(lines(anonymous, "csv")))
    assert [row["code"] for row in rows] == [rule.code for rule in all_rules()]
    assert json.loads(rows[-1]["thresholds"])[0]["name"]
    assert [json.loads(line) for line in lines(anonymous, "jsonl")] == anonymous.rows("flag-rules/")


def lines(caller, name):
    return b"".join(caller.get(f"flag-rules/?format={name}").streaming_content).decode().splitlines()


REFUSED = [
    ("flag-rules/?colour=red", 400), ("flag-rules/?as_of=2020-06-25", 400), ("flag-rules/?page_size=0", 400),
    ("flag-rules/?count=all", 400), ("flag-rules/?cursor=x", 400), (f"flag-rules/{RULE}/?colour=red", 400),
    ("flag-rules/of-old/", 404), ("flag-rules/7/", 404),
]  # fmt: skip


@pytest.mark.parametrize(("address", "status"), REFUSED)
def test_what_nobody_reads_is_refused(anonymous, address, status):
    refused = anonymous.get(address)
    assert (refused.status_code, refused["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(("method", "path"), [("post", ""), ("patch", f"{RULE}/"), ("delete", f"{RULE}/")])
def test_nobody_writes_rules_over_the_api(administrator, method, path):
    assert administrator.send(method, f"flag-rules/{path}", {"value": 5}).status_code == 405


def test_the_presumption_is_read_by_its_own_name_and_is_no_rule(anonymous):
    assert "presumption" not in [rule["code"] for rule in anonymous.rows("flag-rules/")]
    assert list(anonymous.read("flag-rules/presumption/")) == MEMBERS
    change_threshold("presumption", "days", value=Decimal(365), reason="x", by=None)
    found = threshold(anonymous, "days", "presumption")
    assert (found["unit"], found["default"], found["value"]) == ("days", 730, 365)
    assert found["range"] == {"lowest": 1, "highest": 36500}
