"""The web server as it is run, with the least application: it says how long a body was, or sends much."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.house.shape import ROOT
from tests.running.service import free_port, within
from tests.running.slow_clients import statuses

APPLICATION = """
import os
import time
from tracker.serving import limits

for name, value in os.environ.items():
    if name.startswith("LIMIT_"):
        setattr(limits, name.removeprefix("LIMIT_"), int(value))

if "METRICS" in os.environ:
    from pathlib import Path
    from django.conf import settings
    settings.configure(METRICS_FOLDER=Path(__file__ + ".metrics"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = __file__ + ".metrics"

MUCH = b"x" * 2_000_000

def application(environ, start):
    length = len(environ["wsgi.input"].read())
    headers = [("Content-Type", "text/plain")]
    if environ["PATH_INFO"] == "/file":
        start("200 OK", headers)
        return environ["wsgi.file_wrapper"](open(__file__ + ".big", "rb"))
    if environ["PATH_INFO"] in ("/much", "/more"):
        start("200 OK", headers)
        return (MUCH[:100_000] for _ in range(20 if environ["PATH_INFO"] == "/much" else 200))
    while environ["PATH_INFO"] == "/wait" and not os.path.exists(__file__ + ".go"):
        time.sleep(0.05)
    said = b"%d" % length
    if environ["PATH_INFO"] == "/began":
        said = b"%f" % (time.perf_counter() - environ["tracker.began"])
    start("200 OK", [*headers, ("Content-Length", str(len(said)))])
    return [said]
"""


class Served:
    """A web server with workers, which can be counted."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.process, self.port, self.folder = process, port, folder
        self.before: list[str] = []

    def workers(self) -> list[int]:
        """The ids of its workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def descriptors(self) -> list[str]:
        """What its workers have open: sockets, and files that have no name."""
        found = []
        for link in (link for pid in self.workers() for link in Path(f"/proc/{pid}/fd").iterdir()):
            with suppress(FileNotFoundError):  # closed meanwhile
                found.append(str(link.readlink()).partition(":")[0])
        return sorted(found)

    def go_on(self) -> None:
        """Have those answered that ask for /wait."""
        (self.folder / "least.py.go").touch()

    def fill_the_disk(self, *, room: int) -> None:
        """Have its workers write no further into any file than so many bytes, as on a disk that has no more room."""
        for pid in self.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    def threads(self) -> int:
        """How many threads its workers have."""
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in self.workers())


@contextmanager
def served(
    folder: Path, workers: int = 1, connections: int = 1000, grace: int = 3, threads: int = 12, **limits: int
) -> Iterator[Served]:
    """Start it, and stop it; a limit that has no variable is named after LIMIT_."""
    (folder / "least.py").write_text(APPLICATION)
    (folder / "least.py.big").write_bytes(b"z" * 3_000_000)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "least:application", "--bind", f"127.0.0.1:{port}", "--pythonpath"]
    command += [
        str(folder),
        "--worker-class",
        "tracker.web.Worker",
        "--limit-request-line",
        "8190",
        "--threads",
        str(threads),
    ]
    command += ["--workers", str(workers), "--graceful-timeout", str(grace), "--no-control-socket"]
    command += ["--worker-connections", str(connections)]
    told = {name: str(value) for name, value in limits.items()}
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | told
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=environment)
    try:
        assert within(20, lambda: statuses(port, "/", 1) == [200])
        server = Served(process, port, folder)
        assert within(20, lambda: server.descriptors().count("socket") == workers)  # those that listen, and no other
        yield server
    finally:
        process.terminate()
        process.wait(20)
