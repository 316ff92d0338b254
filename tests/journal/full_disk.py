"""A process whose files may only grow so far (RLIMIT_FSIZE): what a full disk does to the journal."""

import json
import resource
import sys
from pathlib import Path

from journal.writer import Journal

ROOM = 4_000  # bytes


def main(folder: str) -> None:
    journal = Journal(Path(folder))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    written = sum(journal.append("hop", {"at": 1.0, "n": n}) for n in range(1000))
    unwritten = journal.unwritten
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    again = journal.append("hop", {"at": 2.0, "n": 1000})
    sys.stdout.write(json.dumps({"written": written, "unwritten": unwritten, "again": again}))


if __name__ == "__main__":
    main(sys.argv[1])
