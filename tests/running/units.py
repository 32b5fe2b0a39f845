"""The processes that deploy/ describes, as its units and its nginx start them, with other ports and folders."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.house.shape import ROOT
from tests.running.service import free_port

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
#: What Debian's own /etc/nginx/nginx.conf has around the files of deploy/nginx.
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/tracker.conf;
}}
"""


def command(unit: str) -> list[str]:
    """What a unit starts, with the programs of this environment."""
    text = (DEPLOY / "systemd" / unit).read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    line = line.replace("${LOG_LEVEL}", "INFO").replace("%H", "test")
    program, *words = shlex.split(line)
    return [sys.executable, "-m", Path(program).name, *words]


def hand_over(listener: int) -> None:
    """In the new process: the socket as file 3, where systemd has it, and which it may have been before."""
    os.dup2(listener, 3)
    os.set_inheritable(3, True)


class Process:
    """A process of a unit, which may be restarted; with a socket, as systemd hands it over."""

    def __init__(
        self, unit: str, environment: dict[str, str], log: Path, listener: socket.socket | None = None
    ) -> None:
        self.command, self.environment, self.log, self.listener = command(unit), environment, log, listener
        self.start()

    def start(self) -> None:
        words, how = self.command, dict[str, Any]()
        if self.listener is not None:
            given = self.listener.fileno()
            words = ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *words]
            how = {"pass_fds": (3,), "preexec_fn": lambda: hand_over(given)}
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True, **how
            )

    def restart(self) -> None:
        """As `systemctl restart` does: TERM to the main process, and a new one when it has ended."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(90)
        self.start()

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def listener() -> socket.socket:
    """A socket as a .socket unit opens it."""
    return socket.create_server(("127.0.0.1", 0), backlog=2048)


class Proxy:
    """nginx with the files of deploy/nginx, at a port of its own and with a certificate of its own."""

    def __init__(self, folder: Path, *ports: int) -> None:
        self.folder, self.port, self.plain = folder, free_port(), free_port()
        folder.mkdir()
        self.certificate = folder / "certificate.pem"
        made = (
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        )
        made += f" -keyout {folder}/key.pem -out {self.certificate}"
        subprocess.run(made.split(), check=True, capture_output=True)
        pairs = {
            "HOST_NAME": "localhost", "/etc/tracker/tls": str(folder), "/var/log/nginx": str(folder),
            "/etc/nginx/tracker-proxy.conf": str(DEPLOY / "nginx/tracker-proxy.conf"),
            "[::]:443 ": f"[::1]:{self.port} ", "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "[::]:80;": f"[::1]:{self.plain};", "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "127.0.0.1:8001": f"127.0.0.1:{ports[0]}", "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
        }  # fmt: skip
        text = (DEPLOY / "nginx/tracker.conf").read_text()
        for old, new in pairs.items():
            text = text.replace(old, new)
        (folder / "tracker.conf").write_text(text)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        self.run = [str(NGINX), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "start.log")]

    def faults(self) -> str:
        """What `nginx -t` finds wrong with them, warnings too; empty if nothing."""
        done = subprocess.run([*self.run, "-t"], capture_output=True, text=True, check=False)
        return "\n".join(line for line in done.stderr.splitlines() if "[warn]" in line or "[emerg]" in line)

    def start(self) -> None:
        self.process = subprocess.Popen(self.run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)
