"""Whether a worker or beat does its work, for whoever asks from beside it without a word to the broker.

Each task that begins and each one that was handed to the broker touches the file that NJIA_ALIVE names. Beat wakes
the queue `now` every second and `bulk` every two, so a file that gets old means: no work comes through here.
`python -m config.alive` judges the file, or a web process by its /healthz; it loads nothing, so it is quick.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

FRESH: Final = 60.0  # seconds; a restart of broker or beat is shorter
VARIABLE: Final = "NJIA_ALIVE"


def touch(**_signal: Any) -> None:  # noqa: ANN401 - what Celery tells its receivers
    """A receiver of Celery's signals. A file that cannot be touched is the judge's to tell, not a task's end."""
    if file := os.environ.get(VARIABLE):
        try:
            Path(file).touch()
        except OSError:
            return


def fresh(file: Path, *, now: float) -> bool:
    """Whether it was touched within FRESH seconds before `now` (epoch seconds)."""
    try:
        return now - file.stat().st_mtime < FRESH
    except FileNotFoundError:
        return False


def serves(address: str) -> bool:
    """Whether a web process says that it is up."""
    place = urlsplit(address)
    asked = HTTPConnection(place.hostname or "", place.port, timeout=3)
    try:
        asked.request("GET", place.path)
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def main(words: list[str]) -> int:
    """`python -m config.alive [ADDRESS]`: 0 when it lives, 1 when not."""
    if words:
        return 0 if serves(words[0]) else 1
    return 0 if fresh(Path(os.environ.get(VARIABLE, "")), now=time.time()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
