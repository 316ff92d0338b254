"""Production: refuses to start on anything that is only good for a demonstration."""

from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.settings import env
from config.settings.base import *  # noqa: F403
from config.settings.base import ADMIN_PATH, DEFAULT_ADMIN_PATH, KEYS_FILE, LOGGING

SECRET_KEY = env.text("NJIA_SECRET_KEY")
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
missing = [
    name
    for name, value in {
        "NJIA_SECRET_KEY": len(SECRET_KEY) >= 32,
        "DATABASE_URL": DATABASE_URL,
        "REDIS_URL": REDIS_URL,
        "NJIA_KEYS": KEYS_FILE.exists(),
        "NJIA_GATEWAYS": env.text("NJIA_GATEWAYS"),
        "NJIA_ADMIN_PATH": ADMIN_PATH != DEFAULT_ADMIN_PATH,
    }.items()
    if not value
]
if missing:
    raise ImproperlyConfigured(
        f"Production needs {', '.join(missing)}: see .env.example for what each one means."
    )
DATABASES = {"default": embedded.database(DATABASE_URL)}
CELERY_BROKER_URL = embedded.broker(REDIS_URL)
DEMONSTRATION = False
LOG = env.log_form("json")
LOGGING["handlers"]["console"]["formatter"] = LOG  # type: ignore[index]
SECURE_SSL_REDIRECT = env.flag("NJIA_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("NJIA_HSTS_SUBDOMAINS", default=True)
# W021: a place in the lists that browsers ship is for the owner of a whole domain to ask for, and hard to undo
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
