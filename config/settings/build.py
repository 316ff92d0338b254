"""For the making of an image alone: static files are collected without a store, a key or a secret."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "of no value: nothing is signed while an image is built"  # noqa: S105
DATABASES: dict[str, dict[str, str]] = {}
DEMONSTRATION = False
REDIS_URL = "unix:///nowhere"
