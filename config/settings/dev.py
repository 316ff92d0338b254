"""`make up`: the whole product on one machine, embedded servers unless the environment names others."""

import sys

from config import embedded, pseudo
from config.settings import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, DATA, EXPORTS_FILE, LANGUAGES, LOCALE_PATHS

# these need no database, or make their own; starting one for them would cost a second
BARE = {"check", "help", "makemessages", "restore", "version", "--help", "--version"}
start = embedded.addresses if BARE & set(sys.argv[1:2]) else embedded.attach
servers = start(DATA)  # DATABASE_URL and REDIS_URL where set, else our own servers under DATA
STATIC_ROOT = None  # the web process serves the files where they lie; nothing is collected
DEBUG = env.flag("NJIA_DEBUG")
SECRET_KEY = embedded.secret(DATA, "django")  # made at first start, kept 0600 under DATA
DATABASES = {"default": embedded.database(servers.database)}
REDIS_URL = servers.redis
CELERY_BROKER_URL = embedded.broker(REDIS_URL)
if env.flag("NJIA_PSEUDO"):  # for whoever makes pages: long, accented words show what breaks
    LANGUAGES = [*LANGUAGES, (pseudo.CODE, pseudo.NAME)]
    LOCALE_PATHS = [*LOCALE_PATHS, DATA / "pseudo"]
EXPORTS_FILE = EXPORTS_FILE or str(BASE_DIR / "exports.example.toml")
DEMONSTRATION = True  # simulated gateways, demonstration edition and accounts, on loopback only
