"""A stop waits for a second person by whichever door it comes, and nobody else sees it meanwhile."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from procurement.access.roles import ANALYST, READER, REVIEWER
from procurement.access.tokens import create_user, issue_token
from procurement.alerts.draining import drain
from procurement.alerts.models import Alert
from procurement.flags.models import Flag
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import ImportIssue
from procurement.programs.approving import approve
from procurement.programs.drafts import StatusDraft
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Recheck
from tests.alerts.subscribers import subscribe
from tests.api.calling import Caller, decision
from tests.imports.orders import imported, worked_on
from tests.imports.sheets import xlsx
from tests.makers import decide, make_contract, make_program, make_source

pytestmark = pytest.mark.django_db

HEAD = """\
sources:
  notice: {title: Notice, url: "https://example.org/notice", published_on: 2020-06-15}
programs:
  x: {name: X, country: JP}
status_changes:
"""
STOP = "  - {key: stop, program: x, kind: decision, status: %s, effective_on: 2020-06-15, source: notice}\n"
END = "  - {key: end, program: x, kind: decision, revokes: stop, effective_on: 2020-07-15, source: notice}\n"


@pytest.fixture
def stop(settings):
    """A stop recorded before the setting was switched on."""
    settings.STOPS_NEED_APPROVAL = False
    make_contract(make_program("x"), committed="100")
    decide(make_program("y"), "active", "2020-01-01")
    found = decide(make_program("z"), "suspended", "2020-06-15")
    settings.STOPS_NEED_APPROVAL = True
    Recheck.objects.all().delete()
    return found


def user(role, name=""):
    return User.objects.filter(username=name or role).first() or create_user(name or role, role, "a-long-password")


def api(role=ANALYST, name="", scope="write"):
    user(role, name)
    return Caller(Client(headers={"Authorization": f"Token {issue_token(name or role, scope).token}"}))


def form(address, **given):
    client = Client()
    client.force_login(user(ANALYST))
    sent = {"effective_on": "2020-06-15", "effective_precision": "day", "source": make_source().pk, "note": ""}
    sent |= {"sequence": 0, "scope": "whole", "kind": "decision", "speaker": "", "role": "", "term": "", "side": ""}
    answer = client.post(f"/admin/procurement/statuschange/{address}", sent | {"quotation": ""} | given)
    assert answer.status_code == 302
    return client.get(answer["Location"])


def posted(*changes):
    return api().post("status-changes/", list(changes))


def amended(row, act, **body):
    return api().post(f"status-changes/{row.pk}/{act}/", body)


def command(name, folder):
    path = folder / "a.yaml"
    path.write_text(HEAD + STOP % "suspended")
    where = {"dir": folder, "no_rates": True} if name == "load_sample" else {}
    call_command(name, *([] if where else [str(path)]), **where, stdout=StringIO())


def workbook():
    status = {"": "stop", "source": "notice", "effective_on": "2020-06-15", "program": "x", "kind": "decision"}
    return xlsx(
        documents=[["documents", "title"], ["notice", "Notice"]],
        programs=[["programs", "name", "country"], ["x", "X", "JP"]],
        status_changes=[["status_changes", *list(status)[1:], "status"], [*status.values(), "cancelled"]],
    )


def id_of(code):
    return Program.objects.get(code=code).pk


DOORS = {
    "post": lambda _: api().post("status-changes/", decision("x", make_source())),
    "list": lambda _: posted(decision("x", make_source()), decision("y", make_source(), "active")),
    "reverse": lambda rows: amended(rows.stop, "reverse", source=make_source().pk),
    "correct": lambda rows: amended(rows.stop, "correct", quotation="We suspend it"),
    "correct away": lambda rows: amended(rows.stop, "correct", status="active"),
    "correct into": lambda rows: amended(rows.active, "correct", status="cancelled"),
    "form": lambda _: form("add/", program=id_of("x"), status="cancelled"),
    "form: correct": lambda rows: form(f"{rows.stop.pk}/correct/", program=id_of("z"), status="cancelled"),
    "form: reverse": lambda rows: form(f"{rows.stop.pk}/reverse/"),
    "portfolio": lambda _: imported(HEAD + STOP % "cancelled", "a.yaml"),
    "templates": lambda _: imported(workbook(), "a.xlsx"),
    "import": lambda rows: command("import", rows.folder),
    "load_sample": lambda rows: command("load_sample", rows.folder),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_stop_waits_at_every_door(stop, door, tmp_path):
    rows = SimpleNamespace(stop=stop, active=StatusChange.objects.get(status="active"), folder=tmp_path)
    before = set(StatusChange.objects.values_list("pk", flat=True))
    DOORS[door](rows)
    draft = StatusDraft.objects.get()
    new = StatusChange.objects.exclude(pk__in=before)
    assert [each.status for each in new] == (["active"] if door == "list" else [])
    fact = approve(draft.pk, by=user(REVIEWER)).fact
    assert fact.pk not in before
    assert draft.historical == (door in {"portfolio", "templates", "import", "load_sample"})


def test_an_import_counts_what_waits_and_an_undo_withdraws_it(stop):
    text = HEAD + STOP % "cancelled" + END
    batch = imported(text, "a.yaml")
    assert batch.tables["status_changes"] == {"read": 2, "taken": 0, "unchanged": 0, "waiting": 1, "refused": 1}
    assert [each.reason.partition(";")[0] for each in ImportIssue.objects.filter(kind="refusal")] == [
        "refers to a row that waits for approval"
    ]
    again = imported(text, "a.yaml")
    assert (again.tables["status_changes"]["waiting"], StatusDraft.objects.count()) == (1, 1)
    request_undo(batch.pk, by=user(ANALYST))
    assert worked_on(batch).taken_back["proposals"] == {"status_changes": 1}
    assert StatusDraft.objects.get().state == "withdrawn"
    assert imported(text, "a.yaml").tables["status_changes"]["waiting"] == 1


def test_what_an_import_stopped_is_taken_back_or_corrected_with_approval_only(stop):
    batch = imported(HEAD + STOP % "cancelled", "a.yaml")
    fact = approve(StatusDraft.objects.get().pk, by=user(REVIEWER)).fact
    changed = imported(HEAD + STOP % "suspended", "a.yaml")
    assert changed.tables["status_changes"]["waiting"] == 1
    revision = approve(StatusDraft.objects.waiting().get(act="correct", amends=fact).pk, by=user(REVIEWER)).fact
    assert (revision.status, revision.revision, fact.reversed_by.note) == (
        "suspended",
        2,
        f"corrected by import {changed.pk}",
    )
    request_undo(changed.pk, by=user(ANALYST))
    assert worked_on(changed).taken_back["left"] == {"status_changes": 1}
    restored = approve(StatusDraft.objects.waiting().get(amends=revision).pk, by=user(REVIEWER)).fact
    assert (restored.status, restored.revision) == ("cancelled", 3)
    request_undo(batch.pk, by=user(ANALYST))
    worked_on(batch)
    assert StatusDraft.objects.waiting().get().amends == restored


def told(answer):
    return answer.get("results", answer.get("rows", answer))


FEEDS = ["changes/", "status-changes/", "programs/x/", "programs/x/timeline/", "flags/", "exposure/?group_by=program"]


def test_nobody_else_sees_a_draft_anywhere(stop):
    subscribe()
    readers = {"reader": api(READER, scope="read"), "another analyst": api(name="another")}
    before = {feed: told(readers["reader"].read(feed)) for feed in FEEDS}
    answer = api().post("status-changes/", decision("x", make_source(), "cancelled", note="the secret"))
    address = answer["Location"].partition("/api/v1/")[2]
    for who, reader in readers.items():
        assert (reader.rows("status-drafts/"), reader.get(address).status_code) == ([], 404), who
    assert Caller(Client()).get("status-drafts/").status_code == 401
    drain(now=timezone.now())
    assert (Alert.objects.count(), Flag.objects.filter(program__code="x").count()) == (0, 0)
    assert {feed: told(readers["reader"].read(feed)) for feed in FEEDS} == before


def test_the_api_answers_202_and_who_may_decides(stop):
    analyst, reviewer = api(), api(REVIEWER)
    body = decision("x", make_source(), source_key="k")
    answer = analyst.post("status-changes/", body)
    draft, address = answer.json(), answer["Location"].partition("/api/v1/")[2]
    assert (answer.status_code, draft["state"], draft["change"]["status"]) == (202, "waiting", "suspended")
    assert (analyst.post("status-changes/", body).json()["id"], analyst.read(address)) == (draft["id"], draft)
    assert analyst.errors("status-changes/", body | {"status": "cancelled"}, 409)["source_key"]
    assert reviewer.rows("status-drafts/?state=waiting&program=x") == [draft]
    assert [analyst.post(f"{address}{act}/", {"reason": "x"}).status_code for act in ("approve", "refuse")] == [
        403,
        403,
    ]
    assert reviewer.post(f"{address}withdraw/", {}).status_code == 403
    assert reviewer.errors(f"{address}refuse/", {})["reason"]
    done = reviewer.post(f"{address}approve/", {"reason": "seen"}).json()
    assert (done["state"], done["decided_by"], done["proposed_by"]) == ("approved", REVIEWER, ANALYST)
    assert reviewer.post(f"{address}approve/", {}).status_code == 409
    again = analyst.post("status-changes/", body)
    assert (again.status_code, again.json()["id"]) == (200, done["fact"])


def test_no_other_token_of_the_proposer_approves(stop):
    reviewer = api(REVIEWER)
    address = reviewer.post("status-changes/", decision("x", make_source()))["Location"].partition("/api/v1/")[2]
    other = api(REVIEWER, scope="admin")
    refused = other.post(f"{address}approve/", {})
    assert (refused.status_code, "another reviewer" in refused.json()["detail"]) == (403, True)
    assert api(REVIEWER, scope="read").post(f"{address}approve/", {}).status_code == 403
    assert other.post(f"{address}withdraw/", {}).json()["state"] == "withdrawn"


def test_drafts_are_decided_in_the_admin_also_after_the_setting_was_switched_off(stop, settings):
    form("add/", program=id_of("x"), status="cancelled")
    settings.STOPS_NEED_APPROVAL = False
    draft, page = StatusDraft.objects.get(), "/admin/procurement/statusdraft/"
    analyst, reviewer = Client(), Client()
    analyst.force_login(user(ANALYST))
    reviewer.force_login(user(REVIEWER))
    assert f"{page}{draft.pk}/change/" in reviewer.get("/admin/first-page/drafts/").content.decode()
    assert [client.get(f"{page}{draft.pk}/change/").status_code for client in (analyst, reviewer)] == [200, 200]
    assert analyst.post(f"{page}{draft.pk}/approve/", {"reason": ""}).status_code == 403
    assert reviewer.post(f"{page}{draft.pk}/refuse/", {"reason": ""}).status_code == 200
    assert reviewer.post(f"{page}{draft.pk}/approve/", {"reason": ""}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.fact.entered_by.username) == ("approved", ANALYST)
    other = Client()
    other.force_login(user(ANALYST, "another"))
    assert other.get(f"{page}{draft.pk}/change/").status_code in {302, 404}
