"""The feed of a subscription at its secret address (RFC 4287).

Whoever has the address reads it, without a login and without a cookie. Nothing between may keep it for others.
"""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from procurement.alerts.models import Delivery, Subscription
from procurement.delivery.feeding import MOST, Entry, entries_of, feed_at, feed_url, messages_of
from procurement.pages.reading import SMALL, within_limits
from tracker.version import VERSION

TITLE = "Defence-procurement tracker"
#: The year from which feeds are named by the host of this service (RFC 4151).
NAMED_FROM = 2026


class SubscriptionFeed(Atom1Feed):
    """Atom that was last updated when its newest message was made; an empty one, when its subscription was."""

    def latest_post_date(self) -> dt.datetime:
        """The moment of the newest entry."""
        moments: list[dt.datetime] = [self.feed["since"], *(item["updateddate"] for item in self.items)]
        return max(moments)


@require_safe
def subscription_feed(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The messages of a subscription; 410 where its address was renewed or it was deleted, 404 while it is off."""
    found = feed_at(signed)
    if found.subscription is None:
        return _private(HttpResponse(status=410 if found.ended else 404))
    subscription = found.subscription
    messages = messages_of(subscription)
    tag, changed = _tag(subscription, messages), _changed(subscription, messages)
    known = get_conditional_response(request, etag=tag, last_modified=int(changed.timestamp()))
    if known is not None:
        return _private(known)
    answer = within_limits(request, SMALL, lambda: _answer(subscription, messages))
    if answer.status_code == 200:
        answer["ETag"], answer["Last-Modified"] = tag, http_date(changed.timestamp())
    return _private(answer)


def _answer(subscription: Subscription, messages: Sequence[Delivery]) -> HttpResponse:
    feed = SubscriptionFeed(**_about(subscription), since=subscription.created_at)
    for entry in entries_of(subscription, messages):
        feed.add_item(**_item(entry))
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _about(subscription: Subscription) -> dict[str, Any]:
    host = urlsplit(settings.PUBLIC_URL).hostname
    return {
        "title": f"{subscription.name} – {TITLE}",
        "link": f"{settings.PUBLIC_URL}/admin/procurement/subscription/{subscription.pk}/change/",
        "description": f"The newest {MOST} messages of this subscription.",
        "subtitle": f"The newest {MOST} messages of this subscription.",
        "language": "en",
        "feed_url": feed_url(subscription),
        "feed_guid": f"tag:{host},{NAMED_FROM}:subscriptions/{subscription.pk}",
        "author_name": TITLE,
    }


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "link": entry.link,
        "description": entry.content,
        "unique_id": entry.id,
        "pubdate": entry.at,
        "updateddate": entry.at,
    }


def _tag(subscription: Subscription, messages: Sequence[Delivery]) -> str:
    about = (VERSION, settings.PUBLIC_URL, subscription.name, subscription.zone, [message.pk for message in messages])
    return quote_etag(sha256(repr(about).encode()).hexdigest()[:24])


def _changed(subscription: Subscription, messages: Sequence[Delivery]) -> dt.datetime:
    return max([subscription.created_at, *(message.created_at for message in messages)])


def _private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
