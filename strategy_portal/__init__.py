"""The wiring: settings, URLs, the worker, and the pages that need several apps."""

from strategy_portal.celery import app as celery_app

__all__ = ["celery_app"]
