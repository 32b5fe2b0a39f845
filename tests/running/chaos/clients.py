"""Clients of the API that go on until each request is answered: they repeat it with its key."""

import itertools
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.running.chaos.stories import Step, Story, import_file

#: How long a client waits for one answer, and how long before it asks again.
ANSWER, PAUSE = 10, 0.5


@dataclass
class Told:
    """What the service said it had stored, and what went wrong on the way."""

    #: note (or code, or reference) -> the row of the answer
    accepted: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


class Client:
    """Posts with a token, persistently."""

    def __init__(self, port: int, token: str, told: Told) -> None:
        self.site, self.told = f"http://localhost:{port}/api/v1/", told
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def persistently(self, path: str, *, key: str | None, **content: Any) -> Any:
        """What a request was answered in the end; None if it was refused, which is noted."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            status, answer = self._once(path, headers, content)
            self.told.outcomes[str(status)] += 1
            if status in (200, 201):
                return answer
            if status and status < 500 and status != 429:
                self.told.refused.append(f"{path} {content}: {status} {answer}")
                return None
            time.sleep(PAUSE)

    def _once(self, path: str, headers: dict[str, str], content: dict[str, Any]) -> tuple[int, Any]:
        """The status and the answer; 0 if there was none."""
        try:
            answer = self.session.post(f"{self.site}{path}", headers=headers, timeout=ANSWER, **content)
            return answer.status_code, answer.json()
        except (requests.RequestException, ValueError):
            return 0, None

    def tell(self, story: Story) -> None:
        """Post all of a story."""
        contract: Any = None
        last: Any = None
        for step in story.steps():
            path = step.path.replace("/last/", f"/{last['id']}/" if last else "/0/")
            body = step.body | ({"contract": contract["id"]} if "contract" in step.body else {})
            last = self.persistently(path, key=None if step.is_keyed else str(uuid.uuid4()), json=body)
            if last is None:
                return
            contract = last if path == "contracts/" else contract
            self.told.accepted[name_of(step)] = last

    def hand_in(self, number: int, text: str) -> None:
        """Hand in a file."""
        self.persistently("imports/", key=str(uuid.uuid4()), files={"file": (f"i-{number}.yaml", text)})


def name_of(step: Step) -> str:
    """What tells a row from all others."""
    named = (step.body.get(name) for name in ("note", "code", "reference"))
    return next(str(name) for name in named if name)


class Load:
    """Clients at once, until they are told to begin nothing more."""

    CLIENTS = 6

    def __init__(self, port: int, known: dict[str, Any], *, seed: int, today: Any, pace: float) -> None:
        self.port, self.known, self.seed, self.today, self.pace = port, known, seed, today, pace
        self.told, self.ends = Told(), threading.Event()
        self.numbers, self.told_stories, self.handed_in = itertools.count(), 0, 0
        self.threads = [threading.Thread(target=self._tell, daemon=True) for _ in range(self.CLIENTS)]
        self.threads.append(threading.Thread(target=self._hand_in, daemon=True))
        self.threads.append(threading.Thread(target=self._read, daemon=True))

    def client(self) -> Client:
        """One more client."""
        return Client(self.port, self.known["token"], self.told)

    def story(self, number: int) -> Story:
        """A story by its number."""
        return Story(self.seed, number, self.today, self.known["source"])

    def start(self) -> None:
        """Begin."""
        for thread in self.threads:
            thread.start()

    def finish(self, seconds: float) -> bool:
        """Begin nothing more, and wait for what is under way; whether all of it was answered."""
        self.ends.set()
        until = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(until - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in self.threads)

    def _tell(self) -> None:
        client = self.client()
        while not self.ends.wait(self.CLIENTS / self.pace):
            number = next(self.numbers)
            self.told_stories = max(self.told_stories, number + 1)
            client.tell(self.story(number))

    def _hand_in(self) -> None:
        client = self.client()
        while not self.ends.wait(10 / self.pace):
            client.hand_in(self.handed_in, import_file(self.handed_in, self.today))
            self.handed_in += 1

    def _read(self) -> None:
        client = self.client()
        while not self.ends.wait(0.5):
            for path in ("exposure/?group_by=program&page_size=20", "flags/", "contracts/?page_size=20"):
                try:
                    answer = client.session.get(f"{client.site}{path}", timeout=ANSWER)
                    self.told.outcomes[f"read {answer.status_code}"] += 1
                except requests.RequestException:
                    self.told.outcomes["read 0"] += 1
