"""The app's entry in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    """Names the app."""

    name = "metrics"
    verbose_name = _("Metrics")
