"""Deleting what is only kept for a while: logs, never facts and nothing that a fact names."""

import datetime as dt

from axes.models import AccessAttempt, AccessFailureLog

from procurement.access.models import AccessToken
from procurement.access.session_models import LoginSession
from procurement.alerts.models import VerificationMail
from procurement.delivery.models import Attempt
from procurement.recovery.erasing import ERASED


def forget_logs(*, days: int, now: dt.datetime, answers_days: int | None = None) -> dict[str, int]:
    """Delete failed logins, sent verification mails, and sessions and tokens that ended more than so many days ago.

    With `answers_days` also what receivers answered to messages that old; the messages and attempts stay. Returns how
    many rows of what. Safe to repeat and to kill.
    """
    before = now - dt.timedelta(days=days)
    done = {
        "failed logins": AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0]
        + AccessFailureLog.objects.filter(attempt_time__lt=before).delete()[0],
        "verification mails": VerificationMail.objects.filter(sent_at__lt=before).delete()[0],
        "sessions": LoginSession.objects.filter(expire_date__lt=before).delete()[0],
        "tokens": AccessToken.objects.filter(expiry__lt=before).delete()[0],
    }
    if answers_days is not None:
        old = Attempt.objects.filter(at__lt=now - dt.timedelta(days=answers_days))
        answers = old.exclude(answer__in=["", ERASED]).update(answer=ERASED)
        done["answers of receivers"] = answers + old.exclude(error__in=["", ERASED]).update(error=ERASED)
    return done
