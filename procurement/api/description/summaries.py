"""One line for each operation, and a text for each resource."""

from collections.abc import Mapping

from procurement.api.description.names import STANDARD

#: What actions do that every resource has; `{one}` and `{many}` are what its rows are called.
SUMMARIES: Mapping[str, str] = {
    "list": "List {many}",
    "retrieve": "Get one {one}",
    "create": "Create {a_one}",
    "update": "Replace {a_one}",
    "partial_update": "Change {a_one}",
    "destroy": "Delete {a_one}",
    "reverse": "Reverse {a_one}",
    "correct": "Correct {a_one}",
}
#: Facts are appended, one or several at a time.
APPEND = "Append one or several {many}"
LONGEST = 100


def summary(action: str, words: tuple[str, str], says: str, *, appends: bool, pages: bool) -> str:
    """A line for an operation; one that only its resource has is the first sentence of what is said of it."""
    shared = action in SUMMARIES and (action not in STANDARD or action != "list" or pages)
    if not shared:
        return _first(says)
    template = APPEND if appends and action == "create" else SUMMARIES[action]
    one, many = words
    return template.format(one=one, many=many, a_one=f"{'an' if one[0] in 'aeio' else 'a'} {one}")


def _first(says: str) -> str:
    line = " ".join(says.split("\n\n", maxsplit=1)[0].split())
    for end in (": ", ". ", "; "):
        line = line.partition(end)[0] if len(line) > LONGEST else line
    return line.rstrip(".")[:LONGEST]
