"""A backup that is taken while facts are posted has every fact that was accepted before it began."""

import threading

from django.core.management import call_command
from django.db import connection

from procurement.contracts.models import Contract
from procurement.recovery.making import make_backup
from procurement.recovery.manifest import Manifest
from tests.house.test_squashed import empty_database
from tests.makers import make_contract


class Poster(threading.Thread):
    """Posts contracts with a commitment until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.enough = threading.Event()
        self.some = threading.Event()
        self.accepted: list[int] = []

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.accepted.append(make_contract(committed="1").pk)
                if len(self.accepted) == 3:
                    self.some.set()
        finally:
            connection.close()


def test_every_fact_that_was_accepted_before_is_in_it(filled, tmp_path):
    poster = Poster()
    poster.start()
    try:
        poster.some.wait(120)
        before = set(poster.accepted)
        backup = make_backup(tmp_path / "backups")
    finally:
        poster.enough.set()
        poster.join()
    assert before
    assert Manifest.read(backup).rows["procurement_contract"] <= Contract.objects.count()
    with empty_database("under_load"):
        call_command("restore", backup, jobs=1)
        assert before <= set(Contract.objects.values_list("pk", flat=True))
