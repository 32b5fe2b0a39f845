"""A release is the same bytes each time, and is installed without pip, or not at all."""

import hashlib
import json
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import installer
import pytest

from tests.house.shape import ROOT
from tracker.local import release
from tracker.version import VERSION

LOCK = r"""installer==1.0 \
    --hash=sha256:{installer}
small==1.0 \
    --hash=sha256:{small}
    # via something
elsewhere==2.0 ; sys_platform == 'win32' \
    --hash=sha256:00
"""


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def wheels(tmp_path):
    """A wheel with a module and a program, and the one that installs it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    about = "small-1.0.dist-info"
    small = {
        "small.py": "def said():\n    print('installed')\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": "[console_scripts]\nsay = small:said\n",
    }
    record = "".join(f"{name},,\n" for name in [*small, f"{about}/RECORD"])
    zipped(folder / "small-1.0-py3-none-any.whl", small | {f"{about}/RECORD": record})
    home = Path(installer.__file__).parent
    library = {f"installer/{file.relative_to(home)}": file.read_bytes() for file in home.rglob("*") if file.is_file()}
    zipped(folder / "installer-1.0-py3-none-any.whl", library)
    return folder


@pytest.fixture
def install(tmp_path, wheels):
    """Calls deploy/install.py on what is in the folder of wheels, with the lock as it was."""
    lock = tmp_path / "lock.txt"
    found = {file.name.partition("-")[0]: hashlib.sha256(file.read_bytes()).hexdigest() for file in wheels.iterdir()}
    lock.write_text(LOCK.format(**found))

    def call(into):
        archive = tmp_path / "wheels.tar"
        archive.write_bytes(release.packed(wheels.glob("*.whl")))
        command = [sys.executable, ROOT / "deploy/install.py", "--wheels", archive, "--into", into, "--lock", lock]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


def test_it_installs_programs_without_pip(install, tmp_path):
    said = install(tmp_path / "env")
    assert said.stdout == f"1 packages in {tmp_path / 'env'}\n", said.stderr
    assert subprocess.check_output([tmp_path / "env/bin/say"], text=True) == "installed\n"
    assert not list((tmp_path / "env").rglob("pip*"))


def test_a_wheel_that_the_lock_does_not_know_is_refused_and_leaves_nothing(install, wheels, tmp_path):
    with zipfile.ZipFile(wheels / "small-1.0-py3-none-any.whl", "a") as archive:
        archive.writestr("added.py", "")
    said = install(tmp_path / "env")
    assert said.returncode == 1
    assert "small-1.0-py3-none-any.whl has none of the hashes that the lock gives for small" in said.stderr
    assert not (tmp_path / "env").exists()


def test_an_installer_that_the_lock_does_not_know_never_runs(install, wheels, tmp_path):
    ran = tmp_path / "ran"
    zipped(wheels / "installer-1.0-py3-none-any.whl", {"installer.py": f"open({str(ran)!r}, 'w')\n"})
    said = install(tmp_path / "env")
    assert "installer-1.0-py3-none-any.whl has none of the hashes that the lock gives for installer" in said.stderr
    assert not ran.exists()


def test_of_two_wheels_of_a_package_both_are_looked_at(install, wheels, tmp_path):
    shutil.copy(wheels / "small-1.0-py3-none-any.whl", wheels / "small-1.0-py3-none-linux.whl")
    assert install(tmp_path / "env").stderr == "nothing installed: there are 2 wheels of small\n"
    with zipfile.ZipFile(wheels / "small-1.0-py3-none-any.whl", "a") as archive:  # the first by name, not the last
        archive.writestr("added.py", "")
    assert "small-1.0-py3-none-any.whl has none of the hashes" in install(tmp_path / "env").stderr


def test_the_installer_is_that_of_the_lock_of_development():
    wanted = runpy.run_path(str(ROOT / "deploy/install.py"))["wanted"](ROOT / "requirements.txt")
    lock = release.locked("installer", (ROOT / "requirements-dev.txt").read_text())
    assert wanted["installer"].hashes == set(re.findall(r"sha256:(\w+)", lock))


def test_a_missing_wheel_is_named_one_for_other_machines_is_not(install, wheels, tmp_path):
    (wheels / "small-1.0-py3-none-any.whl").unlink()
    assert install(tmp_path / "env").stderr == "nothing installed: the wheel of small is missing\n"


def test_an_environment_that_is_there_stays(install, tmp_path):
    (tmp_path / "env").mkdir()
    assert "is there already; a new folder would be accepted" in install(tmp_path / "env").stderr


def test_anything_but_wheels_is_refused(install, wheels, tmp_path):
    (wheels / "setup.py").write_text("")
    archive = tmp_path / "other.tar"
    archive.write_bytes(release.packed(wheels.iterdir()))
    command = [sys.executable, ROOT / "deploy/install.py", "--wheels", archive, "--into", tmp_path / "env"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "setup.py; only wheels would be accepted" in said.stderr


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone, so there is no commit to release")
def test_the_same_commit_is_the_same_bytes(tmp_path):
    for name in ("once", "again"):
        assert release.main(["--to", str(tmp_path / name), "--without-wheels"]) == 0
    sums = [(tmp_path / name / release.SUMS).read_text() for name in ("once", "again")]
    assert sums[0] == sums[1]
    with tarfile.open(tmp_path / "once" / f"tracker-{VERSION}.tar.gz") as archive:
        assert f"tracker-{VERSION}/deploy/install.py" in archive.getnames()


def test_a_version_without_its_changes_is_no_release():
    with pytest.raises(release.NotReleasable, match=f"no heading '## {VERSION}"):
        release.changes("# Changelog\n\n## Unreleased\n\n- Something.\n")


def test_the_lock_of_one_package_is_its_own_lines():
    lock = (ROOT / "requirements-dev.txt").read_text()
    assert release.locked("installer", lock).count("==") == 1
    with pytest.raises(release.NotReleasable):
        release.locked("nothing-of-this-name", lock)


@pytest.mark.skipif(not (ROOT / ".venv-sbom/.installed").exists(), reason="`make sbom` was never run here")
def test_the_bill_of_materials_has_every_package_of_the_lock_with_its_hashes():
    subprocess.run(["make", "--silent", "sbom"], cwd=ROOT, check=True)
    bill = json.loads((ROOT / "dist/sbom.cdx.json").read_text())
    told = {
        part["name"]: {each["content"] for where in part["externalReferences"] for each in where["hashes"]}
        for part in bill["components"]
    }
    lock = runpy.run_path(str(ROOT / "deploy/install.py"))["known"]((ROOT / "requirements.txt").read_text())
    assert told == {name: locked.hashes for name, locked in lock.items()}
    assert bill["metadata"]["component"]["version"] == VERSION
