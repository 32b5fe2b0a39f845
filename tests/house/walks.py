"""The walk of a reader: which modules one visits, and how often one turns back, to follow what the code does.

Every function of the project is read once, where it is first called; so the walk is the functions in the order of
their first calls. A return is a step to a module that was left before.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2] / "procurement"
#: Tables and what they share, values, and what every area uses: words that a reader knows, not steps of a walk.
VOCABULARY = re.compile(r"common/.*|.*/models(/.*)?\.py|sources/facts\.py|programs/standing\.py|exposure/rows\.py")


@dataclass
class Walk:
    """The modules of a walk, in order; one after another is named once."""

    steps: list[str] = field(default_factory=list)
    _seen: set[Any] = field(default_factory=set)

    def take(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a function that is called for the first time."""
        code = frame.f_code
        if event != "call" or code in self._seen or code.co_name.startswith("<"):
            return
        self._seen.add(code)
        path = Path(code.co_filename)
        if not path.is_relative_to(ROOT):
            return
        module = str(path.relative_to(ROOT))
        if self.steps[-1:] != [module] and not VOCABULARY.fullmatch(module):
            self.steps.append(module)

    @property
    def modules(self) -> list[str]:
        """Each module once, in the order of the walk."""
        return list(dict.fromkeys(self.steps))

    @property
    def rooms(self) -> list[str]:
        """The folders of those modules."""
        return list(dict.fromkeys(str(Path(module).parent) for module in self.modules))

    @property
    def returns(self) -> int:
        """How often a module was entered again."""
        return len(self.steps) - len(self.modules)


@contextmanager
def walking() -> Iterator[Walk]:
    """Follow what the block calls."""
    walk = Walk()
    sys.setprofile(walk.take)
    try:
        yield walk
    finally:
        sys.setprofile(None)
