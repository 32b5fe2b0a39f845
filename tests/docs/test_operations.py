"""docs/operations.md, followed to the letter on a bare Debian: `make install-test`.

systemd does not run there: tests/docs/systemctl does what the units say. What it does not heed - restarts, timers,
hardening - is read by systemd-analyze (tests/house/test_units.py) and is not run.
"""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.docs import bare_debian
from tests.house.shape import ROOT
from tracker.local import release
from tracker.version import VERSION

pytestmark = pytest.mark.skipif(not os.environ.get("INSTALL_TEST"), reason="takes minutes: make install-test")

#: What the page uses and this version lacks: the lines that are left out, until the command is there.
COMMANDS = ROOT / "procurement/management/commands"
NOT_BUILT = [] if (COMMANDS / "backup.py").exists() else ["systemctl start tracker-backup", "ls /var/backups/tracker"]
TWO_ROLES = any("DATABASE_OWNER_URL" in file.read_text() for file in (ROOT / "tracker").rglob("*.py"))
#: Done between two steps, because the page says so in words.
BEFORE = {
    "11. Upgrading": "rm -rf /root/release; mv /root/next /root/release\n",
    "6. Tables and processes": ""
    if TWO_ROLES
    else "runuser -u postgres -- psql -qc 'ALTER DATABASE tracker OWNER TO tracker_service'\n",
}


def make_release(folder: Path) -> None:
    """What `make release` makes of the newest commit; RELEASE names one that was made before."""
    made = os.environ.get("RELEASE")
    if made:
        shutil.copytree(made, folder)
    elif release.main(["--to", str(folder)]):
        pytest.skip("no release can be made here: no registry of packages?")


def make_next(folder: Path, made: Path) -> None:
    """The same under another version, as the next release."""
    version = f"{VERSION}.1"
    folder.mkdir()
    for file in made.glob("*.tar"):
        os.link(file, folder / file.name.replace(VERSION, version))
    with (
        tarfile.open(made / f"tracker-{VERSION}.tar.gz") as old,
        tarfile.open(folder / f"tracker-{version}.tar.gz", "w:gz") as new,
    ):
        for entry in old.getmembers():
            content = old.extractfile(entry) if entry.isfile() else None
            entry.name = entry.name.replace(f"tracker-{VERSION}", f"tracker-{version}", 1)
            new.addfile(entry, content)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums))


def packages(blocks: list[tuple[str, str]]) -> list[str]:
    """What the page installs."""
    found = re.findall(
        r"^apt-get install --yes --no-install-recommends (.*)$", "\n".join(b for _, b in blocks), re.MULTILINE
    )
    return " ".join(found).split()


def script(blocks: list[tuple[str, str]]) -> str:
    """All blocks as one shell runs them."""
    said, seen = ["set -euo pipefail"], set()
    for heading, block in blocks:
        lines = [line for line in block.splitlines() if line not in NOT_BUILT]
        before = "" if heading in seen else BEFORE.get(heading, "")
        said += [f"echo === {shlex.quote(heading)}", before, *lines]
        seen.add(heading)
    return "\n".join([*said, "echo === done", ""])


def test_a_stranger_follows_the_page(tmp_path):
    if reason := bare_debian.why_not():
        pytest.skip(reason)
    blocks = bare_debian.steps("operations.md")
    root, log = tmp_path / "debian", tmp_path / "log"
    bare_debian.make(root)
    try:
        make_release(root / "root/release")
        make_next(root / "root/next", root / "root/release")
        bare_debian.fetch(root, packages(blocks))
        shutil.copy(Path(__file__).with_name("systemctl"), root / "usr/local/bin/systemctl")
        status = bare_debian.run(root, script(blocks), log, seconds=3600)
        said = log.read_text(errors="replace")
        logs = "".join(f"--- {f.name}\n{f.read_text()[-3000:]}\n" for f in sorted((root / "var/log/units").glob("*")))
        assert status == 0, f"{said[-6000:]}\n{logs}"
        assert said.rstrip().endswith("=== done")
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", str(root)], check=False)
