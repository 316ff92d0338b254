"""No process outlives the one that started it, even where that one is killed with kill -9.

Linux alone can promise this (PR_SET_PDEATHSIG). Elsewhere the supervisor still stops what it started
when it ends by itself, and the next start attaches to, or clears away, what a kill left behind.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
SUPERVISED = (
    "NJIA_SUPERVISED"  # the supervisor's process number, set for its children; not for operators
)

LINUX: bool = sys.platform == "linux"
_prctl = ctypes.CDLL(None, use_errno=True).prctl if LINUX else None


def die_with_parent() -> None:
    """Called where a supervised process loads its code (granian's workers): end when its parent ends.

    Does nothing outside `make up`: the kernel watches the parent's *thread*, and a tool that starts
    programs from short-lived threads would kill them by leaving the thread.
    """
    supervisor = os.environ.get(SUPERVISED)
    if not supervisor or not _prctl:
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # each part leads a process group; its worker's parent is that leader, if it still lives
    if os.getppid() not in (int(supervisor), os.getpgrp()):
        os._exit(1)


def end_with_parent() -> None:
    """The gentle form, for the supervisor under `make`: SIGTERM to us when make ends, however it ends."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def tied(to_send: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the new process gets this signal when the present thread's process ends.

    Must run after any change of uid (the kernel forgets the wish at such a change); subprocess
    changes the uid before it calls `preexec_fn`.
    """
    parent = os.getpid()

    def tie() -> None:
        if _prctl:
            _prctl(PR_SET_PDEATHSIG, to_send)
        if os.getppid() != parent:  # it ended before the wish was heard
            os._exit(1)

    return tie
