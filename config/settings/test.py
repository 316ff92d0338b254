"""Tests: real PostgreSQL and Valkey, thrown away afterwards; keys of no value."""

import os
import tempfile
from pathlib import Path

from config import embedded
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

DATA = Path(os.environ.get("NJIA_TEST_DATA") or tempfile.gettempdir())
KEYS_FILE = DATA / "keys.toml"
SECRET_KEY = "tests only"  # noqa: S105
# tests/servers.py names the throw-away servers; the defaults serve the type checker, which never connects
DATABASES = {
    "default": embedded.database(os.environ.get("DATABASE_URL", "postgresql://njia@/njia"))
}
REDIS_URL = os.environ.get("REDIS_URL", "unix:///nowhere")
CELERY_BROKER_URL = embedded.broker(REDIS_URL)
CELERY_TASK_ALWAYS_EAGER = False
DEMONSTRATION = True
EXPORTS_FILE = str(BASE_DIR / "exports.example.toml")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
WHITENOISE_AUTOREFRESH = True  # no collected files in tests: found where they lie
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
