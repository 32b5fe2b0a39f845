"""The chart of what leaving was estimated to cost, against what it did cost, over all cases."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.asking import Chosen, dates_in_words
from procurement.charts.figure import Cell, Figure, Size, Specification, Table
from procurement.charts.languages import language, sentences
from procurement.charts.leaving_cost.panel import leaving_panel
from procurement.charts.leaving_cost.reading import NOTHING, Leaving, cases, in_one_currency, leavings_of
from procurement.charts.marks import specified
from procurement.common.localized import range_in_full, range_in_short
from procurement.common.money import as_text

#: So many programs are drawn; the table has all.
MOST = 20


def leaving(chosen: Chosen) -> Figure:
    """The chart in the active language. As many queries for one program as for all."""
    found = cases(chosen.asked)
    converted, left = in_one_currency([each for case in found for each in leavings_of(case)], chosen)
    return Figure(
        name="leaving",
        title=_title(),
        alternative=_alternative(converted, chosen.currency),
        notes=tuple(_notes(converted, left, sum(case.is_secret for case in found))),
        table=_table([*converted, *left]),
        asked=chosen.asked,
        language=language(),
        describe=partial(described, converted[:MOST], chosen),
        currency=chosen.currency,
    )


def _title() -> str:
    return _("What leaving was estimated to cost, and what it cost")


def described(drawn: Sequence[Leaving], chosen: Chosen, size: Size) -> Specification:
    """A line for each program: its estimate and its cost."""
    lines = [_("Below zero, the buyer got more back than it paid."), dates_in_words(chosen.asked)]
    return specified([leaving_panel(drawn, chosen.currency, size)] if drawn else [], _title(), lines, size)


def _alternative(found: Sequence[Leaving], currency: str) -> str:
    both = [each for each in found if NOTHING not in {each.estimated, each.actual}]
    said = _("Of %(count)d programs an estimate or the cost of leaving is known, of %(both)d both.") % {
        "count": len({each.code for each in found}), "both": len({each.code for each in both})
    }  # fmt: skip
    most = next(iter(both or found), None)
    if most is None:
        return said
    words = {
        "name": most.name,
        "estimated": range_in_short(*most.estimated, currency),
        "actual": range_in_short(*most.actual, currency),
    }
    return sentences(said, _("%(name)s: estimated %(estimated)s, paid so far %(actual)s.") % words)


def _notes(found: Sequence[Leaving], left: Sequence[Leaving], secret: int) -> Iterator[str]:
    yield _(
        "Where the ledger has no amount, the latest that was reported is shown; all are converted at one day's rates."
    )
    if len(found) > MOST:
        yield _("The %(most)d largest are drawn; the table has all %(all)d.") % {"most": MOST, "all": len(found)}
    if secret:
        yield (
            ngettext(
                "Of %(count)d program an amount is said to exist and to be secret.",
                "Of %(count)d programs an amount is said to exist and to be secret.",
                secret,
            )
            % {"count": secret}
        )
    if left:
        names = ", ".join(f"{each.name} ({each.currency})" for each in left)
        yield _("There is no rate for: %(names)s. The table has them in their own currency.") % {"names": names}


def _table(found: Sequence[Leaving]) -> Table:
    heads = {"program": _("Program"), "currency": _("Currency")}
    heads |= {"estimated_low": _("Estimated, at least"), "estimated_high": _("Estimated, at most")}
    heads |= {"actual_low": _("Paid, at least"), "actual_high": _("Paid, at most"), "grounds": _("Grounds")}
    return Table(tuple(heads.items()), tuple(_row(each) for each in found))


def _row(each: Leaving) -> tuple[Cell, ...]:
    amounts = [
        Cell(as_text(end, each.currency) or "", range_in_full(end, end, each.currency))
        for end in (*each.estimated, *each.actual)
    ]
    said = each.said_estimated or each.said_actual
    grounds = Cell("reported", _("reported")) if said else Cell("ledger", _("ledger"))
    return (Cell(each.code, each.name), Cell.of(each.currency), *amounts, grounds)
