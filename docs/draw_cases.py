"""Write the table of the cases that most is known of into the README, from the answers of a running service.

    python docs/draw_cases.py http://127.0.0.1:8000

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

ADDRESS = "/api/v1/portfolio/?as_of=2026-11-26"
README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- cases: docs/draw_cases.py -->", "<!-- /cases -->"
HEADERS = (
    "program", "status, stopped since", "committed at the stop", "paid by then", "leaving: estimated",
    "leaving: paid so far", "said of leaving", "doubt to contract act",
)  # fmt: skip
#: So many rows stand in the README, the others on the page and in the file.
SHOWN = 8
#: What a figure is, its amount, and what it covers.
WHAT = re.compile(r"[^,(]*(\([^)]*\))?")
UNITS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))
Row = Mapping[str, Any]


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table: of the programs, by currency, those that most is known of, in their order."""
    drawn = [cells(row) for row in rows if row["stopped_on"]]
    shown = sorted(drawn, key=known, reverse=True)[:SHOWN]
    yield f"| {' | '.join(HEADERS)} |"
    yield f"|{'|'.join(['---', '---', *['---:'] * 4, '---', '---:'])}|"
    yield from (f"| {' | '.join(row)} |" for row in drawn if row in shown)


def known(row: list[str]) -> int:
    """In how many cells something is known."""
    return sum(cell not in {"", "?"} for cell in row)


def cells(row: Row) -> list[str]:
    """One program's cells; what nobody says is a question mark, where there are contracts."""
    days = row["days_doubt_to_act"]
    estimate = between(row["estimate_low"], row["estimate_high"])
    amounts = [in_short(row["committed_at_stop"]), in_short(row["paid_at_stop"]), estimate, in_short(row["exit_paid"])]
    shown = [f"{row['currency']} {amount}" if amount else "?" if row["contracts"] else "" for amount in amounts]
    if not row["stopped_on"]:
        shown[:2] = ["", ""]
    said = "; ".join(reported(row["reported"] or ""))
    status = (row["status"] or "no decision").replace("_", " ") + (", disputed" if row["disputed"] else "")
    stopped = f"{status} {row['stopped_on']}" if row["stopped_on"] else status
    return [row["name"], stopped, *shown, said, "" if days is None else f"{days} days"]


def in_short(text: str | None) -> str:
    """An amount to three digits behind the point at most: 1.2 bn."""
    if text is None:
        return ""
    amount = Decimal(text)
    unit, name = next(((u, n) for u, n in UNITS if abs(amount) >= u), (Decimal(1), ""))
    return f"{(amount / unit).quantize(Decimal('0.001')).normalize():f} {name}".strip()


def between(low: str | None, high: str | None) -> str:
    """A range of amounts; one that is open says so."""
    if low == high:
        return in_short(low)
    if low is None or high is None:
        return f"at most {in_short(high)}" if low is None else f"at least {in_short(low)}"
    return f"{in_short(low)} to {in_short(high)}"


def reported(text: str) -> Iterator[str]:
    """What was said, each with its amount in short and without its address."""
    for each in filter(None, text.split("; ")):
        words = WHAT.match(each)[0].split(" ")  # type: ignore[index]
        yield " ".join(in_short(word) if word[:1].isdigit() and "." in word else word for word in words)


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
