"""The first steps of every start, in one process because loading Django costs a second each time.

A demonstration publishes and makes its accounts besides; a real service does both by hand.
"""

import os
import sys

import django
import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from config import catalogues, pseudo, shell
from gateways import load
from people import keys

STEPS = (
    ("migrate", "--verbosity", "0", "--no-input"),
    ("roles",),
    ("languages",),
    ("networks",),
    ("load_content",),
)
DEMONSTRATION_STEPS = (
    ("publish", "--kind", "demonstration", "--or-stay"),
    ("demo_accounts",),
)


def main() -> None:
    """Every step can be done again: a start that was broken off goes on with the same data."""
    catalogues.compile_all()
    django.setup()
    if any(code == pseudo.CODE for code, _ in settings.LANGUAGES):
        pseudo.write(catalogues.catalogues()[0], settings.DATA / "pseudo")
    look_around()
    for name, *words in (*STEPS, *(DEMONSTRATION_STEPS if settings.DEMONSTRATION else ())):
        if name == "publish":
            publish(*words)
        else:
            call_command(name, *words)


def publish(*words: str) -> None:
    """Content that cannot be published keeps nobody from starting: it is mended on the pages."""
    try:
        call_command("publish", *words)
    except CommandError as refused:
        sys.stderr.write(f"{refused}\nWhat was published before goes on; mend it under Editions.\n")


def look_around() -> None:
    """What the parts read when they load can be read, or their troubles would be told by each of them."""
    load(settings.GATEWAYS_FILE, data=settings.DATA, network_port=settings.NETWORK_PORT)
    keys.load(settings.KEYS_FILE, demonstration=settings.DEMONSTRATION)
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5) as broker:
        broker.ping()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    sys.exit(shell.attempt(main))
