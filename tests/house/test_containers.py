"""What the compose files and the image promise: nothing secret by default, nobody is root, everything is watched.

They cannot be run here, for want of images; docker-compose, where it is installed, reads them by its schema.
"""

import os
import re
import runpy
import shutil
import subprocess
from itertools import chain

import pytest
import yaml

from tests.house.shape import ROOT
from tracker.celery import DELIVERY, QUEUES

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OVERLAYS = ("docker-compose.scale.yml", "docker-compose.workers.yml")
FILES = ("docker-compose.yml", *OVERLAYS)
OURS = ("web", "web-2", "worker", "deliverer", "importer", "beat")
EXAMPLE = (ROOT / ".env.example").read_text()
SECRET = re.compile(r"SECRET|PASSWORD")


def variables():
    """Each `${NAME...}` of the compose files, with what stands behind the name."""
    text = "".join((ROOT / name).read_text() for name in FILES)
    return re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", text)


def test_it_has_all_parts():
    assert set(SERVICES) == {"postgres", "redis", "migrate", "proxy", *OURS}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_part_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_every_queue_has_its_worker_and_deliveries_have_their_own():
    workers = {name: each["command"] for name, each in SERVICES.items() if "--queues" in each.get("command", ())}
    queues = {name: command[command.index("--queues") + 1].split(",") for name, command in workers.items()}
    assert sorted(chain.from_iterable(queues.values())) == sorted(QUEUES)
    assert queues["deliverer"] == [DELIVERY]


def test_the_web_server_of_the_image_has_the_options_of_the_unit():
    image = re.sub(r'[",\\\[\]]', " ", re.search(r"CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.DOTALL)[1])
    unit = re.search(r"gunicorn (.*)", (ROOT / "deploy/systemd/tracker-web@.service").read_text())[1]
    assert [each for each in image.split()[1:] if each not in ("--bind", "0.0.0.0:8000")] == unit.split()


def test_beat_runs_once():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", OURS)
def test_nothing_starts_before_the_tables_are_there(name):
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize(
    ("name", "rest"), [(n, rest) for n, rest in variables() if n in ("SECRET_KEY", "ALLOWED_HOSTS")]
)
def test_what_must_be_given_has_no_default(name, rest):
    assert rest.startswith(":?")


@pytest.mark.parametrize(("name", "rest"), [(name, rest) for name, rest in variables() if SECRET.search(name)])
def test_no_secret_has_a_default(name, rest):
    assert rest.startswith(":?") or rest == ":-"


def test_the_example_gives_no_secret():
    assert not re.findall(r"^\w*(?:SECRET|PASSWORD)\w*=.+$", EXAMPLE, re.MULTILINE)


def test_the_example_names_every_variable():
    assert {name for name, _ in variables()} <= set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))


def test_data_is_kept_in_named_volumes():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith((".", "${TLS_FOLDER"))} == set(COMPOSE["volumes"])


def test_no_body_of_a_request_is_kept_in_memory():
    """The proxy has little of it, and takes in whole files."""
    assert "proxy_request_buffering on;" in (ROOT / "deploy/nginx/tracker-proxy.conf").read_text()
    assert "bodies:/var/cache/nginx" in SERVICES["proxy"]["volumes"]
    assert not [place for place in SERVICES["proxy"]["tmpfs"] if place.startswith("/var")]


def test_the_web_server_is_reached_through_a_proxy_only():
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert [name for name in SERVICES if SERVICES[name].get("ports")] == ["proxy", "web"]


def test_the_image_ends_as_an_unprivileged_user():
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1:] == ["tracker"]


def test_the_image_takes_in_only_what_is_listed():
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")


@pytest.mark.parametrize("name", sorted(set(SERVICES)))
def test_everything_is_held_in(name):
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


@pytest.mark.parametrize("name", ["worker", "deliverer", "importer"])
def test_a_worker_that_only_answers_is_not_well(name):
    (check,) = SERVICES[name]["healthcheck"]["test"][1:]
    command = SERVICES[name]["command"]
    first_queue = command[command.index("--queues") + 1].split(",")[0]
    assert check.endswith(f"&& python manage.py check_schedule --queue {first_queue}")


def test_no_digest_is_invented():
    """Digests come from a registry of images (deploy/pin_images.py), which none of us has seen."""
    assert not [name for name in (*FILES, "Dockerfile", ".env.example") if "sha256:" in (ROOT / name).read_text()]


PIN = runpy.run_path(str(ROOT / "deploy/pin_images.py"))


def test_every_image_can_be_pinned():
    told = {name for name, rest in variables() if name.endswith("_IMAGE")} - {"TRACKER_IMAGE"}
    assert set(PIN["images"]()) == told
    tag = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert tag == [PIN["images"]()["PYTHON_IMAGE"]]


@pytest.mark.parametrize(
    ("said", "status", "printed"), [("sha256:" + "ab" * 32, 0, 5), ("no such host", 0, 0), ("", 1, 0)]
)
def test_digests_are_what_the_registry_says_or_none(tmp_path, monkeypatch, capsys, said, status, printed):
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert PIN["main"]() == (0 if printed else 1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == printed
    assert all(line.endswith(f"@{said}") for line in lines)


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="no docker-compose here")
@pytest.mark.parametrize("overlay", [None, *OVERLAYS])
def test_compose_accepts_them(overlay, tmp_path):
    given = re.sub(r"^(\w+)=$", r"\1=x", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / "env").write_text(given)
    files = ["-f", str(ROOT / "docker-compose.yml"), *(["-f", str(ROOT / overlay)] if overlay else [])]
    command = ["docker-compose", "--env-file", str(tmp_path / "env"), *files, "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
