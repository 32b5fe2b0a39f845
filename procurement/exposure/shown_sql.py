"""The finished statements of exposure, for `manage.py show_sql exposure` and for the copies that tests compare."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from procurement.exposure.kept.lines import kept_lines
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.refreshing import refresh_statement
from procurement.exposure.kept.statements import reading
from procurement.exposure.kept.waiting import dated
from procurement.exposure.plan import reading_for, totals_apart
from procurement.exposure.questions import checked_groups, refuse_unknown_filters
from procurement.exposure.sql.grouping import Lines, grouped, own_keys
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import ASKED

#: Where lines are read: as they are kept, with contracts that wait, or from the facts of all contracts or of some.
KEPT, WAITING, FACTS, NAMED = "kept", "waiting", "facts", "named"


def add_arguments(parser: ArgumentParser) -> None:
    """A question's groupings and filters, and where it is read."""
    parser.add_argument("--group_by", default="none", help="names of groupings, separated by commas")
    parser.add_argument("--filters", default="", help="names of filters, separated by commas")
    parser.add_argument("--read", choices=(KEPT, WAITING, FACTS, NAMED), default=KEPT, help="where lines are read")


def statement(options: Mapping[str, Any]) -> str:
    """The statement that answers. Raises Refused for an unknown grouping or filter."""
    groups = checked_groups(tuple(options["group_by"].split(",")))
    filters = tuple(name for name in options["filters"].split(",") if name)
    refuse_unknown_filters(filters)
    return _answering(groups, filters, options["read"])


def _answering(groups: tuple[str, ...], filters: tuple[str, ...], read: str) -> str:
    own, waiting = own_keys(groups), read == WAITING
    if read in (FACTS, NAMED):
        return grouped(groups, filters, Lines(line_tables(ASKED, "named" if read == NAMED else "")))
    chosen = dict.fromkeys(filters, (0,))
    totals = reading_for(own, chosen)
    if totals is not None:
        return totals.text(waiting=waiting)
    return grouped(groups, filters, kept_lines(waiting=waiting), with_totals=not totals_apart(own, chosen))


def copies() -> dict[str, str]:
    """An answer of each kind, what finds the contracts that wait, and what refreshes them."""
    return {
        "totals": reading(Total.Dimension.ALL, chosen=False, waiting=False),
        "totals-by-program": _answering(("program",), (), KEPT),
        "totals-by-buyer-waiting": _answering(("buyer",), (), WAITING),
        "lines-by-method-and-domain": _answering(("method", "domain"), ("country",), KEPT),
        "page-of-contracts": _answering(("contract",), (), KEPT),
        "totals-by-supplier-group": _answering(("supplier_group",), (), KEPT),
        "facts-by-program": _answering(("program",), ("program",), NAMED),
        "waiting-between-days": dated(),
        "refresh": refresh_statement(),
    }
