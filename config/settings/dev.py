"""`make up`: the whole product on one machine, embedded servers unless the environment names others."""

import os

from config import embedded
from config.settings.base import *  # noqa: F403
from config.settings.base import DATA, env

servers = embedded.attach(DATA)  # addresses of the servers living under DATA, started by need
DEBUG = env.flag("NJIA_DEBUG")
SECRET_KEY = embedded.secret(DATA, "django")  # made at first start, kept 0600 under DATA
DATABASES = {"default": embedded.database(os.environ.get("DATABASE_URL") or servers.database)}
REDIS_URL = os.environ.get("REDIS_URL") or servers.redis
CELERY_BROKER_URL = REDIS_URL
DEMONSTRATION = True  # simulated gateways, demonstration edition and accounts, on loopback only
