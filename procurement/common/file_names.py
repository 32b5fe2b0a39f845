"""The dates of a question in a file: in its name, and in columns of each row. Pure."""

import datetime as dt
import re
from typing import Any

from procurement.common.dates import INCLUDE, Asked

#: The columns with the dates of a row.
DATE_COLUMNS = ("as_of", "published_by", "undated", "recorded_by")


def date_columns(asked: Asked) -> dict[str, Any]:
    """The dates of a question as columns; `undated` says whether facts of unknown publication were included."""
    undated = INCLUDE if asked.undated else None
    values = (asked.as_of, asked.published_by, undated, asked.recorded_by)
    return dict(zip(DATE_COLUMNS, values, strict=True))


def dated_name(subject: str, asked: Asked) -> str:
    """A name such as exposure-by-program_as-of-2020-06-25_published-by-2020-06-30."""
    parts = [subject, f"as-of-{asked.as_of.isoformat()}"]
    if asked.published_by is not None:
        parts.append(f"published-by-{asked.published_by.isoformat()}")
    if asked.undated:
        parts.append("undated-included")
    if asked.recorded_by is not None:
        parts.append(f"recorded-by-{moment_name(asked.recorded_by)}")
    return safe_name("_".join(parts))


def moment_name(moment: dt.datetime) -> str:
    """A moment to the second, in UTC, as file names of every system can hold it: 20200625T090000Z."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def safe_name(name: str) -> str:
    """A name without the characters that file systems or headers do not take."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:200]


def disposition(name: str, *, download: bool = False) -> str:
    """The header by which a browser names a file, and stores it where it is a download."""
    return f'{"attachment" if download else "inline"}; filename="{name}"'
