"""A sender as a process of its own, to be killed: `python -m tests.faults.blast_worker BLAST [FAILPOINT]`.

Does what beat and the bulk worker do together, turn after turn, until the blast is done.
Failpoint "answered": dies by kill -9 between the provider's first answer and the commit of its results.
"""

import os
import signal
import sys
from typing import Any

import django


def main(blast: int, failpoint: str) -> None:
    django.setup()
    from campaigns.blasts import leases, sending, settling
    from campaigns.models import Blast

    def die(*_args: Any, **_options: Any) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    if failpoint == "answered":
        leases.commit = die
    while Blast.objects.get(pk=blast).state == Blast.State.RUNNING:
        settling.tend(seconds=1)
        sending.run(blast, seconds=5)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
