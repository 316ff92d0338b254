"""One part of the product, for whoever runs each in a container or unit of its own (docker-compose.yml).

`python -m config.part NAME` becomes the part; `first` does the first steps and ends. Parts that are nothing
without the stores wait for them; the door and the pages start without.
"""

import argparse
import os
import socket
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import parts, shell
from config.settings import env

PATIENCE = 120.0  # seconds for the stores to come; after that whoever started us tries again
PAUSE = 0.5  # seconds between two looks
STORES = ("DATABASE_URL", "REDIS_URL")
PORTS = {"postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379}


def wait_for_stores(patience: float = PATIENCE, names: Sequence[str] = STORES) -> None:
    """Until all take connections. Raises ImproperlyConfigured, by name, for the one that does not."""
    until = time.monotonic() + patience
    for name, address in {name: env.text(name) for name in names}.items():
        while (place := _place(address)) and not _answers(place):
            if time.monotonic() > until:
                raise ImproperlyConfigured(
                    f"{place[0]}, which {name} names, takes no connection on port {place[1]}."
                )
            time.sleep(PAUSE)


def _place(address: str) -> tuple[str, int] | None:
    """Host and port; None for a socket file, or where no address is given."""
    told = urlsplit(address)
    return (told.hostname, told.port or PORTS[told.scheme]) if told.hostname else None


def _answers(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, 2).close()
    except OSError:
        return False
    return True


def become(part: parts.Part) -> None:
    """Take the part's place in this very process: signals reach it, its end is ours."""
    os.execv(part.command[0], part.command)  # noqa: S606 - a command of our own


def run(part: parts.Part) -> None:
    if part.needs_stores:
        wait_for_stores()
    become(part)


def main() -> int:
    env.read_file()
    known = parts.alone()
    parser = argparse.ArgumentParser(prog="python -m config.part", description=__doc__)
    parser.add_argument("name", choices=sorted(known))
    part = known[parser.parse_args().name]
    return shell.attempt(lambda: run(part))


if __name__ == "__main__":
    sys.exit(main())
