"""Rows of exposure as they are shown (DESIGN.md section 8): with names for their keys, and why figures are unknown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from psycopg import sql

from procurement.api.exposure.deferred import with_deferred
from procurement.common.prepared_statements import any_of, array, ask
from procurement.common.withdrawable import Withdrawable
from procurement.contracts.models import Contract
from procurement.exposure.answering import Answer, Question
from procurement.exposure.explanations import explained
from procurement.exposure.presentation import PARTS, SHOWN, shown_figures
from procurement.exposure.rows import SHARES, Row
from procurement.exposure.schedule.answers import Scheduled
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.standing import Standing
from procurement.rates.converting import Rate

#: Groupings whose key is a row's id -> the table and what is shown of it.
NAMED: Mapping[str, tuple[type[Withdrawable], tuple[str, ...]]] = {
    "program": (Program, ("code", "name")),
    "supplier": (Organization, ("id", "name", "country")),
    "supplier_group": (Organization, ("id", "name", "country")),
    "buyer": (Organization, ("id", "name", "country")),
    "contract": (Contract, ("id", "reference", "title")),
}
#: The fields of a row besides its keys and figures.
COUNTED = ("currency", "contracts", "contracts_without_commitment", "disputes")
#: The standing status shown with a program's key; `stopped_by` only if it was not the buyer.
STANDING = ("status", "status_since", "disputed", "stopped_by")
EXPLAIN = "explain"
UNCONVERTED = "unconverted"


class Keyed(Protocol):
    """Anything with the keys of a group."""

    @property
    def keys(self) -> dict[str, Any]: ...


Labels = Mapping[str, Mapping[Any, Mapping[str, Any]]]


@dataclass(frozen=True)
class Display:
    """How rows are shown: which figures, and whether with the reasons of their nulls."""

    figures: Sequence[str] = SHOWN
    explain: bool = False


def labels_of(group_by: Sequence[str], rows: Iterable[Keyed]) -> Labels:
    """What is shown for the ids of programs, organizations and contracts: one query for each grouping by them."""
    found, kept = dict[str, Mapping[Any, Mapping[str, Any]]](), list(rows)
    for group in group_by:
        if group in NAMED:
            table, columns = NAMED[group]
            ids = {row.keys[group] for row in kept if group in row.keys} - {None}
            (named,) = ask([(_named(table, tuple(columns)), [array(map(str, sorted(ids)))])])
            found[group] = {pk: dict(zip(columns, values, strict=True)) for pk, *values in named}
    return found


@cache
def _named(table: type[Withdrawable], columns: tuple[str, ...]) -> bytes:
    """What names rows by their ids; nearly every answer asks it, so each session plans it once."""
    names = sql.SQL(", ").join(map(sql.Identifier, ("id", *columns)))
    found = sql.SQL("SELECT {names} FROM {table} WHERE withdrawn_at IS NULL AND id = {any_of}")
    rows = sql.Identifier(table._meta.db_table)
    return found.format(names=names, table=rows, any_of=sql.SQL(any_of(1))).as_bytes(None)


def shown(found: Answer, display: Display, scheduled: Scheduled | None = None) -> dict[str, Any]:
    """An answer in the shape of DESIGN.md section 8; with what is deferred where schedules of the same question are."""
    asked = found.question.asked
    currencies = {row.currency for row in found.totals}
    only = next(iter(currencies)) if len(currencies) == 1 else None
    body = {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "currency": found.question.currency or only,
        "rates": shown_rates(found.rates),
        **shown_left(found.question, found.left),
        "group_by": list(found.question.group_by),
        "rows": shown_rows(found, display),
        "totals": shown_totals(found, display),
    }
    return body if scheduled is None else with_deferred(body, scheduled)


def shown_rows(found: Answer, display: Display, labels: Labels | None = None) -> list[dict[str, Any]]:
    """The rows of an answer; `labels` are read unless they are given."""
    known = labels_of(found.question.group_by, found.rows) if labels is None else labels
    return [marked(shown_row(row, display, shown_keys(row, known, found.standings)), found) for row in found.rows]


def shown_row(row: Row, display: Display, keys: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One row; a total has no keys."""
    shown = {
        **(keys or {}),
        "currency": row.currency,
        "contracts": row.contracts,
        "contracts_without_commitment": row.contracts_without_commitment,
        "disputes": row.disputes,
        **shown_figures(row, display.figures),
        "coverage": row.coverage(),
    }
    return shown | {EXPLAIN: explained(shown, row)} if display.explain else shown


def shown_totals(found: Answer, display: Display) -> list[dict[str, Any]]:
    """The totals of an answer, by currency."""
    return [marked(shown_row(row, display), found) for row in found.totals]


def shown_rates(rates: Iterable[Rate]) -> list[dict[str, Any]]:
    """The rates as they were used, so that anybody can check the multiplication."""
    return [_rate(rate) for rate in rates]


def _rate(rate: Rate) -> dict[str, Any]:
    year = {} if rate.fiscal_year is None else {"fiscal_year": rate.fiscal_year}
    named = {"base": rate.base, "quote": rate.quote, "rate": f"{rate.rate:f}", "on": rate.on, "type": rate.rate_type}
    age = {} if rate.age_days is None else {"age_days": rate.age_days, "stale": True}
    return named | year | age


def shown_left(question: Question, left: Mapping[str, int]) -> dict[str, Any]:
    """The currencies that had no rate, each with its number of contracts; only where amounts may stay as they are."""
    if not question.unconverted:
        return {}
    return {UNCONVERTED: [{"currency": name, "contracts": left[name]} for name in sorted(left)]}


def marked(row: dict[str, Any], found: Answer | Scheduled) -> dict[str, Any]:
    """A row that says whether its amounts stayed in their own currency, where they may."""
    return row | {UNCONVERTED: row["currency"] in found.left} if found.question.unconverted else row


def shown_keys(row: Keyed, labels: Labels, standings: Mapping[int, Standing]) -> dict[str, Any]:
    """The keys of a row: ids with the names behind them, programs with their standing status."""
    keys = {name: labels[name].get(value) if name in labels else value for name, value in row.keys.items()}
    program = keys.get("program")
    if isinstance(program, Mapping):
        keys["program"] = {**program, **_standing(standings.get(row.keys["program"], Standing()))}
    return keys


def _standing(standing: Standing) -> dict[str, Any]:
    found = {"status": standing.status, "status_since": standing.since, "disputed": standing.disputed}
    # normally the buyer stops a program; a stop by another side, such as an export authority, is named
    by_another = standing.stopped_by is not None and standing.stopped_by != StatusChange.Side.BUYER
    return found | ({"stopped_by": standing.stopped_by} if by_another else {})


# flat, for formats of rows


def flat_columns(group_by: Sequence[str], display: Display) -> list[str]:
    """The columns of flattened rows, in order: `program_code`, `termination_liability_low`."""
    figures = [_names(name, PARTS.get(name, ())) for name in display.figures]
    more = [list(COUNTED), *figures, _names("coverage", SHARES), [EXPLAIN] if display.explain else []]
    return list(dict.fromkeys([*key_columns(group_by), *(name for part in more for name in part)]))


def key_columns(group_by: Sequence[str]) -> list[str]:
    """The columns of a row's keys; every row has a currency, whatever it is grouped by."""
    return [name for group in group_by if group != "currency" for name in _names(group, KEY_PARTS.get(group, ()))]


def flattened(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """A row without nesting, except for reasons, and with every column: a null object has null parts."""
    parts = dict(_parts(row))
    return {name: parts.get(name) for name in columns}


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping) and name != EXPLAIN:
            yield from ((f"{name}_{part}", each) for part, each in value.items())
        else:
            yield name, " ".join(value) if isinstance(value, list) else value


def _names(name: str, parts: Iterable[str]) -> list[str]:
    return [f"{name}_{part}" for part in parts] or [name]


KEY_PARTS = {name: columns for name, (_, columns) in NAMED.items()} | {"program": ("code", "name", *STANDING)}
