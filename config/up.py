"""`make up`. Until the supervisor listens, Ctrl-C just ends us: nothing has been started yet."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)

try:  # loading it takes a moment in which one may change one's mind
    from config.supervisor import main
except ImportError as missing:
    sys.exit(f"A Python package is missing or broken ({missing}): run `make clean setup`.")

if __name__ == "__main__":
    sys.exit(main())
