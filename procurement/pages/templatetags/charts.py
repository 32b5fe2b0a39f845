"""Charts on pages: {% chart figure %} puts the picture, what it shows in words, its data and its files."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from procurement.charts.figure import PAGE, PHONE, Figure
from procurement.charts.library import library_name
from procurement.charts.themes import DARK, LIGHT
from procurement.pages.rendering import dates_of

register = template.Library()
#: The end of an address -> what its link is called.
FILES = {"svg": "SVG", "png": "PNG", "csv": "CSV", "json": "JSON"}
_SCRIPTED = "chart-script"


@register.inclusion_tag("pages/chart.html", takes_context=True)
def chart(context: Context, figure: Figure) -> dict[str, Any]:
    """A figure with its picture, text alternative, notes, data and files; a script makes it live where there is one."""
    first = not context.render_context.get(_SCRIPTED)
    context.render_context[_SCRIPTED] = True
    return {
        "figure": figure,
        "pictures": [
            {"address": address(figure, "svg", theme=theme, size=size), "media": media}
            for theme, size, media in _PICTURES
        ],
        "picture": address(figure, "svg", size=PAGE.name),
        "specification": address(figure, "json"),
        "files": [(called, address(figure, end)) for end, called in FILES.items()],
        "library": reverse("files:chart-library", args=[library_name()]),
        "with_script": first,
    }


#: Pictures for dark pages and narrow ones, the most special first.
_PICTURES = (
    (DARK.name, PHONE.name, "(prefers-color-scheme: dark) and (max-width: 40rem)"),
    (LIGHT.name, PHONE.name, "(max-width: 40rem)"),
    (DARK.name, PAGE.name, "(prefers-color-scheme: dark)"),
)


def address(figure: Figure, form: str, **how: str) -> str:
    """Where a figure is a file, at its dates."""
    query = {**how, "currency": figure.currency, **dates_of(figure.asked)}
    place = ("timeline-file", figure.program, form) if figure.program else ("chart-file", figure.name, form)
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse(f'pages:{place[0]}', args=place[1:])}?{given}"


@register.simple_tag(takes_context=True)
def timeline_address(context: Context, code: str, form: str) -> str:
    """Where a program's chart is a file at the page's dates, for pages that do not read what it shows."""
    return f"{reverse('pages:timeline-file', args=(code, form))}?{urlencode(dates_of(context['asked']))}"
