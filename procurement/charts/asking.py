"""What charts are asked for: the dates, the one currency that amounts are in, and how a picture looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.figure import SHEET, SIZES, Size
from procurement.charts.themes import LIGHT, THEMES
from procurement.common.dates import Asked
from procurement.common.errors import Complaints
from procurement.common.localized import day
from procurement.exposure.answering import Question
from procurement.rates.converting import known_rates


@dataclass(frozen=True)
class Chosen:
    """The dates and the currency."""

    asked: Asked
    currency: str

    @property
    def today(self) -> bool:
        """Whether it is asked as of today, when the newest rate serves however old it is."""
        return self.asked.as_of >= timezone.localdate()

    def rates(self, currencies: Iterable[str]) -> dict[str, Decimal]:
        """The rates of the asked day from some currencies, of those that have one."""
        pairs = {(each, self.currency) for each in currencies}
        found = {base: rate.rate for (base, _quote), rate in known_rates(pairs, self.asked, any_age=self.today).items()}
        return found | {self.currency: Decimal(1)}

    def question(self, *group_by: str, program: int | None = None) -> Question:
        """A question in the currency; what has no rate stays in its own, and is said. Today an old rate serves."""
        filters: Mapping[str, Sequence[Any]] = {} if program is None else {"program": [program]}
        return Question(self.asked, group_by, filters, self.currency, unconverted=True, any_age=self.today)


def picture_in(given: Mapping[str, str]) -> tuple[str, Size]:
    """The theme and the size that parameters ask for. Raises Refused naming what would be accepted."""
    complaints = Complaints()
    theme, size = given.get("theme") or LIGHT.name, given.get("size") or SHEET.name
    for name, asked, accepted in (("theme", theme, THEMES), ("size", size, SIZES)):
        if asked not in accepted:
            complaints.add(name, f"“{asked[:20]}” is not accepted; accepted: {', '.join(accepted)}")
    complaints.refuse_if_any()
    return theme, SIZES[size]


def dates_in_words(asked: Asked) -> str:
    """The dates of a chart, as they stand below its title."""
    words = {"day": day(asked.as_of)}
    if asked.published_by:
        return _("As of %(day)s, as public on %(public)s") % {**words, "public": day(asked.published_by)}
    return _("As of %(day)s") % words


def left_in_words(left: Mapping[str, int]) -> list[str]:
    """What is left out because it has no rate: how many contracts in which currency."""
    return [
        ngettext(
            "%(count)d contract in %(currency)s is left out, as there is no rate for it.",
            "%(count)d contracts in %(currency)s are left out, as there is no rate for them.",
            count,
        )
        % {"count": count, "currency": currency}
        for currency, count in sorted(left.items())
    ]


def total(*amounts: Decimal | None) -> Decimal | None:
    """The sum of those that are known; None where none is."""
    known = [each for each in amounts if each is not None]
    return sum(known, Decimal(0)) if known else None
