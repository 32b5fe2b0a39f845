"""What a subscription would have sent, as answers show it."""

from typing import Any

from rest_framework import serializers

from procurement.alerts.events import ALL_EVENTS
from procurement.alerts.past_year import MOST
from procurement.alerts.previewing import SECONDS, SHOWN

#: What is to be known of every preview.
REMARKS = (
    "Programs, contracts, organizations, links, amounts and rates are taken as they stand now, also for older events.",
    "What was recorded late or as history is for digests only, and dated by its recording.",
    "Messages are counted with its window of grouping and its quiet hours; mutes and snoozes, which end, are left out.",
    f"Of each kind of row the newest {MOST:,} are looked at; the events of which older ones were left out are in cut.",
    f"A preview that would take longer than {SECONDS} seconds is refused; fewer programs or events take less time.",
)


class PreviewedAlertShape(serializers.Serializer[Any]):
    """One event that it would have told of."""

    event = serializers.ChoiceField(choices=ALL_EVENTS)
    program = serializers.CharField(allow_null=True)
    contract = serializers.IntegerField(allow_null=True)
    summary = serializers.CharField()
    happened_at = serializers.DateTimeField()


class PreviewShape(serializers.Serializer[Any]):
    """What a subscription would have sent over the past year."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    count = serializers.IntegerField(help_text="how many events it would have told of")
    events = serializers.DictField(
        child=serializers.IntegerField(), help_text="how many of each event that the subscription selects"
    )
    messages = serializers.IntegerField(source="messages.count", help_text="how many messages, by its cadence")
    most_per_day = serializers.IntegerField(source="messages.most_per_day")
    busiest_day = serializers.DateField(
        source="messages.busiest_day", allow_null=True, help_text="the first day with so many, in its time zone"
    )
    only_in_digests = serializers.IntegerField(
        help_text="events that were recorded late or as history, and that an immediate subscription leaves out"
    )
    newest = PreviewedAlertShape(many=True, help_text=f"the newest events, {SHOWN} at the most")
    is_cut = serializers.SerializerMethodField(help_text="whether there are more events than are shown")
    cut = serializers.ListField(
        child=serializers.ChoiceField(choices=ALL_EVENTS),
        help_text="the events of which only the newest rows were looked at",
    )
    remarks = serializers.SerializerMethodField()

    def get_is_cut(self, preview: Any) -> bool:
        """Whether the list is cut."""
        return bool(len(preview.newest) < preview.count)

    def get_remarks(self, _preview: Any) -> list[str]:
        """What the figures mean."""
        return list(REMARKS)
