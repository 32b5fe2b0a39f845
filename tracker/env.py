"""Typed reading of the environment.

A value that cannot be read stops the start; the error names the variable and what it accepts.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
#: So long a connection with PostgreSQL may take, where its address does not say.
CONNECT_SECONDS = 10
ADDRESS = "postgresql://USER:PASSWORD@HOST:PORT/NAME, with special characters percent-encoded"


def text(name: str, default: str = "") -> str:
    """The variable without surrounding space; the default if it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def required(name: str, *, because: str) -> str:
    """The variable, which must be set; `because` completes the error message."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} must be set: {because}")
    return value


def flag(name: str, *, default: bool) -> bool:
    """A yes or no."""
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise refusal(name, value, "1, true, yes, on, 0, false, no or off")
    return value in YES


def number(name: str, default: int, *, low: int = 0, high: int = 2**31 - 1) -> int:
    """A whole number within its limits."""
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError:
        found = low - 1
    if not low <= found <= high:
        raise refusal(name, value, f"a whole number from {low} to {high}")
    return found


def pattern(name: str, pattern: str, accepted: str) -> str:
    """A text of this form; empty if it is unset. `accepted` completes the error message."""
    value = text(name)
    if value and not re.fullmatch(pattern, value, re.ASCII):
        raise refusal(name, value, accepted)
    return value


def choice(name: str, default: str, among: frozenset[str]) -> str:
    """One of a few words, in any case."""
    value = text(name, default)
    matches = [word for word in among if word.lower() == value.lower()]
    if not matches:
        raise refusal(name, value, " or ".join(sorted(among)))
    return matches[0]


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def by_role(name: str, default: dict[str, int]) -> dict[str, int]:
    """Whole numbers by role, as `anonymous=10,reader=60`; a role that is not named keeps its default."""
    found = dict(default)
    for part in words(name):
        role, _, number = (each.strip() for each in part.partition("="))
        if role not in default or not re.fullmatch(r"[0-9]{1,9}", number, re.ASCII):
            raise refusal(name, part, f"role=number, separated by commas, with the roles {', '.join(default)}")
        found[role] = int(number)
    return found


def folder(name: str, default: Path) -> Path:
    """An absolute path of a folder, which need not exist yet."""
    path = Path(text(name, str(default))).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise refusal(name, str(path), "a folder, or a path where one can be made")
    return path


def place(name: str) -> str:
    """An absolute path of a file, which need not exist yet, or an https or http address; empty if it is unset."""
    value = text(name)
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if value and not is_address and not Path(value).is_absolute():
        raise refusal(name, value, "an absolute path, or an address such as https://example.org/rates.zip")
    return value


def folder_if_set(name: str) -> Path | None:
    """An absolute path of a folder, which need not exist yet; None if the variable is unset or empty."""
    return folder(name, Path()) if text(name) else None


def zone(name: str, default: str = "UTC") -> str:
    """A named time zone."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refusal(name, value, "a time zone such as UTC or Asia/Tokyo") from error
    return value


def refusal(name: str, value: str, accepted: str) -> ImproperlyConfigured:
    """The error that names the variable, what was found and what would be accepted."""
    return ImproperlyConfigured(f"{name}={value!r} is not understood; accepted: {accepted}")


def database(name: str) -> DBConfig:
    """A PostgreSQL server by its address; the address holds a password, so no message repeats it.

    One that does not answer is given up after ten seconds, or what the address says (`?connect_timeout=30`).
    """
    try:
        found = dj_database_url.parse(text(name), conn_max_age=60, conn_health_checks=True)
    except ValueError as error:
        raise refusal(name, "...", ADDRESS) from error
    if found["ENGINE"] != "django.db.backends.postgresql" or not found.get("NAME"):
        raise refusal(name, "...", ADDRESS)
    found["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS} | found.get("OPTIONS", {})
    return found
