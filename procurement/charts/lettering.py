"""About how much room words take, so that labels are put where they fit. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence

#: The width of a letter as a part of the size of its font; Chinese and Japanese ones are as wide as they are high.
NARROW, WIDE = 0.56, 1.0
MORE = "…"


def width_of(text: str, size: float) -> float:
    """About how many pixels a text takes."""
    return size * sum(WIDE if is_wide(each) else NARROW for each in text)


def is_wide(letter: str) -> bool:
    """Whether a letter is as wide as it is high."""
    return unicodedata.east_asian_width(letter) in "WF"


def shortened(text: str, size: float, room: float) -> str:
    """A text that takes no more room, cut with an ellipsis."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + MORE, size) > room:
        text = text[:-1]
    return text.rstrip() + MORE


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text in lines that each take no more room: broken at spaces, and anywhere between wide letters."""
    lines, line = list[str](), ""
    for word in _words(text):
        if line and width_of((line + word).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> Iterator[str]:
    """What must stay on one line, each with the space behind it."""
    word = ""
    for letter in text:
        if is_wide(letter) and word and letter not in "、。）」』":
            yield word
            word = ""
        word += letter
        if letter == " ":
            yield word
            word = ""
    yield word


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved apart to at least a gap, as little as possible, in their order, between two bounds."""
    order = sorted(range(len(places)), key=lambda each: places[each])
    found = [0.0] * len(places)
    last = low - gap
    for each in order:
        last = found[each] = max(places[each], last + gap)
    last = high + gap
    for each in reversed(order):
        last = found[each] = min(found[each], last - gap)
    return found
