"""Drawing figures as SVG and PNG: without a browser, and without any request to anywhere."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings

from procurement.charts.figure import SHEET, Figure, Size, Specification
from procurement.charts.fonts import take_fonts, warn_of_missing_fonts
from procurement.charts.kept_drawings import Drawings
from procurement.charts.marks import PADDING
from procurement.charts.themes import LIGHT, THEMES

#: The version of Vega-Lite that specifications are of.
VEGA_LITE = "6.4"
SVG, PNG = "svg", "png"
TYPES = {SVG: "image/svg+xml", PNG: "image/png"}
#: The size that a drawing says of itself.
EXTENT = re.compile(r'<svg[^>]* width="([0-9.]+)" height="([0-9.]+)"')


def draw(figure: Figure, form: str = SVG, theme: str = LIGHT.name, size: Size = SHEET) -> bytes:
    """A figure as a file: drawn, or as it was drawn before from the same description."""
    specification = painted(figure, theme, size)
    name = sha256(json.dumps([_drawn_by(), form, size.scale, size.picture, specification]).encode()).hexdigest()
    return Drawings(settings.CHART_FOLDER).kept(f"{name}.{form}", lambda: _drawn(specification, form, size))


def painted(figure: Figure, theme: str = LIGHT.name, size: Size = SHEET) -> Specification:
    """The specification of a figure for a size, in a theme's colours."""
    return THEMES[theme].painted(figure.describe(size))


def _drawn(specification: Specification, form: str, size: Size) -> bytes:
    import vl_convert

    svg = as_svg(specification)
    if size.picture is not None:
        size, svg = _fitted(specification, svg, size, size.picture)
    if form == SVG:
        return svg.encode()
    warn_of_missing_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=size.scale))


def as_svg(specification: Specification) -> str:
    """A specification drawn; nothing that it names is fetched, as no address is allowed."""
    import vl_convert

    take_fonts()
    svg: str = vl_convert.vegalite_to_svg(json.dumps(specification), vl_version=VEGA_LITE, allowed_base_urls=[])
    return svg


def _fitted(specification: Specification, svg: str, size: Size, picture: tuple[int, int]) -> tuple[Size, str]:
    """The drawing with edges that give it the shape of the size, and the scale that gives it its pixels."""
    found = EXTENT.match(svg)
    assert found is not None, "a drawing says how large it is"
    inside = [float(each) for each in found.groups()]
    shape = picture[0] / picture[1]
    missing = max(inside[1] * shape - inside[0], 0), max(inside[0] / shape - inside[1], 0)
    left, top = (round(each / 2) for each in missing)
    edges = {"left": PADDING + left, "right": PADDING + left, "top": PADDING + top, "bottom": PADDING + top}
    return replace(size, scale=picture[0] / (inside[0] + 2 * left)), as_svg({**specification, "padding": edges})


@lru_cache(maxsize=1)
def _drawn_by() -> str:
    return f"{version('vl-convert-python')} {VEGA_LITE}"
