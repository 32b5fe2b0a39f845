"""The library that makes charts on a page live: Vega, Vega-Lite and vega-embed, out of the installed package."""

from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings

from procurement.charts.drawing import VEGA_LITE
from procurement.charts.kept_drawings import Drawings

#: What a page's script calls.
EXPORTED = "window.vegaEmbed = vegaEmbed;"


@lru_cache(maxsize=1)
def library_name() -> str:
    """The name of the bundle: another one for each version of what is in it."""
    parts = (version("vl-convert-python"), VEGA_LITE, EXPORTED)
    return f"vega-{sha256(repr(parts).encode()).hexdigest()[:12]}.js"


def library() -> bytes:
    """The bundle, made where there is none yet: that takes about a second."""
    return Drawings(settings.CHART_FOLDER).kept(library_name(), _bundled)


def _bundled() -> bytes:
    import vl_convert

    bundle: str = vl_convert.javascript_bundle(EXPORTED, vl_version=VEGA_LITE)
    return bundle.encode()
