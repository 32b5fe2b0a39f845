"""What the statements over facts say differently in PostgreSQL and in the mirror (exposure/mirror/).

PostgreSQL looks up the rows that reverse and are reversed by index. The mirror has no indexes: there each row of a fact
holds what matters of both, so that whether it is in view and stands is told by its own columns.
"""

from dataclasses import dataclass

from psycopg import sql

#: Of unknown publication a row is left out, or taken at its effective date where the question says so.
_KNOWN = sql.SQL(
    """(%(published_by)s::date IS NULL OR {published_on} <= %(published_by)s::date
         OR (%(undated)s AND {published_on} IS NULL AND {effective_on} <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR {recorded_at} <= %(recorded_by)s::timestamptz)"""
)
#: What a row of the mirror holds of the row that it reverses, and of the one that reverses it.
UNDONE, BACK = "undone_", "back_"


def known(x: str, prefix: str = "") -> sql.Composed:
    """SQL condition: the public and this service knew the row with this alias by the asked dates."""
    dates = ("published_on", "effective_on", "recorded_at")
    return _KNOWN.format(**{name: sql.Identifier(x, prefix + name) for name in dates})


@dataclass(frozen=True)
class Newest:
    """What was said last by the facts of a table: of equal keys, by the day, by publication, and by recording."""

    name: str
    values: tuple[str, ...]
    keys: tuple[str, ...] = ("contract_id",)
    which: str = "true"


@dataclass(frozen=True, eq=False)
class Dialect:
    """Conditions on a fact `f`, each a text with holes that visibility.about fills in."""

    #: what a reversal takes back is known too, where publication is asked: its date may be the earlier one
    undone: sql.SQL
    #: nothing known takes the fact back
    left: sql.SQL
    #: no standing entry in view meets a milestone
    unmet: sql.SQL
    #: a contract `c` has a standing fact in view: of one table, what stands between tables, and what around all
    mentioned: sql.SQL
    between: sql.SQL
    mentioned_anywhere: sql.SQL
    #: an unknown amount
    no_amount: sql.SQL
    #: of rows with equal keys the one that was said last
    latest: sql.SQL
    latest_value: sql.SQL

    def newest(self, wanted: Newest) -> sql.SQL:
        """The common table of what was said last; its holes are those of any text about facts."""
        columns = {
            "keys": sql.SQL(", ").join(sql.Identifier("f", key) for key in wanted.keys),
            "values": sql.SQL(", ").join(
                self.latest_value.format(value=sql.Identifier("f", value), name=sql.Identifier(value))
                for value in wanted.values
            ),
        }
        which = sql.SQL(wanted.which)
        return sql.SQL(self.latest.format(**columns, name=sql.Identifier(wanted.name), which=which).as_string(None))


POSTGRESQL = Dialect(
    undone=sql.SQL(
        """(%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM {table} undone WHERE undone.id = f.reverses_id AND {undone_known}))"""
    ),
    # few rows reverse one; said so, they alone are read of the index where all are hashed
    left=sql.SQL(
        "NOT EXISTS (SELECT 1 FROM {table} back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL "
        "AND {back_known})"
    ),
    unmet=sql.SQL(
        """NOT EXISTS (SELECT 1 FROM procurement_ledgerentry met
                    WHERE met.milestone_id = f.id AND met.reverses_id IS NULL AND met.effective_on <= {day}
                      AND {met_known}
                      AND NOT EXISTS (SELECT 1 FROM procurement_ledgerentry back
                                       WHERE back.reverses_id = met.id AND {back_known}))"""
    ),
    mentioned=sql.SQL(
        "OR EXISTS (SELECT 1 FROM {table} f WHERE f.contract_id = c.contract_id AND {seen} AND {stands})"
    ),
    between=sql.SQL(" "),
    mentioned_anywhere=sql.SQL("{}"),
    no_amount=sql.SQL("NULL::numeric"),
    latest=sql.SQL(
        """
{name} AS (
    SELECT DISTINCT ON ({keys}) {keys}, {values}
      FROM {{table}} f
     WHERE {which} AND {{seen}} AND {{scoped}} AND {{stands}}
     ORDER BY {keys}, f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
)"""
    ),
    latest_value=sql.SQL("{value}"),
)

DUCKDB = Dialect(
    undone=sql.SQL("(%(published_by)s::date IS NULL OR f.reverses_id IS NULL OR {undone_known})"),
    left=sql.SQL("NOT COALESCE(f.back_recorded_at IS NOT NULL AND {back_known}, false)"),
    # found once for all rows: by row it would be a join of its own each time
    unmet=sql.SQL(
        """f.id NOT IN (SELECT f.milestone_id FROM procurement_ledgerentry f
                    WHERE f.milestone_id IS NOT NULL AND f.effective_on <= {day} AND {known} AND {stands}
                      AND {scoped})"""
    ),
    # one join for all tables, which is planned and probed sooner than one for each
    mentioned=sql.SQL("SELECT f.contract_id FROM {table} f WHERE {seen} AND {stands} AND {scoped}"),
    between=sql.SQL(" UNION ALL "),
    mentioned_anywhere=sql.SQL("OR c.contract_id IN ({})"),
    no_amount=sql.SQL("NULL::decimal(38, 10)"),
    # of one number that grows with all three DuckDB finds the greatest three times faster than it sorts by them
    latest=sql.SQL(
        """
{name} AS (
    SELECT {keys}, {values}
      FROM (SELECT *, ((effective_on - DATE '1970-01-01') * 4294967296 + 2147483648
                       + (COALESCE(published_on, effective_on) - DATE '1970-01-01'))::HUGEINT
                      * 9223372036854775808 + id AS said
              FROM {{table}} f
             WHERE {which} AND {{seen}} AND {{scoped}} AND {{stands}}) f
     GROUP BY {keys}
)"""
    ),
    latest_value=sql.SQL("arg_max_null({value}, f.said) AS {name}"),
)


def what_was_known(dialect: Dialect) -> dict[str, sql.Composed]:
    """What fills the holes of a dialect's texts that end in `known`."""
    found = {"known": known("f")}
    if dialect is DUCKDB:
        return found | {"undone_known": known("f", UNDONE), "back_known": known("f", BACK)}
    return found | {f"{x}_known": known(x) for x in ("undone", "back", "met")}
