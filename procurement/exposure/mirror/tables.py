"""What the mirror holds: of which tables which columns, and the SELECT that reads them in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from psycopg import sql

from procurement.exposure.sql.dialects import BACK, UNDONE
from procurement.exposure.sql.movements import held_ready
from procurement.ledger.models import Measure

_AMOUNT = "DECIMAL(24, 4)"
#: Compared as numbers.
_MEASURE = f"ENUM{tuple(Measure.values)}"
_DATES = {"effective_on": "DATE", "published_on": "DATE", "recorded_at": "TIMESTAMPTZ"}
#: What is known of the row that a fact reverses (null where it reverses none), and of the one that reverses it.
_REVERSALS = {prefix + name: kind for prefix in (UNDONE, BACK) for name, kind in _DATES.items()}


@dataclass(frozen=True, eq=False)
class Table:
    """One table, and its columns with their types in the mirror; `events` has the changes of descriptive rows."""

    name: str
    columns: Mapping[str, str]
    events: str = ""

    @property
    def is_facts(self) -> bool:
        """Whether its rows are facts, which never change."""
        return not self.events

    @property
    def back(self) -> list[str]:
        """The columns that say what takes a row back."""
        return [column for column in self.columns if column.startswith(BACK)]

    @property
    def key_of_contract(self) -> str:
        """The column that says of which contract a row is, where it is of one."""
        return "id" if self.name == "procurement_contract" else "contract_id" if self.is_facts else ""

    def select(self, which: sql.Composable) -> sql.Composed:
        """The SELECT of the rows `f` for which a condition holds, in PostgreSQL."""
        text, table = (_FACTS if self.is_facts else _DESCRIBED), sql.Identifier(self.name)
        columns = sql.SQL(", ").join(_source(name) for name in self.columns)
        order = sql.SQL("f.contract_id, f.id" if self.is_facts else "f.id")
        return text.format(columns=columns, table=table, which=which, order=order)

    def create(self, name: sql.Identifier, kind: str = "") -> sql.Composed:
        """The statement that makes it, empty, in the mirror."""
        columns = (sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(of)) for column, of in self.columns.items())
        return sql.SQL("CREATE {} TABLE {} ({})").format(sql.SQL(kind), name, sql.SQL(", ").join(columns))


#: Few rows are reversals: what they reverse is found from them, and not for each row.
_FACTS = sql.SQL(
    """
SELECT {columns}
  FROM {table} f
  LEFT JOIN (SELECT r.id, u.* FROM {table} r JOIN {table} u ON u.id = r.reverses_id
              WHERE r.reverses_id IS NOT NULL) undone (reversal_id) ON undone.reversal_id = f.id
  LEFT JOIN {table} back ON back.reverses_id = f.id AND back.reverses_id IS NOT NULL
 WHERE {which}
 ORDER BY {order}"""
)
_DESCRIBED = sql.SQL("SELECT {columns} FROM {table} f WHERE {which} ORDER BY {order}")


#: What it has that PostgreSQL has not.
_READY = held_ready()


def _source(column: str) -> sql.Composable:
    """Where a column of the mirror comes from."""
    if column in _READY:
        return _READY[column]
    for prefix, alias in ((UNDONE, "undone"), (BACK, "back")):
        if column.startswith(prefix):
            return sql.SQL("{}").format(sql.Identifier(alias, column.removeprefix(prefix)))
    return sql.SQL("{}").format(sql.Identifier("f", column))


def _facts(name: str, **columns: str) -> Table:
    own = {"id": "BIGINT", "contract_id": "BIGINT", **columns, **_DATES, "reverses_id": "BIGINT"}
    return Table(f"procurement_{name}", own | _REVERSALS)


def _described(name: str, **columns: str) -> Table:
    return Table(f"procurement_{name}", {"id": "BIGINT"} | columns, events=f"procurement_{name}event")


TABLES = (
    _facts(
        "ledgerentry", measure=_MEASURE, amount=_AMOUNT, milestone_id="BIGINT", is_by="BOOLEAN", is_exit="BOOLEAN",
        shows_life="BOOLEAN", marks="UTINYINT",
    ),
    _facts("contractstatuschange", act="VARCHAR", status="VARCHAR"),
    _facts("contractparty", organization_id="BIGINT", role="VARCHAR"),
    _facts("programallocation", program_id="BIGINT", share="DECIMAL(7, 6)"),
    _facts("liabilityestimate", low=_AMOUNT, point=_AMOUNT, high=_AMOUNT),
    _facts("guarantee", kind="VARCHAR", event="VARCHAR", amount=_AMOUNT, valid_until="DATE"),
    _facts("milestone", kind="VARCHAR", due_on="DATE", amount=_AMOUNT),
    _facts("completeness", measure="VARCHAR", through="DATE", basis="VARCHAR"),
    _facts("reportedfigure"),
    _described(
        "contract", currency="VARCHAR", is_remainder="BOOLEAN", method="VARCHAR", buyer_id="BIGINT", signed_on="DATE",
        ends_on="DATE", source_id="BIGINT", created_at="TIMESTAMPTZ",
        withdrawn_at="TIMESTAMPTZ",
    ),
    _described("organization", country="VARCHAR"),
    _described("document", published_on="DATE"),
    _described("program", domain="VARCHAR"),
)  # fmt: skip

#: A file made by other code than this has other columns, and is made anew.
FORM = sha256(repr((TABLES, _READY)).encode()).hexdigest()[:16]
