"""Figures kept in the memory of a web process, so that a page and the pictures on it read the data once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from procurement.charts.figure import Figure
from procurement.charts.languages import language
from procurement.common.data_version import data_version

#: So many figures each process keeps.
MOST = 64


class KeptFigures:
    """Figures by what they follow from, the least recently asked for of which is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self._figures, self._lock = most, OrderedDict[Hashable, Figure](), Lock()

    def kept(self, key: Hashable, make: Callable[[], Figure]) -> Figure:
        """The figure made of the same data in the active language, or made anew; while somebody writes always anew.

        The version is taken before anything is read: a kept figure is never older than its version says.
        """
        version = data_version()
        if version is None:
            return make()
        whole = (version.numbers, language(), key)
        with self._lock:
            if whole in self._figures:
                self._figures.move_to_end(whole)
                return self._figures[whole]
        made = make()
        with self._lock:
            self._figures[whole] = made
            while len(self._figures) > self.most:
                self._figures.popitem(last=False)
        return made


FIGURES = KeptFigures()
