"""What a door may need to let something in."""

from typing import Any, NamedTuple


class World(NamedTuple):
    """The API, the admin, a stored row, and what is given or typed."""

    api: Any
    site: Any = None
    row: Any = None
    given: Any = None
