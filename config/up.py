"""`make up`. Until the supervisor listens, Ctrl-C just ends us: nothing has been started yet."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)

from config.supervisor import main  # noqa: E402 - loading it takes a moment in which one may change one's mind

if __name__ == "__main__":
    sys.exit(main())
