"""Subscriptions, alerts, and the outbox that holds messages until they are sent."""
