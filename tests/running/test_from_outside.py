"""The API as strangers meet it: by its description alone, through clients and validators that others have written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.house.shape import ROOT
from tests.running import random_requests
from tests.running.service import Service

pytestmark = pytest.mark.run

CLIENTS = ROOT / "tests" / "clients"
#: Where `make test` installs requirements-clients.txt.
TOOLS = Path(os.environ.get("TRACKER_CLIENTS") or ROOT / ".venv-clients") / "bin"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("outside") / "home", sample=True).up()
    yield service
    service.end()


@pytest.fixture(scope="module")
def site(service):
    return f"http://localhost:{service.port}"


@pytest.fixture(scope="module")
def token(service):
    command = [sys.executable, "manage.py", "create_token", "ana", "--scope", "write"]
    return run(command, cwd=ROOT, env=service.environment()).strip()


@pytest.fixture(scope="module")
def schema(site, tmp_path_factory):
    file = tmp_path_factory.mktemp("described") / "schema.json"
    run(["curl", "-sf", "-o", str(file), f"{site}/api/v1/schema/?format=json"])
    return file


def run(command, **how):
    """What a program says; where it fails, the test fails with all of it."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def npm():
    """The programs of tests/clients/package.json, installed once and kept there."""
    if shutil.which("npm") is None:
        pytest.skip("no npm here: the TypeScript client was not made")
    if not (CLIENTS / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install tests/clients: {done.stderr[-300:]}")
    return CLIENTS / "node_modules" / ".bin"


@pytest.fixture(scope="module")
def client(tools, schema, tmp_path_factory):
    """The folder with the Python client, made once."""
    folder = tmp_path_factory.mktemp("client")
    target = ["--output-path", folder / "tracker_client", "--meta", "none", "--config", CLIENTS / "python.yml"]
    run([tools / "openapi-python-client", "generate", "--path", schema, *target, "--fail-on-warning"])
    return folder


@pytest.fixture(scope="module")
def tools():
    if not TOOLS.is_dir():
        pytest.skip(f"no {TOOLS.parent}: `make clients` installs requirements-clients.txt there")
    return TOOLS


@pytest.mark.proof
def test_a_second_validator_finds_nothing(npm, schema):
    run([npm / "redocly", "lint", "--max-problems=20", "--config", CLIENTS / "redocly.yaml", schema])


def test_a_generated_python_client_does_the_ten_things(tools, client, site, token):
    done = run([tools / "python", CLIENTS / "ten_things.py", site, token], env={"PYTHONPATH": str(client)})
    assert done.strip() == "all ten"


def test_a_generated_typescript_client_does_the_ten_things(npm, schema, site, token):
    made = CLIENTS / "made"
    made.mkdir(exist_ok=True)
    run([npm / "openapi-typescript", schema, "-o", made / "schema.d.ts"])
    run([npm / "tsc", "--project", CLIENTS])
    assert run(["node", made / "ten_things.js", site, token]).strip() == "all ten"


OWED = "159100000000.00"


def test_what_the_page_sends_by_curl_is_answered(site, tmp_path):
    """The first block sets the variable; the second asks."""
    _, asking = blocks("clients.md", "sh")
    said = run(["sh", "-e", "-c", asking], cwd=tmp_path, env={**os.environ, "SITE": site})
    assert OWED in said
    assert (tmp_path / "exposure-by-program_as-of-2020-06-25.csv").exists()


def test_what_the_page_does_in_python_works(tools, client, site):
    environment = {"SITE": site, "PYTHONPATH": str(client), "PATH": os.environ["PATH"]}
    files, pages, generated = (
        run([tools / "python", "-c", code], env=environment) for code in blocks("clients.md", "python")
    )
    assert "aegis-ashore" in files
    assert OWED in files
    assert "JPY" in pages
    assert generated.strip() == OWED


def test_what_the_page_does_in_r_works(site, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("no R here: the example in R was not run")
    (code,) = blocks("clients.md", "r")
    (tmp_path / "asking.R").write_text(code)
    assert OWED in run(["Rscript", tmp_path / "asking.R"], env={**os.environ, "SITE": site})


WORKBOOK = "exposure/?group_by=program&program=aegis-ashore&as_of=2020-06-25"


@pytest.mark.parametrize("asked", ["format=xlsx", "format=csv&bom=true"])
def test_a_spreadsheet_opens_what_the_page_says(site, tmp_path, asked):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here: no file was opened in a spreadsheet")
    file = tmp_path / f"exposure.{asked[7:11].strip('&')}"
    run(["curl", "-sf", "-o", file, f"{site}/api/v1/{WORKBOOK}&{asked}"])
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1"
    run([office, profile, "--headless", "--convert-to", as_shown, "--outdir", tmp_path / "shown", file])
    shown = (tmp_path / "shown" / "exposure.csv").read_text().replace(",", "")
    assert "159100000000" in shown
    assert "aegis-ashore" in shown


@pytest.mark.browser
@pytest.mark.proof
def test_a_browser_shows_the_description_sends_a_request_and_downloads(site, chromium):
    page = chromium.new_context(accept_downloads=True).new_page()
    page.set_default_timeout(120_000)  # it draws every operation first
    page.goto(f"{site}/api/v1/docs/")
    page.locator("[id^=operations-] .opblock-summary-control").first.click()
    page.get_by_role("button", name="Try it out").first.click()
    page.get_by_role("button", name="Execute").first.click()
    page.wait_for_selector(".live-responses-table >> text=200")
    with page.expect_download() as download:
        page.evaluate("address => { location.href = address }", f"{site}/api/v1/{WORKBOOK}&format=xlsx")
    assert download.value.suggested_filename == "exposure-by-program_as-of-2020-06-25.xlsx"


# last: what is posted at random is in the record from then on


def test_random_requests_find_nothing(tools, site, token, tmp_path):
    """A short form of `make schemathesis`, always the same."""
    run([*random_requests.command(site, 1, token=token), "--max-time", "20"], cwd=tmp_path)
