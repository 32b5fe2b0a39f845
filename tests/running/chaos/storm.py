"""Ten minutes of everything that can go wrong, and then the reckoning."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.delivery.receiver import receiving
from tests.running.chaos import judging
from tests.running.chaos.clients import Load
from tests.running.chaos.hosts import Stormed, copied, migrated_in, started
from tests.running.chaos.judging import Verdict, manage
from tests.running.chaos.mishaps import Mishaps
from tests.running.machines import Machine
from tests.running.service import within

Said = Callable[[str], None]
#: Seconds that clients, workers and the schedule have in the end.
PATIENCE = 900


@dataclass
class Storm:
    """What is asked for."""

    folder: Path
    seconds: float
    seed: int
    #: programs begun in a second
    pace: float = 1.0
    #: where a database with its tables is kept, to save its making
    migrated: Path | None = None
    said: Said = print
    verdict: Verdict = field(default_factory=Verdict)

    def run(self) -> Verdict:
        """Let it happen, and judge."""
        self.migrated = migrated_in(self.migrated or self.folder / "migrated")
        with receiving() as receiver:
            load, ours = self._storm(receiver)
            self.said("the same once more, and nothing happens")
            (self.folder / "quiet").mkdir()
            copied(self.migrated, self.folder / "quiet" / "database")
            quiet = Machine(self.folder / "quiet")
            try:
                assert within(PATIENCE, lambda: started(quiet))
                theirs = judging.quiet_run(quiet, load, f"{receiver.url}/quiet")
            finally:
                quiet.switch_off()
        self.verdict.count("flags", ours)
        self.verdict.count("flags that a quiet run has not", ours - theirs, wanted=0)
        self.verdict.count("flags that only a quiet run has", theirs - ours, wanted=0)
        return self.verdict

    def _storm(self, receiver):
        machine = Stormed(self.folder / "storm", self.migrated)
        try:
            assert within(PATIENCE, lambda: started(machine))
            known = judging.prepared(machine, receiver.url)
            # by the database's clock, which is right now
            load = Load(machine.port, known, seed=self.seed, today=dt.datetime.now(dt.UTC).date(), pace=self.pace)
            mishaps = Mishaps(machine, self.seed)
            load.start()
            try:
                for happened in mishaps.go_on(self.seconds):
                    self.said(happened)
            finally:
                mishaps.mend()
            self.said("all is mended; what is under way ends")
            self._judge(machine, load, receiver)
            for name, times in sorted(mishaps.happened.items()):
                self.verdict.numbers[name] = times
            return load, judging.flags(machine)
        finally:
            machine.switch_off()

    def _judge(self, machine: Stormed, load: Load, receiver) -> None:
        verdict = self.verdict
        verdict.count("clients without an answer in the end", int(not load.finish(PATIENCE)), wanted=0)
        is_well = within(PATIENCE, lambda: manage(machine, "check_schedule").returncode == 0)
        verdict.count("complaints of check_schedule", int(not is_well), wanted=0)
        left = judging.settled(machine)
        verdict.count("left undone", left, wanted=0)
        verdict.numbers["flags by the sweep of each night"] = manage(machine, "sweep").stdout.strip()
        left = judging.settled(machine)
        verdict.count("left undone after that", left, wanted=0)
        judging.judge_facts(verdict, machine, load)
        judging.judge_imports(verdict, machine, load)
        judging.judge_alerts(verdict, machine, load, receiver)
        judging.judge_mails(verdict, machine)
        judging.judge_leftovers(verdict, machine)
        checked = manage(machine, "verify")
        verdict.count("differences between totals and ledger", checked.returncode, wanted=0)
        if checked.returncode:
            verdict.wrong.append(checked.stdout[-2000:])
        verdict.numbers |= {f"answers {status}": n for status, n in sorted(load.told.outcomes.items())}
        verdict.wrong += load.told.refused[:5]
