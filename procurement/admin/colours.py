"""The colours of labels, by code."""


class Colours(dict[str, str]):
    """The colours of labels by code; a code without one is shown in its words too: the theme would show the code."""

    def __missing__(self, code: str) -> str:
        return ""


PROGRAM_STATUS = Colours(
    {"suspended": "danger", "cancelled": "danger", "reduced": "warning", "under_review": "warning"}
)
CONTRACT_STATUS = Colours(
    {
        "active": "success",
        "pending": "info",
        "stop_work": "warning",
        "suspended": "warning",
        "partially_terminated": "danger",
        "terminated": "danger",
    }
)
