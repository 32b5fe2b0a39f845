"""What channels of the kind webhook are sent, described as OpenAPI webhooks, so that a client can be generated for it.

The types follow delivery/channels/webhook.py and delivery/payloads.py; a test holds messages against them.
"""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiWebhook

from procurement.alerts.comparing import CONTRACT, FIGURES, PROGRAM, SHARE
from procurement.alerts.events import ALL_EVENTS
from procurement.delivery.payloads import VERSION
from procurement.flags.rule import SEVERITIES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
PERHAPS: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri"}


def named(name: str) -> Schema:
    """A reference to a type."""
    return {"$ref": f"#/components/schemas/{name}"}


def several(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def thing(says: str, needed: Mapping[str, Schema], **more: Schema) -> Schema:
    """An object: what it always has, and what it may have. What is added later is no new version."""
    return {
        "type": "object",
        "description": says,
        "properties": {**needed, **more},
        "required": list(needed),
        "additionalProperties": True,
    }


def message(kind: str, says: str) -> Schema:
    """The body of one kind of message."""
    return thing(
        says,
        {
            "type": {"type": "string", "const": kind},
            "version": {"type": "integer", "const": VERSION},
            "timestamp": MOMENT | {"description": "when the message was made; the same at every attempt"},
            "sequence": {
                "type": ["integer", "null"],
                "description": "its number among the messages of the channel, without gaps; null for a test",
            },
            "data": named("WebhookData"),
        },
    )


AMOUNTS = several(named("WebhookAmount"))
SAYS = {
    "alerts": "Something happened. What follows closely on each other comes in one message.",
    "digest": "What happened in a period of the subscription.",
    "test": "Somebody asked for a test; nothing happened.",
}
TYPES = {"alerts": "WebhookAlerts", "digest": "WebhookDigest", "test": "WebhookTest"}

SCHEMAS: dict[str, Schema] = {
    **{TYPES[kind]: message(kind, says) for kind, says in SAYS.items()},
    "WebhookData": thing(
        "What a message says.",
        {
            "summary": TEXT | {"description": "one line"},
            "subscription": {"type": ["integer", "null"], "description": "its id; null for a test"},
            "alerts": several(named("WebhookAlert")),
        },
        subscriptions=several(NUMBER)
        | {"description": "the ids of all that asked for it; several may share a channel"},
        figures=several(named("WebhookFigures")) | {"description": "of a digest: what its period changed in figures"},
    ),
    "WebhookAlert": thing(
        "One alert: what happened, to what, and what is owed. The addresses lead to the rest.",
        {
            "id": NUMBER,
            "summary": TEXT,
            "program": {"oneOf": [named("WebhookProgram"), {"type": "null"}]},
            "contract": {"oneOf": [named("WebhookContract"), {"type": "null"}]},
        },
        event={"type": "string", "enum": list(ALL_EVENTS)},
        happened_at=MOMENT,
        late={"type": "boolean", "description": "history, or recorded long after it took effect"},
        before=PERHAPS | {"description": "the status before; null: none was known"},
        after=PERHAPS | {"description": "the status after; null: none is known"},
        effective_on=DAY,
        speaker=TEXT,
        term=TEXT | {"description": "the speaker's own word for the status"},
        quotation=TEXT,
        source={"oneOf": [named("WebhookSource"), {"type": "null"}]},
        flag=NUMBER | {"description": "the id of the flag"},
        rule=TEXT,
        severity={"type": "string", "enum": list(SEVERITIES)},
        kind=TEXT | {"description": "what happened to the flag"},
        due_on=DAY,
        amount=PERHAPS | {"description": "of the payment that falls due; null: unknown"},
        description=TEXT,
        ends=TEXT | {"description": "what is about to end"},
        ends_on=DAY,
        open_since=DAY | {"description": "of a flag that is still open"},
        days={"type": ["integer", "null"], "description": "for how many days it is open"},
        outstanding=AMOUNTS,
        unaccounted=AMOUNTS,
        share=named("WebhookShare"),
    ),
    "WebhookProgram": thing(
        "A program as it stood.",
        {"code": TEXT, "name": TEXT, "url": ADDRESS, "api_url": ADDRESS},
        local_name=TEXT,
        status=PERHAPS,
        status_since=DAY,
        stopped_on=DAY,
        stopped_as=PERHAPS,
        disputed={"type": "boolean"},
    ),
    "WebhookContract": thing(
        "A contract.",
        {"id": NUMBER, "reference": TEXT, "title": TEXT, "url": ADDRESS, "api_url": ADDRESS},
        local_title=TEXT,
    ),
    "WebhookSource": thing("Where it was said.", {"title": TEXT}, id=NUMBER, url=TEXT),
    "WebhookAmount": thing(
        "A sum of money.", {"currency": TEXT, "amount": PERHAPS | {"description": "a decimal number as text"}}
    ),
    "WebhookFigures": thing(
        "What was outstanding and committed when a digest's period began, and when it ended.",
        {
            "of": {"type": "string", "enum": [PROGRAM, CONTRACT, SHARE]},
            "amounts": several(named("WebhookFigure")),
        },
        program={"type": ["object", "null"], "additionalProperties": True},
        contract={"type": ["object", "null"], "additionalProperties": True},
        share=PERHAPS,
    ),
    "WebhookFigure": thing(
        "One figure in one currency; an amount is null if it is unknown or nothing was on record.",
        {"figure": {"type": "string", "enum": list(FIGURES)}, "currency": TEXT, "before": PERHAPS, "after": PERHAPS},
        change=PERHAPS,
        unknown_before=NUMBER,
        unknown_after=NUMBER,
    ),
    "WebhookShare": thing(
        "What of a contract's amounts is the program's.",
        {"of": TEXT | {"description": "a part of 1"}},
        outstanding=AMOUNTS,
        unaccounted=AMOUNTS,
    ),
}

DESCRIPTION = (
    "{says} Posted to the address of a channel of the kind webhook, and signed as the Standard Webhooks specification "
    "says: check the signature with its library, refuse a timestamp that is more than five minutes off, and drop a "
    "`webhook-id` that you have seen. Answer within 15 seconds."
)


def header(name: str, says: str, schema: Schema) -> Schema:
    """A header of a message."""
    return {"name": name, "in": "header", "required": True, "description": says, "schema": schema}


HEADERS = [
    header("webhook-id", "The same at every attempt at a message.", TEXT),
    header(
        "webhook-timestamp",
        "When this attempt was made, in seconds since 1970.",
        {"type": "string", "pattern": "^[0-9]+$"},
    ),
    header(
        "webhook-signature",
        "`v1,` and the signature in base64 (HMAC-SHA256 over id, timestamp and body, each with a dot after it but the "
        "last); several, with spaces between them, while the secret is changed.",
        TEXT,
    ),
]
ANSWERS = {
    "2XX": {"description": "It is accepted; the beginning of the answer is kept with the attempt."},
    "410": {"description": "Nothing more is wanted: the message has failed, and the channel is paused."},
    "4XX": {"description": "It is tried again for about three days; `Retry-After` is heeded, up to a day."},
    "5XX": {"description": "As 4XX. Redirects are not followed, and count as failures too."},
}


def described(kind: str) -> Schema:
    """One kind of message as an operation of whoever receives it."""
    return {
        "post": {
            "operationId": f"receive_{kind}",
            "summary": SAYS[kind].partition(".")[0],
            "description": DESCRIPTION.format(says=SAYS[kind]),
            "tags": ["channels"],
            "security": [],
            "parameters": HEADERS,
            "requestBody": {"required": True, "content": {"application/json": {"schema": named(TYPES[kind])}}},
            "responses": ANSWERS,
        }
    }


ALERTS, DIGEST, TEST = (OpenApiWebhook(kind, described(kind)) for kind in SAYS)
