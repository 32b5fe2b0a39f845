"""gunicorn's worker: one loop takes requests in and sends answers out; a thread is taken only to answer.

gunicorn's own threads wait for each client that sends a head or a body slowly, or takes its answer slowly: as many of
these as there are threads, and nobody else is answered.
"""

import errno
import selectors
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from operator import itemgetter
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from tracker.serving import BEGAN, limits
from tracker.serving.connections import Connection, Phase, Reader
from tracker.serving.leaving import is_too_much
from tracker.serving.refusing import Declined, problem_document, refusal

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
#: How often is looked whether a client is late.
LOOK_SECONDS = 1.0
#: Phases in which nobody waits for an answer.
IDLE = (Phase.IDLE, Phase.LINGERING)
GONE = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)
#: No descriptor is free.
FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MANY = "Too many connections are open{}; close some, or come again after {} seconds."
CUT = "The body ended after {} of {} bytes. Nothing was stored."
NO_ROOM = "There is no room to keep the body of the request until all of it is here. Nothing was stored."
SLOW = (
    "The request came too slowly: a head must be whole after {} seconds, and a body come with {} bytes a second, "
    "or {} once it has more than {}."
)


def _told(application: Any, environ: dict[str, Any], start: Any) -> Any:
    environ[BEGAN] = environ["gunicorn.socket"].began
    return application(environ, start)


def _count(status: HTTPStatus) -> None:
    """Count a request that no application sees; where the disk is full nothing is counted."""
    if settings.configured:
        from tracker.watching.counting import REQUESTS

        with suppress(OSError):
            REQUESTS.labels("refused", "other", f"{status // 100}xx").observe(0)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Holds any number of slow clients, and answers what it refuses with a problem document."""

    connections: dict[Connection, None]
    of_address: Counter[str]
    wsgi: Any

    @classmethod
    def check_config(cls, cfg: Any, _log: Any) -> None:
        """Refuse what this worker cannot do. Raises RuntimeError."""
        if cfg.is_ssl:
            raise RuntimeError("TLS ends at a proxy in front of this worker; leave --certfile and --keyfile out")

    def load_wsgi(self) -> None:
        """Have the application told when its requests were here."""
        super().load_wsgi()
        self.wsgi = partial(_told, self.wsgi)

    def run(self) -> None:
        """Serve until told to stop, and then what is begun."""
        self.connections, self.of_address = {}, Counter()
        self.looked, self.full_until = time.monotonic(), 0.0
        self.poller.register(self.method_queue.fileno(), READ, self.method_queue.run_callbacks)
        while self.alive and self.is_parent_alive():
            self.set_accept_enabled(time.monotonic() >= self.full_until)
            self._turn()
        self.set_accept_enabled(False)
        self._finish()

    def _turn(self) -> None:
        self.notify()
        self.wait_for_and_dispatch_events(timeout=LOOK_SECONDS)
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self._look()

    def _finish(self) -> None:
        """Take no more, answer what is begun as long as the grace lasts, and let go of everything."""
        for listener in self.sockets:
            self._close(listener)
        now = time.monotonic()
        for connection in self.connections:
            if connection.phase is Phase.IDLE:
                connection.due = min(connection.due, now + STOP_KEEPALIVE_LINGER)
        while self.connections and time.monotonic() < now + self.cfg.graceful_timeout:
            self._turn()
        for connection in list(self.connections):
            self._end(connection)
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()

    def _close(self, listener: Any) -> None:
        """Take the connections that wait already, and let the kernel make no more: it would reset them at the end.

        Where systemd holds the socket, they go to the next process.
        """
        for _ in range(self.cfg.backlog):
            if not self.accept(listener):
                break
        listener.close()

    def _look(self) -> None:
        """Tell clients that are late, and let go of them."""
        self.looked = now = time.monotonic()
        for connection in [each for each in self.connections if each.is_late(now)]:
            if connection.phase in (Phase.HEAD, Phase.BODY):
                said = SLOW.format(limits.SPAN_SECONDS, limits.LEAST_RATE, limits.LARGE_RATE, limits.HELD_BYTES)
                self._refuse(connection, Declined(HTTPStatus.REQUEST_TIMEOUT, said))
            else:
                self._end(connection)
        while is_too_much() and (slowest := self._slowest()):
            self._end(slowest)

    def _slowest(self) -> Connection | None:
        """Of the answers that have waited in files for a while, the one that is taken most slowly."""
        rates = [(rate, each) for each in self.connections if (rate := each.sock.rate()) is not None]
        return min(rates, key=itemgetter(0), default=(0, None))[1]

    # Coming

    def accept(self, listener: Any) -> bool:
        """Take a connection, and where there are too many say so; whether there was one."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in FULL and not self._make_room():
                self.full_until = time.monotonic() + LOOK_SECONDS
            if error.errno not in GONE + FULL:
                raise
            return False
        connection = Connection(self.cfg, sock, client, self._wake)
        said = self._crowded(connection)
        self.connections[connection] = None
        self.of_address[connection.counted_as] += 1
        if said is not None:
            again = limits.AGAIN_SECONDS
            self._refuse(
                connection, Declined(HTTPStatus.SERVICE_UNAVAILABLE, MANY.format(said, again), again_after=again)
            )
        else:
            self._read(connection)
        return True

    def _crowded(self, connection: Connection) -> str | None:
        """Of whom too many connections are open already, in words; None if there is room, or it was made."""
        most = limits.per_address()
        if connection.counted_as and most and self.of_address[connection.counted_as] >= most:
            return " from this address"
        while len(self.connections) >= self.worker_connections:
            if not self._make_room():
                return ""
        return None

    def _make_room(self, *phases: Phase) -> bool:
        """Let go of the connection that has waited longest without asking anything; whether there was one."""
        idle = next((each for each in self.connections if each.phase in (phases or IDLE)), None)
        if idle is not None:
            self._end(idle)
        return idle is not None

    def _read(self, connection: Connection) -> None:
        """Take what came; a whole request goes to a thread."""
        try:
            data = connection.raw.recv(connection.arriving.wanted)
        except BlockingIOError:
            self._watch(connection, READ)
            return
        except OSError:
            self._end(connection)
            return
        if data:
            self._take(connection, data)
        elif connection.phase is Phase.BODY:
            had, missing = connection.arriving.had, connection.arriving.missing
            self._refuse(connection, Declined(HTTPStatus.BAD_REQUEST, CUT.format(had, had + missing)))
        else:
            self._end(connection)

    def _take(self, connection: Connection, data: bytes) -> None:
        try:
            is_whole = connection.take(data)
            if connection.phase is Phase.BODY and connection.arriving.is_waited_for():
                connection.sock.put(CONTINUE)
        except ConnectionError:
            self._end(connection)
            return
        except OSError as error:
            self.log.warning("A body cannot be kept: %s", error)
            self._refuse(connection, Declined(HTTPStatus.INSUFFICIENT_STORAGE, NO_ROOM))
            return
        except Exception as error:  # noqa: BLE001  # each is logged and answered; the loop goes on for the others
            self._refuse(connection, error)
            return
        if is_whole:
            self._answer(connection)
        else:
            self._watch(connection, READ)

    # Answering

    def _answer(self, connection: Connection) -> None:
        connection.parser = Reader(connection.arriving.ended())
        connection.sock.began = time.perf_counter()
        connection.enter(Phase.WORKING)
        self._watch(connection, WRITE if connection.sock.waiting else 0)
        self.enqueue_req(connection)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """What follows when a thread is done with a connection."""
        conn.arriving.close()
        if conn.is_open:
            conn.is_kept = not fs.cancelled() and fs.exception() is None and bool(fs.result())
            conn.enter(Phase.SENDING)
            self._send(conn)

    def _wake(self, connection: Connection) -> None:
        """Called by a thread whose answer waits for the client."""
        self.method_queue.defer(self._begin_sending, connection)

    def _begin_sending(self, connection: Connection) -> None:
        if connection.is_open and connection.phase is Phase.WORKING:
            connection.enter(Phase.WORKING)
            self._send(connection)

    def _send(self, connection: Connection) -> None:
        """Send what waits; when an answer is all sent, go on."""
        try:
            is_sent = connection.sock.flush()
        except OSError:
            self._end(connection)
            return
        if not is_sent:
            self._watch(connection, WRITE)
        elif connection.phase is Phase.WORKING:
            self._watch(connection, 0)
        elif connection.is_kept:
            self._await_next(connection)
        else:
            self._linger(connection)

    def _await_next(self, connection: Connection) -> None:
        ahead = connection.arriving.ahead
        connection.await_request(self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER))
        self.connections[connection] = self.connections.pop(connection)  # the last to be let go of
        if ahead:
            self._take(connection, ahead)
        else:
            self._watch(connection, READ)

    # Going

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log an error, and answer it."""
        self._say(client.sendall, addr, req, exc)

    def _say(self, put: Callable[[bytes], None], addr: Any, req: Any, exc: Exception) -> None:
        found, request_id = refusal(exc), uuid.uuid4().hex  # what the client may have sent as its id is not read
        if found is None:
            address = getattr(req, "uri", "(no address read)")
            self.log.error("Error handling request %s request_id=%s", address, request_id, exc_info=exc)
            found = HTTPStatus.INTERNAL_SERVER_ERROR, "An unexpected error, which was logged."
        else:
            self.log.warning("Invalid request from ip=%s: %s request_id=%s", (addr or ("", -1))[0], exc, request_id)
        _count(found[0])
        try:
            put(problem_document(*found, request_id, getattr(exc, "again_after", 0)))
        except OSError:
            self.log.debug("Failed to send error message.")

    def _refuse(self, connection: Connection, error: Exception) -> None:
        """Say why a request is not answered, and close."""
        connection.is_kept = False
        self._say(connection.sock.put, connection.client, None, error)
        connection.arriving.close()
        connection.enter(Phase.SENDING)
        self._send(connection)

    def _linger(self, connection: Connection) -> None:
        """End this side, and read on for a moment: closed at once, the client might lose the answer."""
        try:
            connection.raw.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(connection)
            return
        if len(self.connections) > self.worker_connections:  # it was refused: not more and more of these are held
            self._make_room(Phase.LINGERING)
        connection.enter(Phase.LINGERING, limits.LINGER_SECONDS)
        self._watch(connection, READ)

    def _end(self, connection: Connection) -> None:
        if not connection.is_open:
            return
        self._watch(connection, 0)
        connection.end()
        self.connections.pop(connection, None)
        self.of_address[connection.counted_as] -= 1
        if not self.of_address[connection.counted_as]:
            del self.of_address[connection.counted_as]

    # The loop

    def _watch(self, connection: Connection, events: int) -> None:
        """Have the loop call `_ready` when one of the events is there; 0: of none."""
        if events == connection.watched:
            return
        if not events:
            self.poller.unregister(connection.raw)
        elif connection.watched:
            self.poller.modify(connection.raw, events, partial(self._ready, connection))
        else:
            self.poller.register(connection.raw, events, partial(self._ready, connection))
        connection.watched = events

    def _ready(self, connection: Connection, _sock: Any) -> None:
        """The client sent something, or takes more."""
        if not connection.is_open:
            return
        if connection.phase in (Phase.WORKING, Phase.SENDING):
            self._send(connection)
        elif connection.phase is Phase.LINGERING:
            self._discard(connection)
        else:
            self._read(connection)

    def _discard(self, connection: Connection) -> None:
        with suppress(BlockingIOError):
            try:
                if connection.raw.recv(65536):
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            self._end(connection)
