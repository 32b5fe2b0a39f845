"""`make release`: what a machine without any registry installs the service from, the same bytes each time.

dist/ gets the sources of a commit, the wheels of the lock, and the sums of both. deploy/install.py, which is among the
sources, installs from them without pip (docs/releases.md).
"""

import argparse
import gzip
import hashlib
import io
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.version import VERSION

ROOT = Path(__file__).parents[2]
NAME = f"tracker-{VERSION}"
#: Which wheels they are: of this Python, for this kind of machine.
PLATFORM = f"cp{sys.version_info.major}{sys.version_info.minor}-{sysconfig.get_platform().replace('-', '_')}"
SUMS = "SHA256SUMS"
#: What installs wheels; it stands in the lock of development, because the service itself never needs it.
INSTALLER = "installer"


class NotReleasable(Exception):
    """What stands against a release, in words for who makes it."""


def run(*command: str) -> bytes:
    """What a command prints. Raises NotReleasable with what it complained of."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise NotReleasable(f"{' '.join(command[:3])} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def sources(commit: str) -> bytes:
    """The files of a commit as a compressed archive, without the time at which it was compressed."""
    archive = run("git", "archive", "--format=tar", f"--prefix={NAME}/", commit)
    return gzip.compress(archive, mtime=0)


def locked(name: str, lock: str) -> str:
    """The lines of one package in a lock. Raises NotReleasable where it is not in it."""
    kept: list[str] = []
    for line in lock.splitlines(keepends=True):
        if line.startswith((f"{name}==", " ")) and (kept or line.startswith(name)):
            kept.append(line)
        elif kept:
            break
    if not kept:
        raise NotReleasable(f"{name} is not in the lock")
    return "".join(kept)


def gather(lock: Path, folder: Path) -> None:
    """Download the wheel of every package of a lock into a folder; each must have one of the hashes of the lock.

    Also of those that only another patch of this Python needs: Debian 12 has 3.11.2, which needs one more than 3.11.7.
    """
    lock.write_text(re.sub(r" ; [^\\\n]*", " ", lock.read_text()))
    options = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), "--requirement", str(lock))


def packed(files: Iterable[Path]) -> bytes:
    """Files as an archive that says nothing of when and by whom it was made."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for file in sorted(files, key=lambda each: each.name):
            entry = tarfile.TarInfo(f"{NAME}-wheels/{file.name}")
            entry.size, entry.mode = file.stat().st_size, 0o644
            with file.open("rb") as stored:
                tar.addfile(entry, stored)
    return archive.getvalue()


def changes(text: str) -> str:
    """What CHANGELOG.md says of this version. Raises NotReleasable where it says nothing."""
    sections = [f"## {part}" for part in text.split("\n## ")[1:]]
    found = [part for part in sections if part.startswith(f"## {VERSION} ")]
    if not found:
        raise NotReleasable(
            f"CHANGELOG.md has no heading '## {VERSION} (YYYY-MM-DD)'; its newest is: {sections[0].splitlines()[0]}"
        )
    return found[0].rstrip() + "\n"


def made(commit: str, wheels: Path | None) -> Iterator[tuple[str, bytes]]:
    """Each file of the release with its name."""
    yield f"{NAME}.tar.gz", sources(commit)
    yield f"{NAME}-changes.md", changes(run("git", "show", f"{commit}:CHANGELOG.md").decode()).encode()
    if wheels is not None:
        lock = wheels / "lock.txt"
        runtime = run("git", "show", f"{commit}:requirements.txt").decode()
        lock.write_text(runtime + locked(INSTALLER, run("git", "show", f"{commit}:requirements-dev.txt").decode()))
        gather(lock, wheels)
        yield f"{NAME}-wheels-{PLATFORM}.tar", packed(wheels.glob("*.whl"))


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Put files and their sums into a folder; gives the lines of the sums."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, content in files:
        (folder / name).write_bytes(content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
    (folder / SUMS).write_text("\n".join(lines) + "\n")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Make a release; 1 with a sentence where it cannot be made."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument(
        "--commit", default="HEAD", help="what is released (HEAD); changes that are not committed are not"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder for the files (dist)")
    parser.add_argument(
        "--without-wheels", action="store_true", help="only the sources, for machines that reach a registry"
    )
    chosen = parser.parse_args(arguments)
    try:
        with TemporaryDirectory() as folder:
            lines = write(chosen.to, made(chosen.commit, None if chosen.without_wheels else Path(folder)))
    except NotReleasable as wrong:
        sys.stderr.write(f"nothing released: {wrong}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
