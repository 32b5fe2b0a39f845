"""Who may do what over the API: every operation, for every kind of caller, by one table."""

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings as configured
from django.contrib.auth.models import User
from django.db import transaction
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.test import Client, override_settings
from django.urls import resolve
from django.urls.resolvers import URLResolver, get_resolver
from django.utils import timezone
from django.utils.crypto import get_random_string

from procurement.access.models import AccessToken
from procurement.access.roles import ROLES
from procurement.access.tokens import create_user, issue_token, revoke_token
from procurement.alerts.models import Delivery, Mute
from procurement.api.facts.merged import FACTS
from procurement.api.facts.viewset import Facts
from procurement.contracts.models import ContractStatusChange
from procurement.contracts.recording import contract_status_changes
from procurement.fiscal.models import FiscalCalendar
from procurement.flags.models import Flag
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.models import ColumnMapping, DoubtfulMatch, ImportBatch
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.recording import status_changes
from procurement.rates.models import ExchangeRate
from procurement.recorders import FACT_TABLES
from procurement.sources.models import Document
from tests.admin.portfolio import DAY, fill
from tests.alerts.subscribers import subscribe
from tests.api.calling import ROOT
from tests.delivery.outbox import make_delivery
from tests.exports.made import make
from tests.makers import make_program, make_source

#: What each kind of caller gets for each kind of operation; ok is the status in the line of the operation.
#:
#: public: reading what ANONYMOUS_READ opens   named: reading what needs a user, and one's own
#: mine: changing one's own subscriptions, channels and deliveries   token: changing another token of one's own
#: write: what analysts may   review: what reviewers may
#: draft, decide, withdraw: reading another person's draft of a stop, approving or refusing it, withdrawing it
#: theirs, change, revoke: reading another person's rows, changing them, and changing another person's tokens
CALLERS = """
                              public  named  mine  token  write  review  theirs  change  revoke  draft  decide  withdraw
anonymous where that is open    ok     401    401   401    401    401     401     401     401   401    401     401
anonymous where it is not       401    401    401   401    401    401     401     401     401   401    401     401
unknown token                   401    401    401   401    401    401     401     401     401   401    401     401
expired token                   401    401    401   401    401    401     401     401     401   401    401     401
revoked token                   401    401    401   401    401    401     401     401     401   401    401     401
token of who left               401    401    401   401    401    401     401     401     401   401    401     401
reader read                     ok     ok     403   403    403    403     404     403     403   404    403     403
reader alerts                   ok     ok     ok    403    403    403     404     404     403   404    403     403
reader write                    ok     ok     ok    ok     403    403     404     404     404   404    403     403
reader admin                    ok     ok     ok    ok     403    403     404     404     404   404    403     403
analyst read                    ok     ok     403   403    403    403     404     403     403   404    403     403
analyst write                   ok     ok     ok    ok     ok     403     404     404     404   404    403     404
reviewer write                  ok     ok     ok    ok     ok     ok      404     404     404   ok     ok      ok
administrator read              ok     ok     403   403    403    403     404     403     403   404    403     403
administrator alerts            ok     ok     ok    403    403    403     404     404     403   404    403     403
administrator write             ok     ok     ok    ok     ok     ok      404     404     404   ok     ok      ok
administrator admin             ok     ok     ok    ok     ok     ok      ok      ok      ok    ok     ok      ok
session of a reader             ok     ok     ok    ok     403    403     404     404     404   404    403     403
session of an administrator     ok     ok     ok    ok     ok     ok      ok      ok      ok    ok     ok      ok
session without a CSRF token    ok     ok     403   403    403    403     404     403     403   404    403     403
"""

#: Each operation with its kind, and its status for who may: an empty body is let through, and then refused with 400.
OPERATIONS = """
GET   -                                      public 200
GET   schema/                                public 200
GET   docs/                                  public 200
GET   organizations/                         public 200
POST  organizations/                         write  400
GET   organizations/{organization}/          public 200
GET   organizations/{organization}/history/  public 200
PUT   organizations/{organization}/          write  200
PATCH organizations/{organization}/          write  200
GET   documents/                             public 200
POST  documents/                             write  400
GET   documents/{document}/                  public 200
GET   documents/{document}/history/          public 200
PUT   documents/{document}/                  write  200
PATCH documents/{document}/                  write  200
GET   documents/{document}/copies/           public 200
GET   documents/{document}/copy/             public 404
POST  documents/{document}/copy/             write  201
PUT   documents/{document}/copy/             write  201
GET   programs/                              public 200
POST  programs/                              write  400
GET   programs/{program}/                    public 200
PUT   programs/{program}/                    write  400
PATCH programs/{program}/                    write  200
GET   programs/{program}/exposure/           public 200
GET   programs/{program}/timeline/           public 200
GET   programs/{program}/timeline.svg         public 200
GET   programs/{program}/timeline.png         public 200
GET   programs/{program}/history/            public 200
GET   contracts/                             public 200
POST  contracts/                             write  400
GET   contracts/{contract}/                  public 200
GET   contracts/{contract}/history/          public 200
PUT   contracts/{contract}/                  write  400
PATCH contracts/{contract}/                  write  200
GET   exchange-rates/                        public 200
POST  exchange-rates/                        write  400
GET   exchange-rates/{rate}/                 public 200
GET   fiscal-years/                          public 200
POST  fiscal-years/                          write  400
GET   fiscal-years/{calendar}/               public 200
GET   fiscal-years/{calendar}/history/       public 200
PUT   fiscal-years/{calendar}/               write  400
PATCH fiscal-years/{calendar}/               write  200
GET   exposure/                              public 200
GET   exposure/series/?interval=year&from=2020-01-01&to=2020-01-01  public 200
GET   exposure/schedule/                     public 200
POST  exposure/query/                        public 200
POST  exposure/series/query/                 public 400
POST  exposure/schedule/query/               public 200
GET   portfolio/                             public 200
GET   changes/                               public 200
GET   flags/                                 public 200
GET   flags/{flag}/                          public 200
GET   flags/{flag}/events/                   public 200
POST  flags/{flag}/acknowledge/              write  200
POST  flags/acknowledge/                     write  400
POST  flags/{flag}/accept/                   review 400
POST  flags/{flag}/resolve/                  review 400
POST  flags/{flag}/reopen/                   review 400
POST  flags/accept/                          review 400
GET   flag-rules/                            public 200
GET   flag-rules/presumption/                public 200
GET   column-mappings/                       public 200
POST  column-mappings/                       write  400
GET   column-mappings/{mapping}/             public 200
GET   column-mappings/{mapping}/history/     public 200
PUT   column-mappings/{mapping}/             write  400
PATCH column-mappings/{mapping}/             write  200
GET   assignment-rules/                      public 200
POST  assignment-rules/                      write  400
GET   assignment-rules/{rule}/               public 200
GET   assignment-rules/{rule}/history/       public 200
PUT   assignment-rules/{rule}/               write  400
PATCH assignment-rules/{rule}/               write  200
GET   assignment-rules/{rule}/trial/         public 200
POST  assignment-rules/{rule}/apply/         write  201
GET   exports/                               public 200
GET   exports/latest/                        public 200
GET   exports/latest/a.csv.gz                public 200
GET   ocds/releases/                         public 200
GET   ocds/records/                          public 200
GET   ocds/records/{ocid}/                   public 200
GET   ocds/export.jsonl                      public 200
GET   imports/                               named  200
POST  imports/                               write  400
GET   imports/{batch}/                       named  200
GET   imports/{batch}/issues/                named  200
POST  imports/{batch}/undo/                  write  409
GET   doubtful-matches/                      named  200
GET   doubtful-matches/{match}/              named  200
POST  doubtful-matches/{match}/decide/       write  400
GET   subscriptions/                         named  200
POST  subscriptions/                         mine   400
GET   subscriptions/{my_subscription}/       named  200
PUT   subscriptions/{my_subscription}/       mine   400
PATCH subscriptions/{my_subscription}/       mine   200
DELETE subscriptions/{my_subscription}/      mine   204
GET   subscriptions/{their_subscription}/    theirs 200
PUT   subscriptions/{their_subscription}/    change 400
PATCH subscriptions/{their_subscription}/    change 200
DELETE subscriptions/{their_subscription}/   change 204
GET   subscriptions/{my_subscription}/feed/  named  200
POST  subscriptions/{my_subscription}/feed/  mine   200
POST  subscriptions/preview/                 mine   200
GET   subscriptions/{my_subscription}/preview/    named  200
GET   subscriptions/{their_subscription}/preview/ theirs 200
GET   channels/                              named  200
POST  channels/                              mine   400
GET   channels/{my_channel}/                 named  200
PATCH channels/{my_channel}/                 mine   200
DELETE channels/{my_channel}/                mine   204
POST  channels/{my_channel}/resume/          mine   200
POST  channels/{my_channel}/test/            mine   200
POST  channels/{my_channel}/verify/          mine   400
GET   channels/{their_channel}/              theirs 200
PATCH channels/{their_channel}/              change 200
DELETE channels/{their_channel}/             change 204
POST  channels/{their_channel}/resume/       change 200
POST  channels/{their_channel}/test/         change 200
POST  channels/{their_channel}/verify/       change 400
POST  channels/{their_channel}/vouch/        change 200
GET   mutes/                                 named  200
POST  mutes/                                 mine   400
GET   mutes/{my_mute}/                       named  200
DELETE mutes/{my_mute}/                      mine   204
GET   mutes/{their_mute}/                    theirs 200
DELETE mutes/{their_mute}/                   change 204
GET   notices/                               named  200
GET   notices/{my_notice}/                   named  200
GET   notices/{their_notice}/                theirs 200
GET   deliveries/                            named  200
GET   deliveries/{my_delivery}/              named  200
POST  deliveries/{my_delivery}/replay/       mine   200
POST  deliveries/replay/                     mine   200
GET   deliveries/{their_delivery}/           theirs 200
POST  deliveries/{their_delivery}/replay/    change 200
GET   status-drafts/                         named  200
GET   status-drafts/{draft}/                 draft  200
POST  status-drafts/{draft}/approve/         decide 200
POST  status-drafts/{draft}/refuse/          decide 400
POST  status-drafts/{draft}/withdraw/        withdraw 403
GET   tokens/                                named  200
GET   tokens/{my_token}/                     named  200
PATCH tokens/{my_token}/                     token  200
DELETE tokens/{my_token}/                    token  204
GET   tokens/{their_token}/                  theirs 200
PATCH tokens/{their_token}/                  revoke 200
DELETE tokens/{their_token}/                 revoke 204
"""
#: The same for every table of facts; {id} is a row of it. Their viewsets are alike in what each may, so all kinds of
#: callers try one of them, and some the others.
OF_FACTS = """
GET   {name}/              public 200
POST  {name}/              write  400
GET   {name}/{id}/         public 200
POST  {name}/{id}/correct/ write  400
POST  {name}/{id}/reverse/ write  400
"""


SOME = {
    "anonymous where it is not", "reader read", "reader write", "analyst write", "session without a CSRF token"
}  # fmt: skip


def lines() -> Iterator[tuple[str, str, str, int]]:
    facts = "".join(OF_FACTS.replace("{name}", t.resource).replace("{id}", f"{{{t.name}}}") for t in FACT_TABLES)
    for line in (OPERATIONS + facts).split("\n"):
        if line:
            method, path, kind, status = line.split()
            yield method, path.removeprefix("-"), kind, int(status)


def verdicts() -> dict[str, dict[str, str]]:
    head, *rows = [line for line in CALLERS.split("\n") if line]
    kinds = head.split()
    found = {}
    for row in rows:
        *who, given = row.rsplit(maxsplit=len(kinds))[0], row.split()[-len(kinds) :]
        found[" ".join(who)] = dict(zip(kinds, given, strict=True))
    return found


# every operation has a line


def operations(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for each in patterns:
        route = prefix + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            yield from operations(each.url_patterns, route) if route.startswith("api/v1/") else ()
        elif route.startswith("api/v1/"):
            yield from (
                (method.upper(), route)
                for method in getattr(each.callback, "actions", None) or ["get"]
                if method != "head"
            )


def test_every_operation_has_a_line():
    filled = dict.fromkeys(("program", "ocid"), "1") | {"program": "x"}
    named = {(method, resolve("/api/v1/" + Holes(filled).fill(path)).route) for method, path, _kind, _status in lines()}
    assert set(operations(get_resolver().url_patterns)) == named


class Holes(dict[str, Any]):
    """What stands for the names in a path."""

    def __missing__(self, _name: str) -> str:
        return "1"

    def fill(self, path: str) -> str:
        return path.partition("?")[0].format_map(self)


# and everybody gets what the table says


def of_everybody() -> dict[str, Any]:
    """A row of each table, and their owner's, who is nobody of those who call."""
    stranger = create_user("stranger", "analyst")
    contract = fill(stranger)
    contract_status_changes.record(
        ContractStatusChange(contract=contract, status="suspended", effective_on=DAY, source=make_source())
    )
    FiscalCalendar.objects.get_or_create(country="XK", defaults={"first_month": 4, "label": 0})
    tables = {
        "organization": Organization, "document": Document, "rate": ExchangeRate, "calendar": FiscalCalendar,
        "flag": Flag, "mapping": ColumnMapping, "rule": AssignmentRule, "batch": ImportBatch, "match": DoubtfulMatch,
    }  # fmt: skip
    rows = tables | {table.name: table.model for table in FACT_TABLES}
    found: dict[str, Any] = {name: model._default_manager.earliest("pk").pk for name, model in rows.items()}
    found |= {"program": Program.objects.earliest("pk").code, "contract": contract.pk, "ocid": an_ocid()}
    found["draft"] = a_draft(stranger)
    return found | {f"their_{name}": pk for name, pk in of_user(stranger).items()}


def a_draft(user: User) -> int:
    """A stop that waits for a second person, proposed by a user."""
    given = {"kind": "decision", "status": "suspended", "effective_on": DAY, "source": make_source()}
    with override_settings(STOPS_NEED_APPROVAL=True):
        change = StatusChange(program=make_program("of-a-draft"), entered_by=user, **given)
        draft: int = status_changes.record(change).draft.pk
    return draft


def an_ocid() -> str:
    return str(Client().get(f"{ROOT}ocds/records/").json()["records"][0]["ocid"])


def of_user(user: User) -> dict[str, int]:
    """A subscription of a user, with its channel and a failed message, and a token."""
    subscription = subscribe(user, address=f"{user.username}@example.org")
    delivery = make_delivery(subscription, state=Delivery.State.FAILED)
    issue_token(user.username, "read")
    token = AccessToken.objects.latest("id").pk
    mute = Mute.objects.create(owner=user, rule="r", until=timezone.now() + dt.timedelta(days=1)).pk
    return {
        "mute": mute, "notice": delivery.notices.get().pk,
        "subscription": subscription.pk, "channel": subscription.channel_id, "delivery": delivery.pk, "token": token
    }  # fmt: skip


def callers() -> dict[str, tuple[Client, str]]:
    """A client for each line of the table, and the role of its user."""
    found = {who: of_token(*who.split()) for who in CALLING if len(who.split()) == 2 and who.split()[1] in SCOPES}
    found["anonymous where that is open"] = found["anonymous where it is not"] = (Client(), "reader")
    found["unknown token"] = (bearing("0" * 64), "reader")
    for who in ("expired token", "revoked token", "token of who left"):
        found[who] = (bearing(spoilt(who)), "reader")
    found["session of a reader"] = (signed_in("reader"), "reader")
    found["session of an administrator"] = (signed_in("administrator"), "administrator")
    found["session without a CSRF token"] = (signed_in("reader", has_csrf_token=False), "reader")
    return found


def of_token(role: str, scope: str) -> tuple[Client, str]:
    return bearing(issue_token(f"the-{role}", scope).token), role


def bearing(token: str) -> Client:
    return Client(headers={"Authorization": f"Token {token}"})


def spoilt(how: str) -> str:
    create_user(how, "administrator")
    token = issue_token(how, "admin").token
    row = AccessToken.objects.latest("id")
    if how == "expired token":
        AccessToken.objects.filter(pk=row.pk).update(expiry=timezone.now() - dt.timedelta(seconds=1))
    elif how == "revoked token":
        revoke_token(row.pk, now=timezone.now())
    else:
        User.objects.filter(pk=row.user_id).update(is_active=False)
    return token


def signed_in(role: str, *, has_csrf_token: bool = True) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username=f"the-{role}"))
    if has_csrf_token:
        secret = get_random_string(CSRF_SECRET_LENGTH, allowed_chars=CSRF_ALLOWED_CHARS)
        client.cookies[configured.CSRF_COOKIE_NAME] = secret
        client.defaults["HTTP_X_CSRFTOKEN"] = secret
    return client


def answered(client: Client, method: str, path: str) -> Any:
    """The answer of a request with an empty body."""
    given = {} if method == "GET" or path == "imports/" else {"data": "{}", "content_type": "application/json"}
    found = getattr(client, method.lower())(ROOT + path, **given)
    if found.streaming:
        list(found.streaming_content)
    return found


def undone(client: Client, method: str, path: str) -> Any:
    """The same; whatever it changes is undone."""
    with transaction.atomic():
        found = answered(client, method, path)
        transaction.set_rollback(True)
    return found


def briefly(client: Client, path: str) -> Any:
    """Whether reading is allowed, without reading: an unknown parameter is refused right after the caller is let in."""
    return answered(client, "GET", f"{path.partition('?')[0]}?no_such_parameter=1")


CALLING, SCOPES = verdicts(), AccessToken.Scope.values
ALIKE = FACTS.keys() - {"ledger-entries"}
#: Who really reads everything that is public, and what is no list, and so refuses no parameter.
OPEN, UNLISTED = "anonymous where that is open", {"", "schema/", "docs/"}


def test_the_viewsets_of_facts_let_the_same_callers_in():
    for resource in FACTS.values():
        for name in ("authentication_classes", "permission_classes", "needs", "get_permissions", "check_permissions"):
            assert getattr(resource, name) == getattr(Facts, name), (resource, name)


def test_everybody_gets_what_the_table_says(db, settings, tmp_path):
    settings.EXPORT_FOLDER = tmp_path
    make(tmp_path, "20260101T030000Z")
    logging.disable(logging.CRITICAL)
    rows = of_everybody()
    own = {role: of_user(create_user(f"the-{role}", role)) for role in ROLES}
    people, wrong = callers(), []
    assert people.keys() == CALLING.keys()
    for who, (client, role) in people.items():
        settings.ANONYMOUS_READ = "is not" not in who
        ids = rows | {f"my_{name}": pk for name, pk in own[role].items()}
        for method, path, kind, status in lines():
            if path.partition("/")[0] in ALIKE and who not in SOME:
                continue
            verdict, address = CALLING[who][kind], path.format_map(ids)
            wanted = status if verdict == "ok" else int(verdict)
            if verdict != "ok":
                answer = answered(client, method, address)
            elif method == "POST" and kind == "public":  # a question in a body; a session proves that it is meant
                answer = undone(client, method, address)
                wanted = 403 if "without a CSRF" in who else status
            elif kind != "public" or who == OPEN or path in UNLISTED:
                answer = undone(client, method, address)
            else:
                answer, wanted = briefly(client, address), 400
            if answer.status_code != wanted or (wanted == 401 and not answer["WWW-Authenticate"]):
                wrong.append((who, method, path, answer.status_code, wanted))
    logging.disable(logging.NOTSET)
    assert wrong == []
