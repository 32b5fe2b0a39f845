"""How many flags programs have, by severity."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count

from procurement.flags.models import Flag


def flag_counts(program_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """The unresolved flags of programs, now, by severity. One query."""
    rows = Flag.objects.unresolved().filter(program__in=program_ids).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for program, severity, count in rows.values_list("program", "severity").annotate(Count("pk")):
        found[program][severity] = count
    return found
