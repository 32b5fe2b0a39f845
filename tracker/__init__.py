"""The project: settings, processes and the database that needs no installing."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
