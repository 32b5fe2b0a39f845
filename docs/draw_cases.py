"""Write the table of the cases that most is known of into the README, from the answers of a running service.

    python -m docs.draw_cases http://127.0.0.1:8000

Every cell comes from `GET /api/v1/portfolio/`; a test holds the README to it.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from procurement.common.amounts import read_amount
from procurement.common.money import in_short, range_in_short
from procurement.common.texts import in_words

ADDRESS = "/api/v1/portfolio/?as_of=2026-11-26"
README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- cases: docs/draw_cases.py -->", "<!-- /cases -->"
HEADERS = (
    "program", "status", "committed at the stop", "paid by then", "spent, as was said", "leaving: estimated",
    "leaving: paid so far", "claims and receipts", "doubt to contract act",
)  # fmt: skip
#: So many rows stand in the README, the others on the page and in the file.
SHOWN = 8
#: Amounts of the ledger, and what was said where it knows none.
CELLS = (("committed_at_stop", "reported_committed"), ("paid_at_stop", "reported_paid"))
#: What was said of leaving and has no cell of its own.
CLAIMS = ("claim_buyer", "claim_supplier", "unsettled", "receipt")
NOT_ON_RECORD = "?"
Row = Mapping[str, Any]
Figures = list[dict[str, Any]] | None


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table: of the programs, by currency, those that most is known of, in their order."""
    drawn = [cells(row) for row in rows if row["stopped_on"]]
    shown = sorted(drawn, key=known, reverse=True)[:SHOWN]
    yield f"| {' | '.join(HEADERS)} |"
    yield f"|{'|'.join(['---', '---', *['---:'] * 5, '---', '---:'])}|"
    yield from (f"| {' | '.join(row)} |" for row in drawn if row in shown)


def known(row: list[str]) -> int:
    """In how many cells something is known."""
    return sum(cell not in {"", NOT_ON_RECORD} for cell in row)


def cells(row: Row) -> list[str]:
    """One program's cells; what is not on record is a question mark."""
    then = [amount(row, row[name]) or said(row[column]) for name, column in CELLS]
    leaving = [estimated(row), amount(row, row["exit_paid"]) or said(row["reported_exit"])]
    claims = [each for each in (row["reported"] or "").split("; ") if each.startswith(words(CLAIMS))]
    disputed = f", disputed since {day(row['disputed_since'])}" if row["disputed"] else ""
    shown = [each or NOT_ON_RECORD for each in (*then, said(row["spent"]), *leaving)]
    return [
        row["name"],
        row["standing"] + disputed,
        *shown,
        "; ".join(map(claim, claims)),
        lag(row["days_doubt_to_act"]),
    ]


def words(measures: Iterable[str]) -> tuple[str, ...]:
    """Measures as texts begin with them."""
    return tuple(map(in_words, measures))


def amount(row: Row, text: str | None) -> str:
    """An amount of the ledger in the row's currency; nothing where it knows none."""
    return between(text, text, row["currency"])


def estimated(row: Row) -> str:
    """What leaving was estimated to cost, by the contracts' estimates or as was said; or that it is secret."""
    estimate = between(row["estimate_low"], row["estimate_high"], row["currency"])
    if estimate:
        return estimate
    secret = {"termination_cost", "termination_liability"} & {each["measure"] for each in row["withheld"] or ()}
    return said(row["reported_estimate"]) or ("withheld" if secret else "")


def said(figures: Figures) -> str:
    """The latest figure that was said, and how many more were."""
    if not figures:
        return ""
    latest, more = figures[-1], len(figures) - 1
    money = between(latest["low"], latest["high"], latest["currency"])
    told = money or f"{latest['share']} of {latest['share_of']}"
    return f"said: {told}" + (f" (and {more} more)" if more else "")


def claim(text: str) -> str:
    """What was said, with its amount in short, and without who said it when and where."""
    told = WHAT.match(text)[0]  # type: ignore[index]
    return AMOUNT.sub(lambda found: in_short(read_amount(found[0]).amount), told)


def lag(days: Any) -> str:
    """A number of days, or a range of which an end may be open."""
    if days is None or isinstance(days, int):
        return "" if days is None else f"{days} days"
    low, high = days["low"], days["high"]
    if low is None or high is None:
        return f"at most {high} days" if low is None else f"at least {low} days"
    return f"{low} to {high} days"


def day(dated: Mapping[str, str]) -> str:
    """A date with no more precision than its source has."""
    return dated["on"][: {"month": 7, "year": 4}.get(dated["precision"])]


#: What a figure is, its amount, and what it covers: up to a comma that stands in no number.
WHAT = re.compile(r"(?:[^,(]|,(?=\d))*(\([^)]*\))?")
#: An amount of a million or more.
AMOUNT = re.compile(r"-?\d{1,3}(,\d{3}){2,}(\.\d+)?")


def between(low: str | None, high: str | None, currency: str) -> str:
    """A range of amounts in short; nothing where no amount is given."""
    if low is None and high is None:
        return ""
    return range_in_short(low and Decimal(low), high and Decimal(high), currency)


def written(readme: str, lines: Iterable[str]) -> str:
    """The README with the table in its place."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *lines, END + after])


def main(site: str) -> None:
    """Read the service and write the README."""
    with urlopen(f"{site}{ADDRESS}", timeout=60) as response:  # noqa: S310  (the caller names the site)
        rows = json.load(response)["rows"]
    README.write_text(written(README.read_text(), table(rows)))


if __name__ == "__main__":
    main(sys.argv[1])
