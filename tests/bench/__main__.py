"""`make bench`: every measurement after the other, one JSON object a line.

    python -m tests.bench [hop busy peers growth network blast ledger understanding edition]

Each runs in a process of its own, so that none inherits another's caches; a ratio compares two things
measured in the same run on the same machine. What a line lacks to its target stays visible: `must` and `aim`.
"""

import signal
import subprocess
import sys

from config import lifeline

BENCHES = (
    "hop",
    "busy",
    "peers",
    "growth",
    "network",
    "blast",
    "ledger",
    "understanding",
    "edition",
)


def main(names: list[str]) -> int:
    """Exit code 1 where a measurement failed; a missed target is a figure, not a failure."""
    if unknown := set(names) - set(BENCHES):
        sys.stderr.write(f"There is no bench {', '.join(unknown)}: {', '.join(BENCHES)}.\n")
        return 2
    failed = [name for name in names or BENCHES if not run(name)]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return int(bool(failed))


def run(name: str) -> bool:
    """Ctrl-C reaches the measurement too: it is given the time to end what it started."""
    command = [sys.executable, "-m", f"tests.bench.{name}"]
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
