"""Japanese eras as people write them: 令和2年 and R2 are 2020. Pure."""

from collections.abc import Mapping

#: The year before the first of each era. An era that is over is counted on: 平成35年 is 2023.
ERAS: Mapping[str, int] = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_SHORT = {short: year for name, year in ERAS.items() for short in (name, name[0])}
_SHORT |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
#: Eras written as one character.
_LIGATURES = str.maketrans({"㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和"})

#: A year of an era, in a regular expression.
ERA_YEAR = r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\.?(?P<n>元|\d\d?)"


def era_year(era: str, number: str) -> int:
    """The year of the calendar that a year of an era is; the first one may be written 元."""
    return _SHORT[era.upper()] + (1 if number == "元" else int(number))


def spelled_eras(text: str) -> str:
    """A text with eras in two characters."""
    return text.translate(_LIGATURES)
