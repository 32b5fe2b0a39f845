"""What the compose file and the image promise: nothing secret by default, nobody is root, everything is watched."""

import re
from itertools import chain

import pytest
import yaml

from tests.house.shape import ROOT
from tracker.celery import DELIVERY, QUEUES

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
SECRET = re.compile(r"SECRET|PASSWORD")


def variables():
    """Each `${NAME...}` of the compose file, with what stands behind the name."""
    return re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", (ROOT / "docker-compose.yml").read_text())


def test_it_has_all_parts():
    assert set(SERVICES) == {"postgres", "redis", "migrate", "web", "worker", "deliverer", "importer", "beat"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_part_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_every_queue_has_its_worker_and_deliveries_have_their_own():
    workers = {name: each["command"] for name, each in SERVICES.items() if "--queues" in each.get("command", ())}
    queues = {name: command[command.index("--queues") + 1].split(",") for name, command in workers.items()}
    assert sorted(chain.from_iterable(queues.values())) == sorted(QUEUES)
    assert queues["deliverer"] == [DELIVERY]


def test_beat_runs_once():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["web", "worker", "deliverer", "importer", "beat"])
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
    assert used == set(COMPOSE["volumes"])


def test_the_web_server_is_reached_through_a_proxy_only():
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert not [name for name in ("postgres", "redis", "worker", "deliverer", "beat") if "ports" in SERVICES[name]]


def test_the_image_ends_as_an_unprivileged_user():
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1:] == ["tracker"]


def test_the_image_takes_in_only_what_is_listed():
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
