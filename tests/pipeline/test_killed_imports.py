"""An import whose worker is killed is begun again, and ends as if it had not been."""

import pytest

from procurement.contracts.models import Contract
from procurement.imports.batches.kept_files import keep
from procurement.imports.batches.running import start
from procurement.imports.batches.undoing import request_undo
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch
from procurement.sources.facts import fact_models, rows_of
from procurement.tasks import nudge
from tests.imports.texts import WHOLE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run, pytest.mark.chaos]

WORK = "from procurement.imports.batches.running import run_next; run_next()"


@pytest.fixture
def batch(pipeline, settings):
    settings.IMPORT_FOLDER = pipeline.home / "imports"
    return start(keep([WHOLE.encode()]), name="a.yaml", choice=Choice(), by=None)


def ends(pipeline, batch, state):
    def ended():
        nudge("imports")
        batch.refresh_from_db()
        return batch.state == state

    pipeline.start()
    return pipeline.wait_until(ended, seconds=40)


def test_it_is_begun_again_by_another_worker_and_taken_back_after_another_kill(pipeline, batch):
    assert pipeline.dies_in("procurement.imports.posting.post", "record_long", work=WORK) == -9
    assert ImportBatch.objects.get().state == "running"
    assert ends(pipeline, batch, "done")
    assert (batch.attempts, batch.records, batch.counts["taken"], batch.counts["unchanged"]) == (
        2,
        {"taken": 25},
        25,
        0,
    )
    pipeline.kill()
    request_undo(batch.pk, by=None)
    assert pipeline.dies_in("procurement.imports.batches.undoing", "withdraw_unused", work=WORK) == -9
    assert ends(pipeline, batch, "undone")
    assert not any(rows_of(model).filter(reverses=None, reversed_by=None).exists() for model in fact_models())
    assert not Contract.objects.exists()
