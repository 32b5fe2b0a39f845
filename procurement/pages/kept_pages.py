"""Pages kept in the memory of a web process: the most recently read ones, up to a size."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from django.http import HttpResponse

#: So many bytes of pages each process keeps.
MOST = 32_000_000


@dataclass(frozen=True)
class KeptPage:
    """A page as it was sent: its content, of what type it is, and headers that belong to it."""

    content: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """The page as an answer."""
        return HttpResponse(self.content, content_type=self.content_type, headers=dict(self.headers))


class KeptPages:
    """Pages by their ETags, the least recently read of which is forgotten first. Safe between threads."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.size, self._pages, self._lock = most, 0, OrderedDict[str, KeptPage](), Lock()

    def get(self, tag: str) -> KeptPage | None:
        """The page of this tag, if it is kept."""
        with self._lock:
            found = self._pages.get(tag)
            if found is not None:
                self._pages.move_to_end(tag)
            return found

    def put(self, tag: str, page: KeptPage) -> None:
        """Keep a page; one that is larger than an eighth of all is not kept."""
        if len(page.content) > self.most // 8:
            return
        with self._lock:
            if tag not in self._pages:
                self.size += len(page.content)
            self._pages[tag] = page
            while self.size > self.most:
                _, oldest = self._pages.popitem(last=False)
                self.size -= len(oldest.content)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._pages.clear()
            self.size = 0


KEPT = KeptPages()
