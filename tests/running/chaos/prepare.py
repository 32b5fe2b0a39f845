"""What a service has before anything happens: who posts, who is told, and a schedule that does much in minutes."""

import datetime as dt
import json
import os
import sys

import django

#: Seconds between two sweeps.
SWEEPS = 15
MAILS = "reader@example.org"


def main(url: str) -> None:
    """Enter it all, and print what a client must know."""
    from django.db.models import F
    from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

    from procurement.access.tokens import issue_token
    from procurement.alerts.events import EVENTS
    from procurement.alerts.models import Subscription
    from procurement.delivery.addressing import create_channel
    from tests.alerts.subscribers import make_user, subscribe
    from tests.delivery.channels.test_webhook import SECRET
    from tests.makers import make_source

    token = issue_token("poster", "write", days=30, name="").token
    owner = make_user("subscriber")
    for path, group_seconds in (("at-once", 0), ("grouped", 5)):
        channel = create_channel(owner=owner, kind="webhook", address=f"{url}/{path}", settings={"secret": SECRET})
        subscribe(owner, channel=channel, events=EVENTS, name=path, group_seconds=group_seconds)
    subscribe(owner, address=MAILS, events=EVENTS, name="mails", group_seconds=5)
    # what is late is told in digests only
    subscribe(owner, address=MAILS, events=EVENTS, name="digests", cadence="daily")
    # of what happens while a clock is behind they hear too
    Subscription.objects.update(created_at=F("created_at") - dt.timedelta(days=7))
    every, _ = IntervalSchedule.objects.get_or_create(every=SWEEPS, period="seconds")
    PeriodicTask.objects.filter(name="sweep").update(interval=every)
    PeriodicTasks.update_changed()
    print(json.dumps({"token": token, "source": make_source("2025-01-01").pk}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    main(sys.argv[1])
