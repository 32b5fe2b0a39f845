#!/usr/bin/env python3
"""Make an environment for the service from the wheels of a release: without pip, without a registry.

    python3 deploy/install.py --wheels tracker-VERSION-wheels-PLATFORM.tar --into /opt/tracker/venv

Needs only Python. Every wheel must have one of the hashes of requirements.txt, that of `installer`, which unpacks the
others, one of requirements-dev.txt; there must be one of each package of the lock that this machine needs, and none
twice. Otherwise nothing is installed, and nothing of the wheels has run. The folder must be a new one: an upgrade
makes its own beside the old one, which stays as it is until the service is told to use the new one.
"""

import argparse
import compileall
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Installs wheels; it runs from its own wheel and is not installed. The lock of development has it.
INSTALLER = "installer"
INSTALLERS_LOCK = ROOT / "requirements-dev.txt"


class NotInstallable(Exception):
    """What stands against it, in words."""


def package(wheel: Path) -> str:
    """The package that a wheel is of, as locks write its name."""
    return re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower()


class Locked(NamedTuple):
    """What a lock says of a package."""

    hashes: set[str]
    #: Only some machines need it: its line has a condition.
    conditional: bool


def known(lock: str) -> dict[str, Locked]:
    """Each package in a lock."""
    found: dict[str, Locked] = {}
    name = ""
    for line in lock.splitlines():
        if start := re.match(r"([A-Za-z0-9._-]+)(\[[^]]*\])?==", line):
            name = re.sub(r"[-_.]+", "-", start[1]).lower()
            found[name] = Locked(set(), ";" in line)
        elif name and (sha := re.search(r"--hash=sha256:([0-9a-f]{64})", line)):
            found[name].hashes.add(sha[1])
    return found


def wanted(lock: Path) -> dict[str, Locked]:
    """Each package of a lock, and what installs them: as the lock has it, or else that of development."""
    found = known(lock.read_text())
    if INSTALLER not in found:
        found[INSTALLER] = known(INSTALLERS_LOCK.read_text())[INSTALLER]
    return found


def wheels_of(archive: Path, folder: Path) -> list[Path]:
    """The wheels of a release, unpacked. Raises NotInstallable for an archive that has anything else."""
    with tarfile.open(archive) as tar:
        entries = tar.getmembers()
        for entry in entries:
            if not entry.isfile() or not entry.name.endswith(".whl"):
                raise NotInstallable(f"{archive.name} holds {entry.name}; only wheels would be accepted")
            # not extractall, whose filters came with Python 3.11.4: Debian 12 has 3.11.2
            with (folder / Path(entry.name).name).open("wb") as wheel:
                shutil.copyfileobj(tar.extractfile(entry), wheel)  # type: ignore[arg-type]  # a file, see above
    return sorted(folder.glob("*.whl"))


def unlike_the_lock(wheels: list[Path], lock: dict[str, Locked]) -> Iterator[str]:
    """What differs between wheels and lock. Every wheel is looked at, as every one is installed."""
    there = Counter(package(wheel) for wheel in wheels)
    for wheel in wheels:
        name = package(wheel)
        if name not in lock or hashlib.sha256(wheel.read_bytes()).hexdigest() not in lock[name].hashes:
            yield f"{wheel.name} has none of the hashes that the lock gives for {name}"
    yield from (f"there are {number} wheels of {name}" for name, number in there.items() if number > 1)
    yield from (
        f"the wheel of {name} is missing"
        for name, locked in sorted(lock.items())
        if name not in there and not locked.conditional
    )


def put(wheels: list[Path], environment: Path) -> None:
    """Install wheels into an environment."""
    sys.path.insert(0, str(next(wheel for wheel in wheels if package(wheel) == INSTALLER)))
    from installer import install
    from installer.destinations import SchemeDictionaryDestination
    from installer.sources import WheelFile

    python = environment / "bin" / "python"
    asked = subprocess.run(
        [str(python), "-c", "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"],
        capture_output=True,
        text=True,
        check=True,
    )
    paths = json.loads(asked.stdout)
    for wheel in wheels:
        if package(wheel) != INSTALLER:
            paths["headers"] = f"{paths['include']}/{package(wheel)}"
            # compiled now, as no process of the service may write here
            place = SchemeDictionaryDestination(
                paths, interpreter=str(python), script_kind="posix", bytecode_optimization_levels=[0]
            )
            with WheelFile.open(wheel) as source:
                install(source=source, destination=place, additional_metadata={"INSTALLER": b"tracker release"})


def make(archive: Path, lock: Path, environment: Path) -> int:
    """Make the environment; gives how many packages it has. Raises NotInstallable; nothing is left behind then."""
    if environment.exists():
        raise NotInstallable(f"{environment} is there already; a new folder would be accepted")
    with tempfile.TemporaryDirectory() as folder:
        wheels = wheels_of(archive, Path(folder))
        if differences := list(unlike_the_lock(wheels, wanted(lock))):
            raise NotInstallable("; ".join(differences))
        try:
            venv.create(environment, with_pip=False, symlinks=True)
            put(wheels, environment)
        except BaseException:
            shutil.rmtree(environment, ignore_errors=True)
            raise
    return len(wheels) - 1


def main() -> int:
    """Read the arguments and install; 1 with a sentence where that cannot be."""
    parser = argparse.ArgumentParser(
        description="Make an environment for the service, without pip and without a registry."
    )
    parser.add_argument("--wheels", type=Path, required=True, help="tracker-VERSION-wheels-PLATFORM.tar of the release")
    parser.add_argument("--into", type=Path, required=True, help="the folder of the environment, a new one")
    parser.add_argument(
        "--lock", type=Path, default=ROOT / "requirements.txt", help="the lock (requirements.txt beside this)"
    )
    chosen = parser.parse_args()
    into: Path = chosen.into.resolve()
    try:
        count = make(chosen.wheels, chosen.lock, into)
    except (NotInstallable, OSError, tarfile.TarError) as wrong:
        sys.stderr.write(f"nothing installed: {wrong}\n")
        return 1
    for folder in ("tracker", "procurement"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    sys.stdout.write(f"{count} packages in {into}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
