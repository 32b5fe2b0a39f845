"""Subscriptions, alerts, and the outbox."""

from procurement.alerts.models.alerts import Alert
from procurement.alerts.models.channels import Channel, ChannelQuerySet
from procurement.alerts.models.deliveries import (
    ARRIVING,
    Delivery,
    DeliveryQuerySet,
    Notice,
    NoticeQuerySet,
    carrier,
    in_order,
    new_message_id,
)
from procurement.alerts.models.groupings import Grouping
from procurement.alerts.models.mutes import Mute, MuteQuerySet
from procurement.alerts.models.owning import administers
from procurement.alerts.models.reminders import Reminder
from procurement.alerts.models.subscriptions import Subscription, SubscriptionQuerySet
from procurement.alerts.models.verifying import VerificationMail

__all__ = [
    "ARRIVING",
    "Alert",
    "Channel",
    "ChannelQuerySet",
    "Delivery",
    "DeliveryQuerySet",
    "Grouping",
    "Mute",
    "MuteQuerySet",
    "Notice",
    "NoticeQuerySet",
    "Reminder",
    "Subscription",
    "SubscriptionQuerySet",
    "VerificationMail",
    "administers",
    "carrier",
    "in_order",
    "new_message_id",
]
