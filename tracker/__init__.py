"""The project: settings, processes and the embedded database."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
