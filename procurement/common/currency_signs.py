"""Signs of currencies, and the currencies that each may mean. Pure."""

from collections.abc import Mapping

SIGNS: Mapping[str, frozenset[str]] = {
    "¥": frozenset({"JPY", "CNY"}),
    "円": frozenset({"JPY"}),
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "COP", "CLP"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "₩": frozenset({"KRW"}),
    "₹": frozenset({"INR"}),
    "₪": frozenset({"ILS"}),
    "₴": frozenset({"UAH"}),
    "₺": frozenset({"TRY"}),
    "zł": frozenset({"PLN"}),
    "kr": frozenset({"SEK", "NOK", "DKK"}),
}
