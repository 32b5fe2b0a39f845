"""A bare Debian in a folder: its own processes, its own network of the loopback alone, and nothing of this machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.blocks import DOCS

SUITE = "bookworm"
#: Run by unshare, with the folder as $1: mounts that end with it, a loopback, then the commands of the file.
WITHIN = r"""
set -e
mount --make-rprivate /
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/dev/shm"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
ip link set lo up
exec env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$1" /bin/bash /root/steps
"""
ISOLATED = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts"]


def why_not() -> str:
    """Why no such Debian can be made here; empty if it can."""
    missing = [program for program in ("debootstrap", "unshare", "chroot", "ip") if shutil.which(program) is None]
    if os.getuid() or missing:
        return f"needs root and {', '.join(missing) or 'nothing else'}"
    if subprocess.run([*ISOLATED, "true"], capture_output=True, check=False).returncode:
        return "no namespaces of one's own here"
    return "" if mirror() else "this machine names no mirror of Debian"


def mirror() -> str:
    """Where this machine takes Debian's packages from."""
    texts = [file.read_text() for file in Path("/etc/apt").glob("sources.list*/**/*.sources")]
    texts += [file.read_text() for file in Path("/etc/apt").glob("sources.list")]
    found = re.search(r"^(?:URIs:|deb)\s+(https?://\S+/debian)\b", "\n".join(texts), re.MULTILINE)
    return found[1] if found else ""


def make(root: Path) -> None:
    """Make it. Where BARE_DEBIAN names a folder, what was made there before is copied. Skips where it cannot be had."""
    kept = Path(os.environ.get("BARE_DEBIAN") or root.with_name("made"))
    if not (kept / "etc/debian_version").exists():
        command = ["debootstrap", "--variant=minbase", SUITE, str(kept), mirror()]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"debootstrap: {done.stdout[-500:]}")
    subprocess.run(["cp", "-a", str(kept), str(root)], check=True)
    (root / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")  # nobody needs it after a power cut
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")


def fetch(root: Path, packages: list[str]) -> None:
    """Put packages where apt finds them: later there is no network."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "--download-only", *packages]):
        chroot = ["unshare", "--mount", "chroot", str(root), "apt-get", "-qq", *command]
        subprocess.run(chroot, check=True, capture_output=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    (root / "etc/resolv.conf").unlink()  # nobody waits for names


def run(root: Path, steps: str, log: Path, seconds: int) -> int:
    """Run commands in it, in one shell that ends at the first failure; the exit status."""
    (root / "root/steps").write_text(steps)
    with log.open("wb") as said:
        command = [*ISOLATED, "bash", "-c", WITHIN, "sh", str(root)]
        return subprocess.run(command, stdout=said, stderr=said, check=False, timeout=seconds).returncode


def steps(page: str) -> list[tuple[str, str]]:
    """The shell blocks of a page with the headings above them, in order."""
    text = (DOCS / page).read_text()
    heading, found = "", []
    for part in re.finditer(r"^#+ ([^\n]*)$|^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if part[1]:
            heading = part[1]
        else:
            found.append((heading, part[2]))
    return found
