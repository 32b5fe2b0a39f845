"""In which language charts are written, and how its sentences follow one another."""

from procurement.common.localized import JAPANESE, in_japanese

ENGLISH = "en"


def language() -> str:
    """The language of what is written now: Japanese, or English."""
    return JAPANESE if in_japanese() else ENGLISH


def first_in_capital(said: str) -> str:
    """A sentence with its first letter as sentences begin."""
    return said[:1].upper() + said[1:]


def sentences(*said: str) -> str:
    """Sentences one after another; those that say nothing are left out."""
    return ("" if in_japanese() else " ").join(filter(None, said))
