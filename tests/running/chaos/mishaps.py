"""What happens to the service, drawn by a seed: some of it in a moment, some of it for seconds."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from tests.running.chaos.hosts import Stormed, pick, signalled
from tests.running.service import within

#: The processes of the service, by a word of their commands.
PARTS = {
    "web": ("gunicorn",),
    "worker": ("worker --queues default",),
    "deliverer": ("worker --queues delivery",),
    "scheduler": ("celery -A tracker beat",),
}
HOUR = 3600
CLOCKS = (48 * HOUR, 0, HOUR, 0, -HOUR, 0)
#: The shortest and the longest mishap that lasts, in seconds.
LASTS = (1.0, 7.0)
#: How long all of it may take to start in the end.
PATIENCE = 900

Lasting = AbstractContextManager[str]


class Mishaps:
    """Each is drawn, done and counted; what lasts is mended after a while, and something else may happen meanwhile."""

    def __init__(self, machine: Stormed, seed: int) -> None:
        self.machine, self.chance, self.happened = machine, random.Random(seed), Counter[str]()
        self.clocks = 0
        self.sudden = [*(self._kill(part) for part in PARTS), self.kill_broker, self.kill_database, self.kill_all]
        self.sudden += [self.kill_one_backend, self.set_clock, self.set_other_clock, *self._cuts()]
        self.lasting = [*(self._pause(part) for part in PARTS), self.pause_database, self.pause_broker]
        self.lasting += [*self._stalls(), *(self._fill(name) for name in machine.disks)]

    def go_on(self, seconds: float) -> Iterator[str]:
        """Let things happen for so long; tells what."""
        until, turn = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            self.machine.keep_up()
            turn += 1
            if turn % 2:
                yield self._happen(self.chance.choice(self.sudden))
            else:
                yield from self._last()
            time.sleep(self.chance.uniform(0.3, 2.5))

    def mend(self) -> None:
        """Put everything right; all is started anew, as a process keeps the clock that it began with."""
        for each in (*self.machine.wires.values(),):
            each.mend()
        for disk in self.machine.disks.values():
            disk.free()
        for clock in (self.machine.clock, self.machine.second.clock):
            clock.set(0)
        for pid, command in self.machine.work().items():
            if "tracker.running" not in command:
                signalled(pid, signal.SIGKILL)
        assert within(PATIENCE, self.machine.keep_up)

    def _happen(self, act: Callable[[], str]) -> str:
        said = act()
        if said:
            self.happened[said] += 1
        return said

    def _last(self) -> Iterator[str]:
        with self.chance.choice(self.lasting)() as said:
            self.happened[said] += bool(said)
            yield said
            time.sleep(self.chance.uniform(*LASTS) / 2)
            if self.chance.random() < 0.3:
                yield self._happen(self.chance.choice(self.sudden[: len(PARTS)]))
            time.sleep(self.chance.uniform(*LASTS) / 2)

    # in a moment

    def _kill(self, part: str) -> Callable[[], str]:
        def kill() -> str:
            pid = pick(self.chance, self.machine.work(), *PARTS[part])
            return f"kill -9: {part}" if signalled(pid, signal.SIGKILL) else ""

        return kill

    def kill_broker(self) -> str:
        """End Redis, with all messages."""
        self.machine.broker.kill()
        return "kill -9: broker"

    def kill_database(self) -> str:
        """End PostgreSQL."""
        if self.machine.database.status() is None:
            return ""
        self.machine.database.kill()
        return "kill -9: database"

    def kill_one_backend(self) -> str:
        """End one process of PostgreSQL, which then ends all others and recovers."""
        found = self.machine.backends()
        pid = self.chance.choice(found) if found else None
        return "kill -9: a backend of the database" if signalled(pid, signal.SIGKILL) else ""

    def kill_all(self) -> str:
        """End all of the service, the run itself too."""
        for pid in self.machine.work():
            signalled(pid, signal.SIGKILL)
        self.machine.make.wait()
        self.machine.keep_up()
        return "kill -9: all of the service at once"

    def set_clock(self) -> str:
        """Set the first host's clock and the database's."""
        self.clocks += 1
        self.machine.clock.set(CLOCKS[self.clocks % len(CLOCKS)])
        return "clock set: database and first host"

    def set_other_clock(self) -> str:
        """Set the second host's clock; its processes see it when they are started again."""
        self.machine.second.clock.set(self.chance.choice(CLOCKS))
        for pid in self.machine.second.processes():
            signalled(pid, signal.SIGKILL)
        return "clock set: second host"

    def _cuts(self) -> Iterator[Callable[[], str]]:
        for name, wire in self.machine.wires.items():

            def cut(name=name, wire=wire) -> str:
                wire.cut()
                return f"connections cut: {name}"

            yield cut

    # for seconds

    def _pause(self, part: str) -> Callable[[], Lasting]:
        @contextmanager
        def pause() -> Iterator[str]:
            pid = pick(self.chance, self.machine.work(), *PARTS[part])
            with paused([pid] if pid else []):
                yield f"paused: {part}"

        return pause

    @contextmanager
    def pause_database(self) -> Iterator[str]:
        """Stop all processes of PostgreSQL."""
        status = self.machine.database.status()
        with paused([status.pid, *children(status.pid)] if status else []):
            yield "paused: database"

    @contextmanager
    def pause_broker(self) -> Iterator[str]:
        """Stop Redis."""
        with paused([self.machine.broker.process.pid]):
            yield "paused: broker"

    def _stalls(self) -> Iterator[Callable[[], Lasting]]:
        for name, wire in self.machine.wires.items():
            ways = {
                "stalled": wire.stall,
                "slow": wire.slow,
                "lost": wire.lose,
            }
            for way, begin in ways.items():

                @contextmanager
                def trouble(said=f"connections {way}: {name}", begin=begin, wire=wire) -> Iterator[str]:
                    begin()
                    yield said
                    wire.mend()

                yield trouble

    def _fill(self, name: str) -> Callable[[], Lasting]:
        disk = self.machine.disks[name]

        @contextmanager
        def fill() -> Iterator[str]:
            disk.fill()
            yield f"disk full: {name}" if disk.is_small else ""
            disk.free()

        return fill


@contextmanager
def paused(pids: list[int]) -> Iterator[None]:
    """Stop processes while the block runs."""
    stopped = [pid for pid in pids if signalled(pid, signal.SIGSTOP)]
    try:
        yield
    finally:
        for pid in stopped:
            signalled(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
