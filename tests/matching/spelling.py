"""How one text is typed in many ways, and what only looks like a text."""

#: All read “Maker-1 "X"”.
ONE_NAME = [
    'Maker-1 "X"',
    'MAKER-1  "x" ',
    "Ｍａｋｅｒ－１\u3000＂Ｘ＂",
    "Maker–1 “X”",
    "Maker\u22121 „X‟",
    'Ma\u200bker-1\u00a0"X"',
    '\ufeffMaker-1 \u202a"X"\u202c',
    'Ma\u00adker-1\u2009"X\ufe0f"',
    'Maker\u2011\u20601 "X"',
]  # fmt: skip

#: Nobody sees any of these.
NOTHING = ["\u200b", "\u00ad\u200d", "\ufeff", "\u3164", "\u2800", "\u202e\u202c", "\u0301", "\ufe0f"]

#: (scheme, value) as stored first, and the same as somebody else types it.
ONE_IDENTIFIER = [
    (("US-UEI", "ABC123DEF456"), ("us-uei", "abc123def456")),
    (("CAGE", "1ABC2"), ("Cage", "１ａｂｃ２")),
    (("CAGE", "1ABC2"), ("NCAGE", "1ABC2")),
    (("LEI", "5493001KJTIIGC8Y1R12"), ("lei", "5493 001K JTII GC8Y 1R12")),
    (("JP-HOUJIN-BANGOU", "8010401050387"), ("JP_HOUJIN_BANGOU", "８-０１０４-０１０５-０３８７")),
    (("DUNS", "123456789"), ("DUNS", "12-345-6789")),
    (("GB-COH", "01470151"), ("GB–COH", "1470151")),
    (("SOME-REGISTER", "Ab-1"), ("some-register ", " ａb‐1\u200b")),
]
