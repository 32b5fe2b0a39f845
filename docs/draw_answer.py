"""Draw docs/answer.svg, the picture at the head of the README, from the answers of a running service.

    python docs/draw_answer.py http://127.0.0.1:8000

Every number in it comes from the API: committed and paid of the sample's two programs together at each month's end, the
standing status of Aegis Ashore, and what officials called it on 25 June 2020.
"""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.request import urlopen

FIRST, LAST = dt.date(2019, 1, 31), dt.date(2021, 6, 30)
WIDTH, TOP, BOTTOM, LEFT, RIGHT = 900, 96, 330, 64, 884
HIGHEST = 200e9
COLOURS = {"approved": "#9ec5e8", "suspended": "#f2b84b", "cancelled": "#d9534f"}
QUOTED = dt.date(2020, 6, 25)


def asked(site: str, path: str) -> Any:
    """One answer of the service."""
    with urlopen(f"{site}/api/v1/{path}", timeout=30) as response:  # noqa: S310  (the caller names the site)
        return json.load(response)


def month_ends() -> Iterator[dt.date]:
    """The last day of each month that is drawn."""
    day = FIRST
    while day <= LAST:
        yield day
        following = day + dt.timedelta(days=1)
        day = (following.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def x_of(day: dt.date) -> float:
    """Where a day lies from left to right."""
    return LEFT + (RIGHT - LEFT) * (day - FIRST).days / (LAST - FIRST).days


def y_of(amount: float) -> float:
    """Where an amount of yen lies from top to bottom."""
    return BOTTOM - (BOTTOM - TOP) * amount / HIGHEST


def curve(points: list[tuple[dt.date, float]]) -> str:
    """A curve that rises in steps: between two answers nothing is known to lie."""
    steps = [f"M{x_of(points[0][0]):.1f},{y_of(points[0][1]):.1f}"]
    steps += [f"H{x_of(day):.1f}V{y_of(amount):.1f}" for day, amount in points[1:]]
    return "".join(steps)


def text(x: float, y: float, words: str, *, size: int = 12, more: str = "") -> str:
    """A line of words."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {more}>{escape(words)}</text>'


def bands(site: str) -> Iterator[str]:
    """The standing status of Aegis Ashore, as a band for each month."""
    runs: list[tuple[str, dt.date, dt.date]] = []
    for day in (FIRST + dt.timedelta(days=n) for n in range(0, (LAST - FIRST).days, 3)):
        (row,) = asked(site, f"exposure/?group_by=program&program=aegis-ashore&as_of={day}")["rows"][:1] or [None]
        status = row["program"]["status"] if row else ""
        begin = runs.pop()[1] if runs and runs[-1][0] == status else day
        runs.append((status, begin, day))
    for status, begin, _ in runs:
        yield (
            f'<rect x="{x_of(begin):.1f}" y="{TOP - 40}" width="{RIGHT - x_of(begin):.1f}" height="24" '
            f'fill="{COLOURS.get(status, "#ddd")}"/>' + text(x_of(begin) + 4, TOP - 23, status)
        )


def money(site: str) -> Iterator[str]:
    """Committed and paid, of both programs together, and what is outstanding on the day of the contradiction."""
    committed, paid = [], []
    for day in month_ends():
        totals = asked(site, f"exposure/?program=aegis-ashore,asev&currency=JPY&as_of={day}")["totals"]
        committed.append((day, float(totals[0]["committed"]) if totals else 0.0))
        paid.append((day, float(totals[0]["paid"] or 0) if totals else 0.0))
    yield f'<path d="{curve(committed)}" fill="none" stroke="#1f4e79" stroke-width="2.5"/>'
    yield f'<path d="{curve(paid)}" fill="none" stroke="#2e8b57" stroke-width="2.5"/>'
    yield text(RIGHT, y_of(committed[-1][1]) - 8, "committed", more='fill="#1f4e79" text-anchor="end"')
    yield text(RIGHT, y_of(paid[-1][1]) - 8, "paid", more='fill="#2e8b57" text-anchor="end"')


def answer_on(site: str, day: dt.date) -> Iterator[str]:
    """The answer of one day: figures, and who called it what."""
    (row,) = asked(site, f"exposure/?group_by=program&program=aegis-ashore&as_of={day}")["rows"]
    x = x_of(day)
    yield f'<path d="M{x:.1f},{TOP - 44}V{BOTTOM}" stroke="#555" stroke-dasharray="4 3"/>'
    billions = {name: float(row[name]) / 1e9 for name in ("committed", "paid", "outstanding")}
    yield text(x + 8, TOP + 70, f"{day}: {row['program']['status']}, " + ("disputed" * row["program"]["disputed"]))
    for line, (name, amount) in enumerate(billions.items()):
        yield text(x + 8, TOP + 88 + 16 * line, f"{name} {amount:,.1f} bn yen")
    program = asked(site, f"programs/aegis-ashore/?as_of={day}")
    terms = {(p["speaker"], p["status"], p["term"]) for p in program["positions"] if p["side"] == "buyer"}
    for line, (speaker, status, term) in enumerate(sorted(terms)[:5]):
        yield text(x + 8, TOP + 144 + 15 * line, f"{speaker}: {status}" + (f" ({term})" if term else ""), size=10)


def axes() -> Iterator[str]:
    """Half-years below, billions of yen at the left."""
    for amount in range(0, 201, 50):
        yield f'<path d="M{LEFT},{y_of(amount * 1e9):.1f}H{RIGHT}" stroke="#ddd"/>'
        yield text(LEFT - 6, y_of(amount * 1e9) + 4, str(amount), more='text-anchor="end"')
    yield text(LEFT, 20, "Aegis Ashore and its successor: contracts, payments, status", size=15)
    yield text(LEFT, 38, "billion yen; from the API of the sample portfolio", size=11, more='fill="#666"')
    for year in (2019, 2020, 2021):
        for month in (1, 7):
            day = dt.date(year, month, 1)
            if FIRST <= day <= LAST:
                yield text(x_of(day), BOTTOM + 18, day.strftime("%Y-%m"), more='text-anchor="middle"')


def main(site: str) -> None:
    """Write the picture beside this file."""
    parts = [*axes(), *bands(site), *money(site), *answer_on(site, QUOTED)]
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {BOTTOM + 30}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{BOTTOM + 30}" fill="white"/>' + "\n".join(parts) + "</svg>\n"
    )
    Path(__file__).with_name("answer.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
