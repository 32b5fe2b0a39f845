"""How names, references and identifiers are compared. Pure."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from procurement.common.texts import plain

#: The longest key; a longer one is cut and ends with its hash, so that it is still unique.
LONGEST_KEY = 300


#: Files name the same buyers and suppliers in line after line.
@lru_cache(maxsize=20_000)
def match_key(name: str) -> str:
    """The key a name is compared by: ＭＨＩ and "mhi\u200b " are one name; no word is dropped or stemmed."""
    key = plain(unicodedata.normalize("NFKC", plain(name).casefold()))
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
    return key[: LONGEST_KEY - len(digest)] + digest


#: How companies of a legal form end their names; some begin with them.
LEGAL_FORMS = frozenset(
    {
        *("ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "company", "corp", "corporation", "cv", "doo", "eood"),
        *("fze", "gmbh", "inc", "incorporated", "jsc", "kft", "kg", "kgaa", "kk", "limited", "llc", "llp", "lp", "ltd"),
        *("ltda", "nv", "ohg", "ojsc", "oy", "oyj", "oao", "ooo", "pjsc", "plc", "pte", "pty", "pvt", "sa", "sae"),
        *("sarl", "sas", "se", "sl", "spa", "spol", "sro", "srl", "sti", "tas", "the", "zao"),
    }
)
#: The same of Japanese companies; they stand before or behind the name, and no blank parts them from it.
JAPANESE_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|\((?:株|有|同|資|名)\)|一般(?:社団|財団)法人|公益(?:社団|財団)法人"
)
_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD = re.compile(r"\w+")
#: By so many characters of their bare keys names are looked for that may be near.
BEGINNING = 6


def bare_key(name: str) -> str:
    """The key of a name without legal form, blanks and punctuation: Maker, Inc. and THE MAKER CO are near names.

    Two of equal bare keys may be two organizations. It is never empty unless the name is.
    """
    key = JAPANESE_FORMS.sub(" ", match_key(name))
    words = _WORD.findall(_ACRONYM.sub(_joined, key))
    bare = [word for word in words if word not in LEGAL_FORMS]
    return "".join(bare or words) or match_key(name)


def _joined(acronym: re.Match[str]) -> str:
    """L.L.C. as llc."""
    return "".join(_WORD.findall(acronym[0])) + " "


def beginning(key: str) -> str:
    """The part of a bare key that near names share."""
    return key[:BEGINNING]


def similarity(one: str, other: str) -> float:
    """How similar two bare keys are, from 0 to 1: the share of their runs of three letters that both have.

    Names whose numbers differ (第1工場, 第2工場) are not similar at all.
    """
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return 0.0
    runs, others = _runs(one), _runs(other)
    return len(runs & others) / len(runs | others)


_NUMBERS = re.compile(r"\d+")


def _runs(key: str) -> frozenset[str]:
    padded = f"  {key} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))
