"""Who is exposed to whom: what buyers of a country committed to suppliers of one, and are not known to have paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.asking import Chosen, dates_in_words, left_in_words, total
from procurement.charts.bars import Bar, Part, bars
from procurement.charts.figure import Cell, Figure, Size, Specification, Table
from procurement.charts.languages import language
from procurement.charts.marks import specified
from procurement.common.localized import country_name, in_full, in_short
from procurement.common.money import as_text
from procurement.common.words import word
from procurement.exposure.answering import answer
from procurement.exposure.rows import Row

#: So many pairs are drawn; the table has all.
MOST = 14


@dataclass(frozen=True)
class Pair:
    """What buyers of a country owe, or may owe, to suppliers of one; None is unknown."""

    buyer: str | None
    supplier: str | None
    contracts: int
    outstanding: Decimal | None
    unaccounted: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """What is committed and not known to be paid."""
        return total(self.outstanding, self.unaccounted)

    @property
    def name(self) -> str:
        """From which country to which."""
        ends = [country_name(each) if each else _("country not on record") for each in (self.buyer, self.supplier)]
        return _("%(buyer)s → %(supplier)s") % {"buyer": ends[0], "supplier": ends[1]}


def who_to_whom(chosen: Chosen) -> Figure:
    """The chart in the active language."""
    found = answer(chosen.question("country", "supplier_country"))
    pairs = pairs_of([row for row in found.rows if row.currency == chosen.currency])
    drawn = [each for each in pairs if each.amount][:MOST]
    return Figure(
        name="who-to-whom",
        title=_("Who is exposed to whom"),
        alternative=_alternative(drawn, chosen.currency),
        notes=(*_notes(pairs, drawn, chosen.currency), *left_in_words(found.left)),
        table=_table(pairs, chosen.currency),
        asked=chosen.asked,
        language=language(),
        describe=partial(described, drawn, chosen),
        currency=chosen.currency,
    )


def pairs_of(rows: Sequence[Row]) -> list[Pair]:
    """The pairs, the largest amounts first, those of which nothing is known last."""
    found = [
        Pair(
            row.keys["country"] or None,
            row.keys["supplier_country"] or None,
            row.contracts,
            row.figures["outstanding"],
            row.figures["unaccounted"],
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda each: (each.amount is None, -(each.amount or 0), each.buyer or "", each.supplier or "")
    )


def described(drawn: Sequence[Pair], chosen: Chosen, size: Size) -> Specification:
    """A bar for each pair, in two parts."""
    parts = [Part(name, word("figure", name), f"@{name}") for name in ("outstanding", "unaccounted")]
    shown = [Bar(each.name, {"outstanding": each.outstanding, "unaccounted": each.unaccounted}) for each in drawn]
    lines = [_("Committed by buyers to suppliers, and outstanding or unaccounted"), dates_in_words(chosen.asked)]
    return specified(
        [bars(shown, parts, chosen.currency, size)] if shown else [], _("Who is exposed to whom"), lines, size
    )


def _alternative(drawn: Sequence[Pair], currency: str) -> str:
    if not drawn:
        return _("No amount between buyers and suppliers is known.")
    said = [f"{each.name} {in_short(each.amount, currency)}" for each in drawn[:3]]
    largest = _("The largest sums that buyers committed and are not known to have paid: %(pairs)s.")
    return largest % {"pairs": "; ".join(said)}


def _notes(pairs: Sequence[Pair], drawn: Sequence[Pair], currency: str) -> list[str]:
    unknown, rest = [each for each in pairs if each.amount is None], [each for each in pairs if each.amount]
    said = []
    if len(rest) > len(drawn):
        others = {
            "count": len(rest) - len(drawn),
            "amount": in_short(total(*(e.amount for e in rest[len(drawn) :])), currency),
        }
        said.append(
            _("The %(shown)d largest are drawn; %(count)d more, %(amount)s together, are in the table.")
            % {"shown": len(drawn), **others}
        )
    if unknown:
        count = sum(each.contracts for each in unknown)
        said.append(
            ngettext(
                "Of %(count)d contract in %(pairs)d more pairs no amount is known.",
                "Of %(count)d contracts in %(pairs)d more pairs no amount is known.",
                count,
            )
            % {"count": count, "pairs": len(unknown)}
        )
    return said


def _table(pairs: Sequence[Pair], currency: str) -> Table:
    columns = (
        ("buyer_country", _("Country of the buyer")), ("supplier_country", _("Country of the supplier")),
        ("contracts", _("Contracts")), ("currency", _("Currency")), ("outstanding", _("Outstanding")),
        ("unaccounted", _("Unaccounted")),
    )  # fmt: skip
    rows = [
        (
            _country(each.buyer),
            _country(each.supplier),
            Cell.of(str(each.contracts)),
            Cell.of(currency),
            *(
                Cell(as_text(amount, currency) or "", in_full(amount, currency))
                for amount in (each.outstanding, each.unaccounted)
            ),
        )
        for each in pairs
    ]
    return Table(columns, tuple(rows))


def _country(code: str | None) -> Cell:
    return Cell(code or "", country_name(code) if code else _("not on record"))
