"""The app's entry in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Names the app."""

    name = "programs"
    verbose_name = _("Programs")
