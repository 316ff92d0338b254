"""What `make up` looks at before it starts anything: each trouble is one sentence to the operator."""

import errno
import os
import shutil
import socket
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.embedded import Lock

ROOM = 300_000_000  # bytes free on the data folder's disk; the first start alone writes about 60 MB


class Refused(ImproperlyConfigured):
    """The product cannot start. The message says what is wrong and what to do."""


def check_folder(data: Path, room: int = ROOM) -> None:
    """The data folder can be made, is a folder, takes files, and its disk has `room` bytes free."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".probe.{os.getpid()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{data} is a file, not a folder: choose another with NJIA_DATA.") from None
    except OSError as error:
        raise Refused(
            f"The data folder {data} cannot be written ({error.strerror}): "
            "mend that, or choose another with NJIA_DATA."
        ) from None
    free = shutil.disk_usage(data).free
    if free < room:
        raise Refused(
            f"The disk of {data} has only {free // 1_000_000} MB free, and {room // 1_000_000} MB are "
            "needed: make room, or choose another folder with NJIA_DATA."
        )


def check_port(port: int, variable: str) -> None:
    """Nobody listens on this port of 127.0.0.1, and this account may."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 100 if 1024 <= port < 65000 else 8080
            choose = f"choose another port with {variable}={other}."
            if error.errno == errno.EADDRINUSE:
                raise Refused(
                    f"Port {port} is taken by another program: stop that program, or {choose}"
                ) from None
            raise Refused(
                f"Port {port} cannot be used by this account ({error.strerror}): {choose}"
            ) from None


def only_one(data: Path) -> Lock:
    """The lock that a running `make up` holds on its data folder, with its process number inside."""
    lock = Lock(data / "up.lock")
    if not lock.take():
        number = lock.path.read_text(encoding="ascii").strip() or "unknown"
        raise Refused(
            f"`make up` already runs on {data} (process {number}): use that one, stop it, "
            "or choose another folder with NJIA_DATA."
        )
    lock.path.write_text(f"{os.getpid()}\n", encoding="ascii")
    return lock
