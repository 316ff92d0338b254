"""A sender as a process of its own, to be killed: `python -m tests.faults.blast_worker BLAST [FAILPOINT]`.

Does what beat and the bulk worker do together, turn after turn, until the blast is done.
Failpoints: "answered": dies by kill -9 between the provider's first answer and the commit of its results.
"clock": this process's clock jumps by an hour to and fro, several times a second. "ahead" and "behind": it is
wrong by an hour all the time.
"""

import itertools
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import django

HOUR = 3600.0
JUMPS = {"clock": (HOUR, 0.0, -HOUR, 0.0), "ahead": (HOUR,), "behind": (-HOUR,)}  # seconds


def main(blast: int, failpoint: str) -> None:
    django.setup()
    from campaigns.blasts import leases, sending, settling
    from campaigns.models import Blast

    def die(*_args: Any, **_options: Any) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    if failpoint == "answered":
        leases.commit = die
    if failpoint in JUMPS:
        misread(JUMPS[failpoint])
    while Blast.objects.get(pk=blast).state == Blast.State.RUNNING:
        settling.tend(seconds=1)
        sending.run(blast, seconds=5)


def misread(jumps: tuple[float, ...]) -> None:
    """The wall clock of this process is wrong, each tenth of a second by the next of these seconds."""
    from django.utils import timezone

    wrong, now, seconds = [jumps[0]], timezone.now, time.time
    timezone.now = lambda: now() + timedelta(seconds=wrong[0])
    time.time = lambda: seconds() + wrong[0]

    def jump() -> None:
        for wrong[0] in itertools.cycle(jumps):
            time.sleep(0.1)

    threading.Thread(target=jump, daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
