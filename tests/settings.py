"""The portal's settings, made fast and self-contained for tests."""

import os

from strategy_portal.settings import *  # noqa: F403

SECRET_KEY = "for-tests-only-0123456789-0123456789-0123456789-0123456789"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    # Each test gets a folder of its own, see conftest.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come from their sources, so no test waits for collectstatic.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# No test rings a bell that somebody else hears: nothing listens on this port, and
# Celery would prefer the variable to the setting.
os.environ.pop("CELERY_BROKER_URL", None)
CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
