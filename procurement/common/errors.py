"""Exceptions sorted by what the caller does: tell the user, retry, or park the source."""

from collections.abc import Iterable, Mapping


class TrackerError(Exception):
    """Anything this service raises on purpose."""


class Refused(TrackerError):
    """Bad input: nothing was changed; `errors` names each field and says what would be accepted."""

    def __init__(self, errors: Mapping[str, str | Iterable[str]]) -> None:
        self.errors: dict[str, list[str]] = {
            field: [said] if isinstance(said, str) else list(said) for field, said in errors.items()
        }
        super().__init__("; ".join(f"{field}: {' '.join(said)}" for field, said in self.errors.items()))


class Conflict(Refused):
    """The input contradicts a stored row (HTTP 409); `existing` is that row's id."""

    def __init__(self, errors: Mapping[str, str | Iterable[str]], *, existing: int | None = None) -> None:
        super().__init__(errors)
        self.existing = existing


class TryAgain(TrackerError):
    """Nothing is wrong with the input; a later attempt may succeed."""


class InDoubt(TrackerError):
    """The connection to the database broke while a change was being committed: it may have been stored or not."""


class BadSource(TrackerError):
    """A file or feed that cannot be read; park it and say why."""


class NoRoom(BadSource):
    """A file that cannot be stored here, through no fault of its own: the disk is full."""


class Complaints:
    """Collects everything that is wrong with one input, so that the user gets all complaints at once."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def add(self, field: str, said: str) -> None:
        """Remember one complaint about one field."""
        self.errors.setdefault(field, []).append(said)

    def refuse_if_any(self) -> None:
        """Raise Refused when anything was added."""
        if self.errors:
            raise Refused(self.errors)
