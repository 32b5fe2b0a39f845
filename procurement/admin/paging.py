"""Pages of lists that may hold millions of rows."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

#: Up to here rows are counted; above, the database's estimate is enough: nobody pages through that many.
COUNTED = 10_000


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """Counts short lists, and asks the planner how long a long one is."""

    @property
    def is_estimated(self) -> bool:
        """Whether the number of rows is the planner's estimate."""
        return isinstance(self.object_list, QuerySet) and self.count > COUNTED

    @cached_property
    def count(self) -> int:
        """How many rows there are; above 10,000 an estimate."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        rows = rows.order_by()
        counted = rows[: COUNTED + 1].count()
        return counted if counted <= COUNTED else max(counted, estimated(rows))


def estimated(rows: "QuerySet[Any]") -> int:
    """How many rows the planner expects of a query, without running it."""
    plan = json.loads(rows.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
