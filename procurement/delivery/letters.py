"""Messages as HTML, with the charts of the programs that they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from procurement.alerts.models import Alert
from procurement.delivery.charting import CHARTS, Wanted

#: So many charts one message has; the pages have the others.
MOST = 3


@dataclass(frozen=True)
class Letter:
    """A message that is still to be rendered, when it is known which charts could be drawn."""

    context: Mapping[str, Any]
    wanted: Sequence[Wanted] = ()

    def charts(self) -> dict[str, bytes]:
        """The charts that could be drawn in time, as PNG, by the codes of their programs."""
        drawn = {each.program: CHARTS.drawn(each) for each in self.wanted}
        return {program: picture for program, picture in drawn.items() if picture is not None}

    def html(self, pictures: Mapping[str, str]) -> str:
        """The message as a page; `pictures` are the addresses of charts by the codes of their programs."""
        news, late = (_with_charts(self.context[name], pictures) for name in ("news", "late"))
        return rendered("procurement/mail/message.html", {**self.context, "news": news, "late": late})

    def part(self) -> str:
        """The message as a part of another page, without charts, as entries of feeds have it."""
        return rendered("procurement/mail/news.html", {**self.context})


def _with_charts(alerts: Sequence[Mapping[str, Any]], pictures: Mapping[str, str]) -> list[dict[str, Any]]:
    """The alerts, each with the address of its program's chart where that is the first of its program."""
    left, found = dict(pictures), []
    for alert in alerts:
        code = (alert["program"] or {}).get("code", "")
        found.append({**alert, "chart": left.pop(code, "")})
    return found


def wanted(alerts: Sequence[Alert]) -> list[Wanted]:
    """The charts that a message is to have: of the first programs that it tells of, as of its newest news of them."""
    if not settings.MAIL_CHARTS:
        return []
    newest: dict[str, int] = {}
    for alert in alerts:
        if code := (alert.payload.get("program") or {}).get("code"):
            newest[code] = max(alert.pk, newest.get(code, 0))
    return [Wanted(code, number) for code, number in list(newest.items())[:MOST]]


def rendered(template: str, context: Mapping[str, Any]) -> str:
    """A template in English, with times in the zone of the subscription. Without the database: also in a thread."""
    with translation.override("en"), timezone.override(ZoneInfo(context["zone"])):
        return render_to_string(template, dict(context))
