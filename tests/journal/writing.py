"""A process to be killed: appends as fast as it can, ships meanwhile, says each number once it is written."""

import os
import sys
from pathlib import Path

from journal.shipper import Shipper
from journal.writer import Journal


def main(folder: str, conninfo: str, first: int, count: int) -> None:
    journal = Journal(Path(folder), rotate_at=40_000)
    shipper = Shipper(journal, conninfo)
    shipper.start()
    for number in range(first, first + count):
        if journal.append("hop", {"at": 1.5, "number": number}):
            os.write(1, f"{number}\n".encode())
    shipper.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
