"""Random requests that the description allows, and some that it forbids, sent to a service with the sample.

    python -m tests.running.random_requests --cases 5000 --seed 1

Schemathesis sends them and judges the answers, all its checks on: as anybody, as an analyst and as an administrator.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.house.shape import ROOT
from tests.running.service import Service

CLIENTS = ROOT / "tests" / "clients"
TOOL = Path(os.environ.get("TRACKER_CLIENTS") or ROOT / ".venv-clients") / "bin" / "schemathesis"
#: About so many operations are described; each gets its share of the cases.
OPERATIONS = 170
#: These may revoke the token that asks, and then nothing more would be tried: a user of their own asks them last.
OF_TOKENS = ("tokens_partial_update", "tokens_destroy")


def command(site: str, seed: int, *, token: str = "", only_reads: bool = False, only_tokens: bool = False) -> list[str]:
    """Schemathesis as somebody; the caller adds how long."""
    schema = f"{site}/api/v1/schema/?format=json"
    found = [str(TOOL), "--config-file", str(CLIENTS / "schemathesis.toml"), "run", schema, "--checks", "all"]
    found += ["--seed", str(seed), "--no-color", "--continue-on-failure", "--suppress-health-check", "all"]
    found += ["--request-timeout", "60"]
    found += ["--header", f"Authorization: Bearer {token}"] if token else []
    for each in OF_TOKENS:
        found += ["--include-operation-id" if only_tokens else "--exclude-operation-id", each]
    return [*found, "--include-method", "GET"] if only_reads else found


def token(service: Service, scope: str, name: str = "random") -> str:
    """A token of a user of its own."""
    asked = [sys.executable, "manage.py", "create_token", f"{name}-{scope}", "--scope", scope]
    done = subprocess.run(asked, cwd=ROOT, env=service.environment(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def everybody(service: Service, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Who asks, and the command for it."""
    site = f"http://localhost:{service.port}"
    yield "anybody", command(site, seed, only_reads=True)
    yield "an analyst", command(site, seed + 1, token=token(service, "write"))
    yield "an administrator", command(site, seed + 2, token=token(service, "admin"))
    of_tokens = token(service, "write", "tokens")
    yield "a user, of tokens", command(site, seed + 3, token=of_tokens, only_tokens=True)


def main() -> int:
    """Send them; the exit code is 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    each = max(1, asked.cases // (3 * OPERATIONS))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "home", sample=True).up()
        try:
            codes = [_sent(who, [*line, "--max-examples", str(each)]) for who, line in everybody(service, asked.seed)]
        finally:
            service.end()
    return int(any(codes))


def _sent(who: str, line: list[str]) -> int:
    print(f"as {who}", flush=True)
    return subprocess.run(line, check=False, cwd=tempfile.gettempdir()).returncode


if __name__ == "__main__":
    sys.exit(main())
