"""The units of deploy/systemd: systemd understands them, and what runs for long comes back and is held in."""

import re
import shutil
import subprocess

import pytest

from tests.house.shape import ROOT
from tracker.celery import QUEUES

UNITS = ROOT / "deploy/systemd"
SERVICES = sorted(UNITS.glob("*.service"))
HELD_IN = {
    "NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "true", "PrivateTmp": "true", "UMask": "0077",
    "User": "tracker", "CapabilityBoundingSet": "", "RestrictSUIDSGID": "true",
}  # fmt: skip


def lines(unit):
    """What a unit says; a key that comes again has its last value."""
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_service_is_held_in(unit):
    assert HELD_IN.items() <= lines(unit).items()


@pytest.mark.parametrize(
    "unit", [each for each in SERVICES if lines(each)["Type"] != "oneshot"], ids=lambda unit: unit.name
)
def test_what_runs_for_long_comes_back_and_has_its_limits(unit):
    said = lines(unit)
    assert said["Restart"] == "always"
    assert said["MemoryMax"]
    assert said["TasksMax"]
    assert said["TimeoutStopSec"]


def test_every_queue_has_a_worker():
    served = ",".join(re.findall(r"--queues (\S+)", "".join(each.read_text() for each in SERVICES)))
    assert sorted(served.split(",")) == sorted(QUEUES)


def test_only_what_changes_tables_or_copies_them_has_the_owners_password():
    told = {each.name for each in SERVICES if "owner.env" in each.read_text()}
    assert told == {"tracker-migrate.service", "tracker-backup.service"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_them(tmp_path):
    for unit in UNITS.iterdir():
        text = re.sub(r"/opt/tracker/current\S*/(gunicorn|celery|python)", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("/opt/tracker/current", "/"))
    names = sorted(str(unit) for unit in tmp_path.iterdir() if "@" not in unit.name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names, str(tmp_path / "tracker-web@1.service")],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert "tracker" not in done.stderr, done.stderr
