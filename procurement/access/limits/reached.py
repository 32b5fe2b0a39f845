"""What a client is told that has reached a limit: which one it is, and what would be accepted."""

from http import HTTPStatus
from typing import Any

from procurement.common.errors import TrackerError

#: What costs less than a question that reached a limit.
CHEAPER = (
    "Cheaper are: narrower filters (program=, supplier=, dates), fewer points or a coarser grouping, pages of a list "
    "(page_size and the cursor in next), changes after a place (/api/v1/changes/), or a file of the nightly export "
    "(/api/v1/exports/)."
)


class LimitReached(TrackerError):
    """Nothing is wrong with the question but its cost; waiting `retry_after` seconds helps, if any does."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        #: the headers of the answer
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(detail)

    @property
    def document(self) -> dict[str, Any]:
        """The problem document (RFC 9457)."""
        status = self.status
        return {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": str(self)}


class TooSlow(LimitReached):
    """A question took longer than its role allows; repeating it would take as long."""

    def __init__(self, who: str, seconds: int) -> None:
        super().__init__(
            f"This question takes longer than the {seconds} seconds that {who} may use for one, so it was stopped and "
            f"nothing is answered. {CHEAPER}"
        )


class TooManyRows(LimitReached):
    """A file would have more rows than its role allows."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, who: str, rows: int) -> None:
        super().__init__(f"This file would have more than the {rows:,} rows that {who} may read in one. {CHEAPER}")


class TooManyRequests(LimitReached):
    """A client has used up what it may ask in this minute."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, who: str, quota: int, seconds: int) -> None:
        super().__init__(
            f"{who[:1].upper()}{who[1:]} may ask for {quota} units a minute, and they are used up; {seconds} seconds "
            "from now there are new ones. A page of a list costs one unit, a whole file or a question over all "
            f"contracts 10 to 20. {CHEAPER}",
            retry_after=seconds,
        )


class NoTurn(LimitReached):
    """Too many expensive questions are being answered; lists are answered meanwhile."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(
            f"Too many {what} are being answered at this moment; ask again in {seconds} seconds. Single rows and pages "
            f"of lists are answered meanwhile. {CHEAPER}",
            retry_after=seconds,
        )
