"""How names are normalised before they are compared. Pure."""

import unicodedata


def match_key(name: str) -> str:
    """Fold width, case and white space: ＭＨＩ and "mhi " are one name; no word is dropped or stemmed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:300]
