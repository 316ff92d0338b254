"""`make bench`: every measurement after the other, one JSON object a line.

    python -m tests.bench [hop busy peers growth network blast scale ledger export packs understanding edition] [--people N ...]
    python -m tests.bench rehearsal --people 20000

Each runs in a process of its own, so that none inherits another's caches; a ratio compares two things
measured in the same run on the same machine. What a line lacks to its target stays visible: `must` and `aim`.
"""

import signal
import subprocess
import sys
from itertools import takewhile

from config import lifeline

BENCHES = (
    "hop",
    "busy",
    "peers",
    "growth",
    "network",
    "blast",
    "scale",
    "ledger",
    "export",
    "packs",
    "understanding",
    "edition",
)
ALONE = ("rehearsal",)  # long, and only by its name


def main(words: list[str]) -> int:
    """Exit code 1 where a measurement failed; a missed target is a figure, not a failure.

    What begins with a dash, and all behind it, is handed to each measurement.
    """
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    if unknown := set(names) - {*BENCHES, *ALONE}:
        known = ", ".join((*BENCHES, *ALONE))
        sys.stderr.write(f"There is no bench {', '.join(unknown)}: {known}.\n")
        return 2
    failed = [name for name in names or BENCHES if not run(name, *words[len(names) :])]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return int(bool(failed))


def run(name: str, *options: str) -> bool:
    """Ctrl-C reaches the measurement too: it is given the time to end what it started."""
    command = [sys.executable, "-m", f"tests.bench.{name}", *options]
    with subprocess.Popen(command, preexec_fn=lifeline.tied(signal.SIGTERM)) as measurement:  # noqa: PLW1509
        try:
            return measurement.wait() == 0
        except KeyboardInterrupt:
            measurement.wait()
            raise


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
