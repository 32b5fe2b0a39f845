"""Colours and letters of charts: for light and dark pages, and for paper. Pure.

Every colour that carries meaning has a contrast of at least 3:1 to its background, and what it means also stands in
words; a test holds them to it, and to being told apart by people who are blind to red or green.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procurement.charts.figure import Specification

#: What stands before the role of a colour in a description.
ROLE = "@"
#: The fonts that browsers look for; the last one is drawn where none of them is installed.
FONTS = (
    "'Noto Sans', 'Noto Sans CJK JP', 'Noto Sans JP', 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', "
    "'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"
)


@dataclass(frozen=True)
class Theme:
    """The colours of roles."""

    name: str
    colours: Mapping[str, str]

    def painted(self, specification: Specification) -> Specification:
        """A specification with the theme's colours and letters."""
        painted: Specification = self._painted(specification)
        return painted | {"config": self._config() | painted.get("config", {})}

    def _painted(self, part: Any) -> Any:
        if isinstance(part, str) and part.startswith(ROLE):
            return self.colours.get(part.removeprefix(ROLE), part)
        if isinstance(part, dict):
            return {name: self._painted(each) for name, each in part.items()}
        return [self._painted(each) for each in part] if isinstance(part, list) else part

    def _config(self) -> dict[str, Any]:
        ink, muted, grid = (self.colours[role] for role in ("ink", "muted", "grid"))
        words = {"labelColor": muted, "titleColor": muted, "labelFontSize": 11, "titleFontSize": 11}
        return {
            "background": self.colours["background"],
            "font": FONTS,
            "view": {"stroke": None},
            "axis": words | {"gridColor": grid, "domainColor": muted, "tickColor": muted, "titleFontWeight": "normal"},
            "legend": words | {"symbolStrokeWidth": 0},
            "title": {"color": ink, "subtitleColor": muted, "fontSize": 17, "subtitleFontSize": 12.5}
            | {"anchor": "start", "frame": "bounds", "offset": 12, "subtitlePadding": 5, "subtitleLineHeight": 17},
            "text": {"color": ink, "fontSize": 11.5},
        }


LIGHT = Theme(
    "light",
    {
        "background": "#fffdf9", "ink": "#16191d", "muted": "#565f69", "grid": "#e4e7eb", "shade": "#f4efe6",
        "on_band": "#ffffff", "rule": "#8a929b",
        # statuses
        "planned": "#607693", "approved": "#1f55b5", "active": "#0b8060", "under_review": "#664f00",
        "suspended": "#ad5c00", "reduced": "#4f2a6b", "cancelled": "#b3263f", "completed": "#15181b",
        "unknown": "#454b52",
        # figures
        "committed": "#1d4f8f", "paid": "#0b7a5e", "outstanding": "#b8430f", "unaccounted": "#7b6d8d",
        "estimated": "#1f55b5", "actual": "#b8430f",
    },
)  # fmt: skip
DARK = Theme(
    "dark",
    {
        "background": "#16181b", "ink": "#f0f2f4", "muted": "#aab3bd", "grid": "#2b3138", "shade": "#26221c",
        "on_band": "#16181b", "rule": "#7f8993",
        # statuses
        "planned": "#a4d2fa", "approved": "#5b93f5", "active": "#37cf93", "under_review": "#f2d94a",
        "suspended": "#ee7d1d", "reduced": "#a87cc8", "cancelled": "#f1495a", "completed": "#f9fdfe",
        "unknown": "#8d929c",
        # figures
        "committed": "#7db5ec", "paid": "#3fc39b", "outstanding": "#f2884b", "unaccounted": "#b3a5c4",
        "estimated": "#7db5ec", "actual": "#f2884b",
    },
)  # fmt: skip
#: For paper: no shades of the background, and darker letters.
PRINT = Theme(
    "print",
    {
        **LIGHT.colours,
        "background": "#ffffff",
        "ink": "#000000",
        "muted": "#333333",
        "grid": "#d5d5d5",
        "shade": "#eeeeee",
    },
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
