"""A sender of single SMS as a process of its own, to be killed: `python -m tests.faults.reply_worker [SECONDS]`.

Sends what waits and ends; with SECONDS it looks again so long after each turn, as beat makes it, until it is killed.
"""

import sys
import time

import django


def main(pause: float) -> None:
    django.setup()
    from django.utils import timezone

    from campaigns.replies import outbox

    outbox.send_waiting(at=timezone.now())
    while pause:
        time.sleep(pause)
        outbox.send_waiting(at=timezone.now())


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
