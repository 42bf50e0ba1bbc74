"""Files of a test lie in a folder of its own: imports are read from paths."""

from pathlib import Path

import pytest

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    settings.STORAGES = STORAGES
    settings.MEDIA_ROOT = tmp_path / "files"
