"""What the service keeps is read by nobody but its own user, in homes that were made before too."""

import os
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.house.shape import ROOT
from tests.running.service import Service
from tracker.private import mend, readable_by_others


def made_before(home):
    """A home as an earlier version left it: everybody may read."""
    for path, content in {"mail/1.eml": "To: x", "imports/ab/abc": "a,b", "secret_key": "x" * 60}.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(content)
        (home / path).chmod(0o644)
    for folder in (home, home / "mail", home / "imports", home / "imports" / "ab"):
        folder.chmod(0o755)


def test_an_older_home_is_mended_once(tmp_path):
    made_before(tmp_path)
    assert len(readable_by_others(tmp_path, set())) == 7
    assert mend(tmp_path, whole=True, spared=set()) == 7
    assert readable_by_others(tmp_path, set()) == []
    assert mend(tmp_path, whole=True, spared=set()) == 0


def test_the_folder_of_exports_is_left_as_it_is(tmp_path):
    made_before(tmp_path)
    mend(tmp_path, whole=True, spared={tmp_path / "imports"})
    assert (tmp_path / "imports" / "ab" / "abc").stat().st_mode & 0o777 == 0o644


@pytest.mark.proof
def test_a_used_home_has_nothing_that_others_read(tmp_path):
    home = tmp_path / "home"
    made_before(home)
    before = os.umask(0)
    service = Service(home, sample=True)
    try:
        service.up()
        for path in ("/en/", "/api/v1/programs/", "/admin/login/"):
            with closing(HTTPConnection("127.0.0.1", service.port, timeout=60)) as asked:
                asked.request("GET", path)
                assert asked.getresponse().status == 200
        subprocess.run(
            [sys.executable, "manage.py", "verify"],
            cwd=ROOT,
            env=service.environment(),
            check=True,
            capture_output=True,
        )
        assert readable_by_others(home, set()) == []
    finally:
        os.umask(before)
        service.end()
