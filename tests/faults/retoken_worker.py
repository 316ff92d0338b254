"""A retokening as a process of its own, to be killed: `python -m tests.faults.retoken_worker KEYS STEP TIMES`.

It dies by kill -9 inside the transaction of the so-maniest portion, after its writes and before their commit;
STEP is what the portion does: people or seals.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


def main(keys: str, step: str, times: int) -> None:
    django.setup()
    from django.conf import settings

    from people import identity, rotation

    def mortal(work: Callable[..., int]) -> Callable[..., int]:
        left = [times]

        def done(*args: Any, **options: Any) -> int:
            rows = work(*args, **options)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return rows

        return done

    settings.KEYS_FILE = Path(keys)
    rotation.PORTION = 100
    if step == "people":
        identity.follow = mortal(identity.follow)
    else:
        rotation._write = mortal(rotation._write)
    rotation.retoken()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
