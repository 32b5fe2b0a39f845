"""How names, references and identifiers are compared. Pure."""

import hashlib
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
