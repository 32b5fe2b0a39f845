"""The small cases that lie beside the project, as they are: scripts that ask a running service and judge its answers.

Each shows one instance of a kind of mistake. The kinds are held over every door by tests of their own areas.
"""

import os
import subprocess
import sys

import pytest

from tests.house.shape import ROOT
from tests.running import shared
from tests.running.service import Service

CASES = shared.folder("cases")
pytestmark = pytest.mark.run

SECONDS = 60  # for a case; most take one, and those that wait for a flag some more

#: Not run here, and why.
ELSEWHERE = {
    "admin_lost_update.py": "belongs to the issue about the admin",
    "switched_off.py": "belongs to the issue about alerts",
    # Seven minutes and libfaketime, as beat notes its times every three minutes. test_scheduler.py holds all that it
    # looks at with a clock of its own: test_what_is_sent_is_noted_at_the_right_time is the second start,
    # test_a_scheduler_that_runs_while_the_clock_is_set_back_goes_on a clock put right meanwhile; and
    # test_schedule.py::test_nor_one_whose_times_lie_ahead that check_schedule fails until then.
    "clock_set_back.sh": "takes seven minutes; test_scheduler.py and test_schedule.py hold it",
}

#: What a case must be given in another form before it can pass, and why: (what it says, what it must say).
PATCHES = {
    # It judges whether any request converts both currencies, and then sends only requests with a single type of rate,
    # none of which may: the answer asked for is a list of types, each currency at the first type that has a rate.
    "mixed_rates.py": ('("ecb_reference", "other")', '("ecb_reference", "other", "ecb_reference,other")'),
}


SCRIPTS = [path.name for path in sorted(CASES.glob("*.py")) if path.name not in ELSEWHERE]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("cases") / "home", sample=True).up()
    yield service
    service.end()


@pytest.fixture(scope="module")
def asking(service):
    """What a case is told: the address of the API, and an administrator's token."""
    command = [sys.executable, "manage.py", "create_token", "root", "--scope", "admin"]
    done = subprocess.run(command, cwd=ROOT, env=service.environment(), capture_output=True, text=True, check=True)
    return {"BASE": f"http://127.0.0.1:{service.port}/api/v1", "TOKEN": done.stdout.strip()}


def as_it_can_pass(path, folder):
    """The case itself, or where it must be patched its patched copy."""
    if path.name not in PATCHES:
        return path
    text, (old, new) = path.read_text(), PATCHES[path.name]
    assert text.count(old) == 1, f"{path.name} has changed; see whether it still needs its patch"
    copy = folder / path.name
    copy.write_text(text.replace(old, new))
    return copy


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_case_says_fine(asking, tmp_path, name):
    script = as_it_can_pass(CASES / name, tmp_path)
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | asking,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_script_is_run_or_listed():
    scripts = {path.name for path in CASES.iterdir() if path.suffix not in {".md", ".pyc"} and path.is_file()}
    assert scripts == {*SCRIPTS, *ELSEWHERE}
    assert set(PATCHES) <= set(SCRIPTS)
