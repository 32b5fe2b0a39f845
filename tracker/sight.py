"""How the service is watched: the settings of its log and of what its processes count."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tracker import env
from tracker.watching import tracing

# a process that cannot send the traces that are wanted does not start
tracing.check()

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", frozenset({"DEBUG", "INFO", "WARNING", "ERROR"}))
#: "text" for people, "json" for machines: one object on each line.
LOG_FORMAT = env.choice("LOG_FORMAT", "text", frozenset({"text", "json"}))

#: Names of what is secret in settings and in what stands in them.
SECRET = re.compile(r"(^|_)(SECRET|SECRET_KEY|SECRET_KEY_FALLBACKS|TOKEN|PASSWORD)$", re.IGNORECASE)


def metrics_folder(home: Path) -> Path:
    """Where the processes of this host count; the library reads it from the environment."""
    return Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(home / "metrics")))


def secrets(settings: Mapping[str, Any]) -> list[str]:
    """The secrets of the settings, which no log line may show."""
    return sorted({*_secrets(settings)} - {""})


def _secrets(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, value in settings.items():
        if name.isupper():
            yield from _secret(name, value)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "CELERY_BROKER_URL"):
        written = urlsplit(str(settings.get(name) or "")).password or ""
        yield written
        yield unquote(written)


def _secret(name: str, value: Any) -> Iterator[str]:
    """What is secret in a setting, at any depth, as the secret of a provider of logins: its name tells."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _secret(str(key), each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secret(name, each)
    elif isinstance(value, str) and SECRET.search(name):
        yield value
