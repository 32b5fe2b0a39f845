"""What is deployed to watch the service fits what the service says, and what is written about it."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from procurement.admin.status import CHECKS
from procurement.desk import gauges
from tests.house.shape import ROOT
from tracker.watching import counting

DEPLOYED = ROOT / "deploy" / "prometheus"
TEXT = (ROOT / "docs" / "observability.md").read_text()
RULES = yaml.safe_load((DEPLOYED / "rules.yml").read_text())["groups"][0]["rules"]
BOARD = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text())
PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="no promtool here")
SUFFIXES = re.compile(r"_(bucket|sum|count)$")


def counters():
    return {
        f"{each._name}{'_total' if each._type == 'counter' else ''}": each._labelnames
        for each in vars(counting).values()
        if hasattr(each, "_labelnames")
    }


def told(db):
    """Names and labels of all figures: those that are counted, and those that are read."""
    found = {}
    for line in gauges.metrics().decode().splitlines():
        if match := re.match(r"# TYPE (\w+) ", line):
            found[match[1]] = set()
    return found


@pytest.fixture
def figures(db):
    return counters_told() | set(told(db))


def counters_told():
    return set(counters())


def documented():
    rows = re.findall(r"^\| `(tracker_\w+)` \|([^|]*)\| .+ \|$", TEXT, re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def headings():
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }


def used(expression):
    return set(re.findall(r"\btracker_\w+", expression))


def expressions():
    yield from ((rule["alert"], rule["expr"]) for rule in RULES)
    for panel in BOARD["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel.get("targets", ()))


def test_every_figure_is_documented_and_nothing_else(figures):
    plain = {SUFFIXES.sub("", name) if SUFFIXES.sub("", name) in counters() else name for name in figures}
    assert plain == set(documented())


def test_labels_of_counted_figures_are_documented():
    assert {name: set(labels) for name, labels in counters().items()} == {
        name: labels for name, labels in documented().items() if name in counters()
    }


@pytest.mark.parametrize("expression", [pytest.param(each, id=name) for name, each in expressions()])
def test_what_is_asked_for_exists(expression):
    known = {SUFFIXES.sub("", name) for name in documented()} | set(documented())
    assert {name for name in used(expression) if SUFFIXES.sub("", name) not in known and name not in known} == set()


def test_every_figure_has_its_panel():
    shown = {SUFFIXES.sub("", name) for _, each in expressions() for name in used(each)}
    assert {SUFFIXES.sub("", name) for name in documented()} - shown <= {"tracker_info"}


def test_every_alert_says_what_to_do():
    assert {rule["annotations"]["runbook_url"].partition("#")[2] for rule in RULES} <= headings()
    assert all({"summary", "description"} <= set(rule["annotations"]) and rule["labels"]["severity"] for rule in RULES)
    guides = set(
        re.findall(
            r'"([a-z-]+)"(?: if \w+ else "")?(?:, address)?\)', (ROOT / "procurement/admin/status.py").read_text()
        )
    )
    assert {guide for guide in guides if guide in headings()} >= {"work", "queue", "channels", "lock-outs"}
    assert set(CHECKS) <= headings() | {"migrations"}


def test_the_dashboard_has_the_form_of_one():
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= set(BOARD)
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        assert set(place) == {"x", "y", "w", "h"}
        assert place["x"] + place["w"] <= 24, panel["title"]
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert panel["targets"]
            assert panel["fieldConfig"]["defaults"]["unit"]
    assert "Not run" in BOARD["description"]


def run(*given, cwd=DEPLOYED):
    found = subprocess.run([PROMTOOL, *given], cwd=cwd, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_it_asks_the_web_servers_that_are_installed_by_a_name_that_they_take():
    (job,) = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text())["scrape_configs"]
    (group,) = job["static_configs"]
    assert group["labels"]["host"]
    ports = re.findall(r"server 127\.0\.0\.1:(\d+)", (ROOT / "deploy/nginx/tracker.conf").read_text())
    assert group["targets"] == [f"localhost:{port}" for port in ports]
    (hosts,) = re.findall(r"^ALLOWED_HOSTS=(.*)$", (ROOT / "deploy/tracker.env").read_text(), re.MULTILINE)
    assert "localhost" in hosts.split(",")


@pytest.mark.parametrize("expression", [pytest.param(each, id=name) for name, each in expressions()])
def test_no_count_is_added_up_over_the_web_servers_of_one_host(expression):
    for name in set(re.findall(r"(?:rate|increase)\((tracker_\w+)", expression)) - {"tracker_import_rows_total"}:
        assert len(re.findall(rf"\b{name}\b", expression)) == len(
            re.findall(rf"max without \(instance\) \((?:rate|increase)\({name}\b", expression)
        )


@with_promtool
def test_the_rules_fire_when_they_should():
    run("check", "rules", "rules.yml")
    run("test", "rules", "rules_test.yml")


@with_promtool
def test_the_configuration_is_valid():
    run("check", "config", "--syntax-only", "prometheus.yml")


@with_promtool
def test_expressions_of_the_dashboard_are_understood(tmp_path):
    rules = [{"record": f"r{number}", "expr": each} for number, (_, each) in enumerate(expressions())]
    (tmp_path / "all.yml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    run("check", "rules", "all.yml", cwd=tmp_path)
