"""Print which flags the past would have seen."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.common.csv_lines import harmless, line
from procurement.common.dates import INCLUDE
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.exposure.snapshot import one_moment
from procurement.flags.evaluation.scope import EVERYTHING, of_programs
from procurement.flags.history.replay import STANDING, Past, Turn, turns
from procurement.flags.rules import rules_named
from procurement.flags.thresholds.values import limits_in_force
from procurement.management.arguments import PROGRAMS, counted, day, program_ids
from procurement.programs.models import Program

#: What is printed, and counted; figures that changed are only counted.
SHOWN = (STANDING, "opened", "reopened", "escalated", "resolved")
COLUMNS = ("day", "turn", "severity", "rule", "program", "contract", "condition_since", "reason", "summary", "evidence")
TABLE = "{day}  {turn:<9}  {severity:<6}  {rule}  {program} {contract}  {told}"


class Command(BaseCommand):
    """`manage.py backtest`: the counts go to standard error where the lines are for machines."""

    help = (
        "Print which flags would have opened, reopened, escalated and resolved on each day of the past, from the "
        "facts public on it, and which were open before the first day. Stores nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rule", action="append", dest="rules", metavar="CODE", help="repeatable; default all")
        parser.add_argument("--from", type=day, dest="first", required=True, metavar="DAY")
        parser.add_argument("--to", type=day, dest="last", required=True, metavar="DAY")
        parser.add_argument("--program", **PROGRAMS, help="only this program; repeatable")
        parser.add_argument("--hindsight", action="store_true", help="each day also sees facts published later")
        undated = "include facts with an unknown publication date, from their effective date"
        parser.add_argument("--undated", choices=[INCLUDE], help=undated)
        parser.add_argument("--every-day", action="store_true", help="also days on which no flag can change; slow")
        parser.add_argument("--format", choices=list(WRITERS), default="table", dest="form")

    def handle(self, *args: Any, **options: Any) -> None:
        past, programs = self._past(**options), options["programs"]
        counts: Counter[str] = Counter()
        write = WRITERS[options["form"]]
        with one_moment():
            found = (turn for turn in turns(past, eve=True) if not programs or turn.finding.program_id is not None)
            for text in write(_rows(_counting(found, counts))):
                self.stdout.write(text)
        closing = counted((kind, counts[kind]) for kind in (*SHOWN, "refreshed"))
        (self.stdout if options["form"] == "table" else self.stderr).write(closing)

    def _past(self, **options: Any) -> Past:
        first, last, programs = options["first"], options["last"], program_ids(options["programs"])
        if first > last:
            raise CommandError(f"--from {first} is after --to {last}; a day up to {last} would be accepted")
        if options["hindsight"] and options["undated"]:
            raise CommandError("--undated goes without --hindsight, which knows all facts anyway")
        try:
            rules = rules_named(options["rules"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        return Past(
            first,
            last,
            rules,
            limits_in_force(),
            EVERYTHING if programs is None else of_programs(programs),
            hindsight=options["hindsight"],
            undated=options["undated"] == INCLUDE,
            every_day=options["every_day"],
        )


def _counting(found: Iterable[Turn], counts: Counter[str]) -> Iterator[Turn]:
    """The turns that are shown; all are counted."""
    for turn in found:
        counts[turn.kind] += 1
        if turn.kind in SHOWN:
            yield turn


def _rows(found: Iterable[Turn]) -> Iterator[dict[str, Any]]:
    """Changes of flags with the names of what they are about, looked up day by day."""
    for _, of_day in groupby(found, key=lambda turn: turn.day):
        some = [(turn, turn.finding.program_id or 0, turn.finding.contract_id or 0) for turn in of_day]
        programs = Program.everything.filter(pk__in={program for _, program, _ in some})
        contracts = Contract.everything.filter(pk__in={contract for _, _, contract in some})
        codes, references = dict(programs.values_list("id", "code")), dict(contracts.values_list("id", "reference"))
        yield from (_row(turn, codes.get(program), references.get(contract)) for turn, program, contract in some)


def _row(turn: Turn, program: str | None, contract: str | None) -> dict[str, Any]:
    found = turn.finding
    return {
        "day": turn.day.isoformat(),
        "turn": turn.kind,
        "severity": found.severity,
        "rule": found.rule,
        "program": program,
        "contract": contract,
        "condition_since": found.condition_since.isoformat(),
        "reason": turn.reason,
        "summary": found.summary,
        "evidence": dict(found.evidence),
    }


def as_table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Lines to read."""
    for row in rows:
        told = row["reason"] if row["turn"] in ("escalated", "resolved") else row["summary"]
        named = {name: row[name] or "-" for name in ("program", "contract")}
        yield TABLE.format(**{**row, **named}, told=told)


def as_csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Comma-separated values with a heading; the evidence is JSON in a cell."""
    yield line(COLUMNS).decode()
    for row in rows:
        texts = [harmless(row[name] or "") for name in COLUMNS[:-1]]
        yield line([*texts, json.dumps(row["evidence"], ensure_ascii=False)]).decode()


def as_json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """An object a line."""
    return (json.dumps(row, ensure_ascii=False) for row in rows)


WRITERS = {"table": as_table, "csv": as_csv, "jsonl": as_json_lines}
