"""The fonts of PNGs: Latin letters come with vl-convert, Japanese ones from the system or a folder of our own.

An SVG needs none: whoever shows it has fonts.
"""

import logging
from functools import lru_cache

from django.conf import settings

log = logging.getLogger(__name__)

#: Fonts for whoever cannot install any: those in this folder of TRACKER_HOME.
FOLDER = "fonts"
#: Two letters that look alike only where both are drawn as an empty box.
LETTERS = ("停", "払")
LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="2" y="32" font-size="32" font-family="sans-serif">{}</text></svg>'
)


@lru_cache(maxsize=1)
def take_fonts() -> None:
    """Let charts be drawn with the fonts of our folder too."""
    import vl_convert

    folder = settings.TRACKER_HOME / FOLDER
    if folder.is_dir():
        vl_convert.register_font_directory(str(folder))


@lru_cache(maxsize=1)
def draws_japanese() -> bool:
    """Whether there is a font for Japanese: two letters are not drawn alike."""
    import vl_convert

    take_fonts()
    one, other = (vl_convert.svg_to_png(LETTER.format(each)) for each in LETTERS)
    return bool(one != other)


@lru_cache(maxsize=1)
def warn_of_missing_fonts() -> None:
    """Log once in each process that Japanese words will be empty boxes."""
    if not draws_japanese():
        log.warning("no font for Japanese is installed: in PNGs its letters are empty boxes; see docs/running.md")
