"""The wiring's entry in Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Holds the management commands that need several apps."""

    name = "strategy_portal"
    label = "portal"
