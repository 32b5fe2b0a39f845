"""What must be true afterwards: each accepted fact once, the flags of a quiet run, every alert to everybody once."""

import email
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.policy import default
from typing import Any

from tests.delivery.receiver import Receiver
from tests.house.shape import ROOT
from tests.running.chaos.clients import Load, name_of
from tests.running.chaos.hosts import Stormed
from tests.running.chaos.stories import ENTRIES, import_file
from tests.running.machines import Machine
from tests.running.service import within

FACTS = ("statuschange", "contractstatuschange", "ledgerentry", "liabilityestimate", "programallocation")
NOTES = " UNION ALL ".join(f"SELECT note FROM procurement_{table} WHERE note <> ''" for table in FACTS)
FLAGS = """
SELECT f.rule, coalesce(p.code, ''), coalesce(c.reference, ''), f.condition_since::text, f.severity, f.state
  FROM procurement_flag f
  LEFT JOIN procurement_program p ON p.id = f.program_id
  LEFT JOIN procurement_contract c ON c.id = f.contract_id
 WHERE f.state <> 'resolved'
"""
#: What is still to be done: facts, events of flags, notices, messages, marks, files.
LEFT = """
SELECT (SELECT count(*) FROM procurement_recheck),
       (SELECT count(*) FROM procurement_flagevent WHERE routed_at IS NULL),
       (SELECT count(*) FROM procurement_notice n JOIN procurement_subscription s ON s.id = n.subscription_id
         WHERE n.delivery_id IS NULL AND n.muted_by_id IS NULL AND s.cadence = 'immediate'),
       (SELECT count(*) FROM procurement_delivery WHERE state <> 'sent'),
       (SELECT count(*) FROM procurement_stalemark),
       (SELECT count(*) FROM procurement_importbatch WHERE state IN ('received', 'running'))
"""
#: Changes of flags that nobody was told of.
UNTOLD = """
SELECT count(*) FROM procurement_flagevent e
 WHERE e.kind IN ('opened', 'escalated', 'reopened', 'resolved')
   AND NOT EXISTS (SELECT FROM procurement_alert a
                    WHERE a.origin_table = 'procurement_flagevent' AND a.origin_id = e.id)
"""
EVENTS = """
SELECT a.event, coalesce(p.code, ''), coalesce(c.reference, '') FROM procurement_alert a
  LEFT JOIN procurement_program p ON p.id = a.program_id LEFT JOIN procurement_contract c ON c.id = a.contract_id
 WHERE a.event IN ('status.changed', 'contract.status_changed')
"""
NEWS = "SELECT id FROM procurement_alert WHERE NOT late"
SENT = """
SELECT d.message_id FROM procurement_delivery d
  JOIN procurement_subscription s ON s.id = d.subscription_id JOIN procurement_channel c ON c.id = s.channel_id
 WHERE c.kind = 'email' AND d.state = 'sent'
"""
PATHS = ("/at-once", "/grouped")
LEFTOVERS = (".part-*", ".*.eml", ".unfinished-*", "*.making", "workbook-*", "*.upload", "tmp*")
PATIENCE = 900


def prepared(machine: Machine, url: str) -> dict[str, Any]:
    """Enter what a service has before anything happens."""
    command = [sys.executable, "-m", "tests.running.chaos.prepare", url]
    done = subprocess.run(command, cwd=ROOT, env=machine.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def settled(machine: Stormed, seconds: float = PATIENCE) -> tuple[Any, ...]:
    """Wait until nothing is left to do; what is left all the same."""
    found: list[tuple[Any, ...]] = []

    def nothing_left() -> bool:
        found[:] = machine.query(LEFT)
        time.sleep(0.5)
        return bool(found) and not any(found[0])

    within(seconds, nothing_left)
    return found[0] if found and any(found[0]) else ()


def stored(machine: Machine) -> Counter[str]:
    """What tells rows from each other -> how often it is stored."""
    facts = Counter(row[0] for row in machine.query(NOTES) if not row[0].startswith("i-"))
    facts.update(row[0] for row in machine.query("SELECT code FROM procurement_program") if row[0].startswith("p-"))
    facts.update(row[0] for row in machine.query("SELECT reference FROM procurement_contract") if row[0][0] == "C")
    return facts


def imported(machine: Machine) -> Counter[str]:
    """The same of what files said."""
    return Counter(row[0] for row in machine.query(NOTES) if row[0].startswith("i-"))


def flags(machine: Machine) -> set[tuple[Any, ...]]:
    """Every unresolved flag."""
    return set(machine.query(FLAGS))


def quiet_run(machine: Machine, load: Load, url: str) -> set[tuple[Any, ...]]:
    """The flags of a service to which the same is posted, and nothing happens."""
    again = Load(machine.port, prepared(machine, url), seed=load.seed, today=load.today, pace=load.pace)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: again.client().tell(again.story(number)), range(load.told_stories)))
    for number in range(load.handed_in):
        again.client().hand_in(number, import_file(number, load.today))
    done = "SELECT count(*) FROM procurement_importbatch WHERE state = 'done'"
    assert within(PATIENCE, lambda: machine.query(done) == [(load.handed_in,)])
    assert not again.told.refused, again.told.refused[:3]
    manage(machine, "sweep")
    return flags(machine)


def manage(machine: Machine, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the service."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=machine.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@dataclass
class Verdict:
    """Numbers to print, and what is wrong."""

    numbers: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, name: str, found: Any, *, wanted: int | None = None) -> None:
        """Note a number, or the number of things; other than what is wanted is wrong, and the first are named."""
        number = found if isinstance(found, int) else len(found)
        self.numbers[name] = number
        if wanted is not None and number != wanted:
            named = "" if isinstance(found, int) else f": {sorted(map(str, found))[:5]}"
            self.wrong.append(f"{name}: {number:,}, not {wanted:,}{named}")


def judge_facts(verdict: Verdict, machine: Stormed, load: Load) -> None:
    """Each accepted row is stored, and each once."""
    accepted, found = set(load.told.accepted), stored(machine)
    verdict.count("rows accepted", accepted)
    verdict.count("rows stored", found)
    verdict.count("accepted and not stored", accepted - set(found), wanted=0)
    verdict.count("stored and never accepted", set(found) - accepted, wanted=0)
    verdict.count("stored twice", [name for name, times in found.items() if times > 1], wanted=0)
    verdict.count("requests refused", load.told.refused, wanted=0)


def judge_imports(verdict: Verdict, machine: Stormed, load: Load) -> None:
    """Each file was read to its end, once."""
    found = imported(machine)
    each = [f"{n}" for n in range(ENTRIES)] + ["halt", "signed", "first"]
    wanted = {f"i-{number}/{name}" for number in range(load.handed_in) for name in each}
    verdict.count("files handed in", load.handed_in)
    verdict.count("rows of files", found)
    verdict.count("rows of files that are missing", wanted - set(found), wanted=0)
    verdict.count("rows of files stored twice", [name for name, times in found.items() if times > 1], wanted=0)


def judge_alerts(verdict: Verdict, machine: Stormed, load: Load, receiver: Receiver) -> None:
    """Each change of a status and each change of a flag is told, to everybody, in one message."""
    told, wanted = Counter(machine.query(EVENTS)), Counter(status_events(load))
    verdict.count("changes of a status", sum(wanted.values()))
    verdict.count("changes of a status without an alert", list((wanted - told).elements()), wanted=0)
    verdict.count("alerts of a status that did not change so", list((told - wanted).elements()), wanted=0)
    verdict.count("changes of a flag without an alert", machine.query(UNTOLD)[0][0], wanted=0)
    news = {row[0] for row in machine.query(NEWS)}
    verdict.count("alerts", news)
    for path in PATHS:
        came = [got for got in receiver.got if got.path == path]
        messages = {got.headers["webhook-id"]: json.loads(got.body)["data"]["alerts"] for got in came}
        arrived = Counter(alert["id"] for alerts in messages.values() for alert in alerts)
        verdict.count(f"alerts missing at {path}", news - set(arrived), wanted=0)
        verdict.count(f"alerts in two messages at {path}", [pk for pk, n in arrived.items() if n > 1], wanted=0)
        verdict.count(f"repeats at {path}", len(came) - len(messages))


def status_events(load: Load) -> Iterator[tuple[str, str, str]]:
    """What has to be told of the statuses that were posted and that files said."""
    for number in range(load.told_stories):
        story = load.story(number)
        for step in story.steps():
            if step.path == "status-changes/" and name_of(step) in load.told.accepted:
                yield "status.changed", story.code, ""
            if step.path == "contract-status-changes/" and name_of(step) in load.told.accepted:
                yield "contract.status_changed", story.code, story.reference
    for number in range(load.handed_in):
        yield "status.changed", f"i-{number}", ""


def judge_mails(verdict: Verdict, machine: Stormed) -> None:
    """Each message that is recorded as sent is a whole file, on one of the hosts."""
    files = [file for home in (machine.home, machine.second.home) for file in (home / "mail").glob("[!.]*.eml")]
    mails = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    found = Counter(str(mail["Message-ID"]) for mail in mails if mail.get_body() is not None)
    wanted = {row[0] for row in machine.query(SENT)}
    verdict.count("mails", wanted)
    verdict.count("mails sent that are not there", wanted - set(found), wanted=0)
    verdict.count("mails that were recorded nowhere", set(found) - wanted, wanted=0)
    verdict.count("mails repeated", sum(found.values()) - len(found))


def judge_leftovers(verdict: Verdict, machine: Stormed) -> None:
    """What lies about on the disk that was full: of what failed nothing, of what was killed a little, for a day."""
    left = [file for word in LEFTOVERS for file in (machine.folder / "disk").rglob(word)]
    verdict.count("files left by writers that were killed", [str(file) for file in left])
    verdict.numbers["their bytes"] = sum(file.stat().st_size for file in left if file.is_file())
