"""A program's standing status in words, the same everywhere. Pure."""

from procurement.common.dates import BY
from procurement.common.dating import Dated
from procurement.common.texts import in_words
from procurement.programs.standing import Standing


def standing_in_words(standing: Standing) -> str:
    """A status with its date, and the stop if it began with another status.

    cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)
    """
    if standing.began is None:
        return "no decision known"
    since = f"{in_words(standing.status)} {since_in_words(standing.began.dated)}"
    stop = stop_in_words(standing)
    return f"{since}; {stop}" if stop else since


def stop_in_words(standing: Standing) -> str:
    """Since when it is stopped, and with which status, if that differs from the current one; else nothing."""
    stop, began = standing.stop, standing.began
    if stop is None or began is None or stop.by.id == began.id:
        return ""
    return f"stopped {since_in_words(stop.by.dated)} ({in_words(stop.by.status)})"


def dispute_in_words(standing: Standing) -> str:
    """Since when the buyer's side disputes a status, and when it last did; nothing if it does not."""
    if standing.dispute_began is None:
        return ""
    return f"disputed {since_in_words(standing.dispute_began)}, last said {standing.last_said}"


def since_in_words(dated: Dated) -> str:
    """Since when, with no more precision than the source has."""
    return f"since {dated.on.isoformat()} at the latest" if dated.precision == BY else f"since {dated}"
