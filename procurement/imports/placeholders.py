"""Names that formats give to organizations which a file knows by their number only, until a file names them. Pure."""

import re

_OF_A_NUMBER = "法人番号{}"
_OF_AN_AGENCY = "US agency {} (FPDS code)"
_PLACEHOLDER = re.compile(r"法人番号[0-9]+|US agency \S+ \(FPDS code\)", re.ASCII)


def name_of_a_number(number: str) -> str:
    """What a Japanese corporation is called of which only the number is known."""
    return _OF_A_NUMBER.format(number)


def name_of_an_agency(code: str) -> str:
    """What a US agency is called of which only the code is known."""
    return _OF_AN_AGENCY.format(code)


def is_placeholder(name: str) -> bool:
    """Whether a name is one of these."""
    return _PLACEHOLDER.fullmatch(name.strip()) is not None
