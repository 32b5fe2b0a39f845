"""What an act would do to flags, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import Table
from procurement.flags.models import Severity
from procurement.flags.trying import FALLS, OPENS, REOPENS, RESOLVES, RISES, Foreseen

#: So many are named; all are counted.
SHOWN = 50
WORDS: Mapping[str, Any] = {
    OPENS: gettext_lazy("would open"),
    REOPENS: gettext_lazy("would be reopened"),
    RESOLVES: gettext_lazy("would resolve"),
    RISES: gettext_lazy("would rise"),
    FALLS: gettext_lazy("would fall"),
}


def flags_table(flags: Sequence[Foreseen]) -> dict[str, Any]:
    """The flags, the worst first, and how many there are of each kind."""
    rows = [[WORDS[each.kind], severity_said(each), each.summary] for each in flags[:SHOWN]]
    table: Table = {"headers": [_("What happens"), _("Severity"), _("Flag")], "rows": rows}
    return {"table": table, "counts": counts(flags), "shown": len(rows), "all": len(flags)}


def counts(flags: Sequence[Foreseen]) -> list[str]:
    """How many flags would open, resolve and so on."""
    found = [(words, sum(each.kind == kind for each in flags)) for kind, words in WORDS.items()]
    return [_("%(number)s %(what)s") % {"number": number, "what": words} for words, number in found if number]


def severity_said(each: Foreseen) -> str:
    """The severity that a flag has or would have; both where they differ."""
    was, becomes = (Severity(code).label if code else "" for code in (each.was, each.becomes))
    if was and becomes and was != becomes:
        return _("%(was)s, then %(becomes)s") % {"was": was, "becomes": becomes}
    return str(becomes or was)
