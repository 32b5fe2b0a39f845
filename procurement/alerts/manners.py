"""What is wrong with the manners that a subscription asks for."""

from procurement.alerts.models import Subscription
from procurement.alerts.models.subscriptions import LONGEST_GROUP
from procurement.common.errors import Complaints
from procurement.flags.rule import SEVERITIES


def complain_of_manners(row: Subscription, complaints: Complaints) -> None:
    """Say what would be accepted as the window of grouping, and as quiet hours."""
    if not 0 <= row.group_seconds <= LONGEST_GROUP:
        complaints.add("group_seconds", f"must lie between 0 (each at once) and {LONGEST_GROUP}")
    if row.quiet_passes and row.quiet_passes not in SEVERITIES:
        complaints.add("quiet_passes", f"unknown: {row.quiet_passes[:20]}; accepted: {', '.join(SEVERITIES)}")
    if row.quiet_from is None and row.quiet_until is None:
        if row.quiet_passes:
            complaints.add("quiet_passes", "goes with quiet_from and quiet_until")
    elif row.quiet_from is None or row.quiet_until is None:
        missing = "quiet_from" if row.quiet_from is None else "quiet_until"
        complaints.add(missing, "quiet hours have two ends; a time of day such as 22:00 would be accepted")
    elif row.quiet_from == row.quiet_until:
        complaints.add("quiet_until", "must differ from quiet_from; for news once a day choose the cadence daily")
