"""A line between the service and a server, which a test may cut, stall and slow."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.running.service import free_port

Address = tuple[str, int] | str
PIECE = 65_536


class Line:
    """One connection: the service's end and the server's."""

    def __init__(self, service: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.service, self.server = service, server
        self.is_known = asyncio.Event()
        self.is_known.set()

    def cut(self) -> None:
        """Reset both ends."""
        self.is_known.set()
        for end in (self.service, self.server):
            end.transport.abort()

    def lose(self) -> None:
        """Reset the service's end; the server hears nothing of it, as when a router forgets a connection."""
        self.is_known.clear()
        self.service.transport.abort()


class Wire:
    """Passes on what is said at a port of its own; at once and as it is, until told otherwise."""

    def __init__(self, server: Callable[[], Address]) -> None:
        self.server, self.port, self.seconds = server, free_port(), 0.0
        self.lines: set[Line] = set()
        self.loop = asyncio.new_event_loop()
        listens = threading.Event()
        threading.Thread(target=self._run, args=(listens,), daemon=True).start()
        listens.wait()

    # what is done to it

    def cut(self) -> None:
        """Reset every connection; new ones are made."""
        self._do(lambda line: line.cut())

    def lose(self) -> None:
        """Reset the service's ends only; the server's are reset when all is mended."""
        self._do(lambda line: line.lose())

    def stall(self) -> None:
        """Let nothing pass, in either direction."""
        self.loop.call_soon_threadsafe(self.passes.clear)

    def slow(self, seconds: float = 0.05) -> None:
        """Hold up each piece by so many seconds."""
        self.seconds = seconds

    def mend(self) -> None:
        """Be as it was at first."""
        self.seconds = 0
        self.loop.call_soon_threadsafe(self.passes.set)
        self._do(lambda line: None if line.is_known.is_set() else line.cut())

    def end(self) -> None:
        """Reset all and listen no more."""
        self.cut()
        self.loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_later(0.1, self.loop.stop)

    def _do(self, act: Callable[[Line], None]) -> None:
        def do() -> None:
            for line in list(self.lines):
                act(line)

        self.loop.call_soon_threadsafe(do)

    # how it works

    def _run(self, listens: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.passes = asyncio.Event()
        self.passes.set()
        self.loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", self.port))
        self.loop.call_soon(listens.set)
        self.loop.run_forever()

    async def _carry(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            reader, writer = await self._reach()
        except OSError:  # the server is away
            answers.transport.abort()
            return
        line = Line(answers, writer)
        self.lines.add(line)
        await asyncio.gather(self._pass_on(asks, writer, line), self._pass_on(reader, answers, line))
        self.lines.discard(line)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        at = self.server()
        if isinstance(at, str):
            return await asyncio.open_unix_connection(at)
        return await asyncio.open_connection(*at)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self.passes.wait()
                if self.seconds:
                    await asyncio.sleep(self.seconds)
                writer.write(piece)
                await writer.drain()
        await line.is_known.wait()
        writer.close()
