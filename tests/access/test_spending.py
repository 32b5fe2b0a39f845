"""Where units are counted, in a web process that has just started."""

import subprocess
import sys

from tests.house.shape import ROOT

AT_ONCE = """
import threading
from procurement.access.limits.spending import store

begin, failed = threading.Barrier(12), []

def first():
    begin.wait()
    try:
        store("redis://127.0.0.1:1/0")
    except Exception as error:
        failed.append(error)

threads = [threading.Thread(target=first) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
assert not failed, failed
"""


def test_the_first_requests_at_once_find_redis():
    done = subprocess.run([sys.executable, "-c", AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
