"""Reading a workbook of Excel 97 (.xls) in a process of its own, with limits, which a damaged file may end. Pure.

Its format says sizes and chains that the library believes: a few wrong bytes make it take all memory, or never end.
"""

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

import orjson
from python_calamine import CalamineError, PasswordError

#: What the process may take: such a workbook has at most 65,536 rows a sheet.
MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 120
#: Why it ended, where it says so itself.
HAS_PASSWORD, IS_DAMAGED = 3, 4

ROOT = Path(__file__).resolve().parents[3]


class Ended(Exception):
    """The process could not read on; `has_password` says whether that is why."""

    def __init__(self, code: int) -> None:
        self.has_password = code == HAS_PASSWORD
        super().__init__(f"ended with {code}")


def rows_apart(opened: BinaryIO) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """The rows of an open workbook, as workbooks.book_rows gives them. Raises Ended."""
    with TemporaryFile() as held:
        opened.seek(0)
        shutil.copyfileobj(opened, held)
        held.seek(0)
        with subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=held, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
        ) as reading:
            whole = False
            try:
                yield from _written(reading.stdout or BytesIO())
                whole = True
            finally:
                if not whole:  # nobody wants the rest
                    reading.kill()
        if reading.returncode:
            raise Ended(reading.returncode)


def _written(rows: IO[bytes]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for row in rows:
        if row.endswith(b"\n"):  # the last may be cut where the process was ended
            sheet, number, cells = orjson.loads(row)
            yield sheet, number, tuple(cells)


def main() -> int:
    """Write the rows of the workbook that is the standard input; returns why they end."""
    from procurement.imports.files.workbooks import book_rows

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for row in book_rows(sys.stdin.buffer, {}):
            sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
    except PasswordError:
        return HAS_PASSWORD
    except CalamineError:
        return IS_DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
