"""Make a dump of a home by the code of an older commit: python -m tests.upgrades.make_dump COMMIT NAME.

The older code runs in a folder of its own with today's packages: it migrates an empty embedded server, loads two
programs of its sample under other codes as somebody's own data, and makes a user who subscribes to every event. What is
kept is plain SQL, compressed. Reference rates are left out: they are public, and large.
"""

import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.house.shape import ROOT
from tracker.local.embedded import BINARIES, DATABASE, SUPERUSER, Server

DUMPS = Path(__file__).with_name("dumps")
#: The programs of the sample that become the home's own, by other codes.
SAMPLE = ("aegis-ashore", "asev")
LEFT_OUT = ("procurement_line", "procurement_total", "procurement_keptday", "procurement_span", "procurement_duespan")
SUBSCRIBED = """
from django.contrib.auth.models import User
from procurement.alerts.events import ALL_EVENTS
from procurement.alerts.models import Channel, Subscription
owner = User.objects.create_user("clerk", "clerk@ministry.example", "a password of the clerk")
channel = Channel.objects.create(owner=owner, kind="email", address=owner.email)
Subscription.objects.create(owner=owner, name="all of it", channel=channel, events=list(ALL_EVENTS))
"""


def make(commit: str, name: str) -> None:
    """Write dumps/NAME.sql.xz."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-old-"))
    try:
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
        (folder / "code").mkdir()
        subprocess.run(["tar", "-x"], cwd=folder / "code", input=archive, check=True)
        own = folder / "own"
        own.mkdir()
        for code in SAMPLE:
            text = (folder / "code" / "fixtures" / f"{code}.yaml").read_text()
            (own / f"own-{code}.yaml").write_text(re.sub(rf"\b({'|'.join(SAMPLE)})\b", r"own-\1", text))
        server = Server(folder / "home", durable=False)
        server.ensure()  # as its user: the commands below do not stop it
        try:
            manage(folder, "migrate", "--no-input", "-v0")
            manage(folder, "load_sample", "--dir", str(own), "--no-rates")
            manage(folder, "shell", "-c", SUBSCRIBED)
            DUMPS.mkdir(exist_ok=True)
            (DUMPS / f"{name}.sql.xz").write_bytes(lzma.compress(dumped(server), preset=9 | lzma.PRESET_EXTREME))
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def manage(folder: Path, *arguments: str) -> None:
    """Run a command of the older code."""
    told = {"TRACKER_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=folder / "code", env=inherited | told | {"PYTHONPATH": ""}, check=True)


def dumped(server: Server) -> bytes:
    """The database as SQL that any role can load."""
    command = [str(BINARIES / "pg_dump"), "-h", server.host(), "-U", SUPERUSER, "--no-owner", "--no-privileges"]
    command += [f"--exclude-table-data={table}" for table in (*LEFT_OUT, "procurement_exchangerate")]
    text = subprocess.run([*command, DATABASE], capture_output=True, check=True).stdout
    # psql's own commands, which a driver does not know
    return b"".join(
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith(b"\\restrict") and not line.startswith(b"\\unrestrict")
    )


if __name__ == "__main__":
    make(*sys.argv[1:3])
