"""Freezes an audience in small slices and dies in one: `python -m tests.faults.freeze_worker BLAST SLICE DEATH`.

DEATH: it is killed with kill -9 in the slice of that number, with its rows written and nothing committed.
"""

import itertools
import os
import signal
import sys
from typing import Any

import django


def main(blast: int, slice_: int, death: int) -> None:
    django.setup()
    from campaigns.blasts import freezing
    from campaigns.models import Blast

    add_up, turns = freezing._add_up, itertools.count(1)

    def add_up_or_die(*values: Any) -> None:
        if next(turns) == death:
            os.kill(os.getpid(), signal.SIGKILL)
        add_up(*values)

    freezing.SLICE = slice_
    vars(freezing)["_add_up"] = add_up_or_die
    freezing.freeze(Blast.objects.get(pk=blast))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
