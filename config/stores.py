"""What PostgreSQL and Valkey have in common as programs of ours: one folder, one socket, one process.

Whoever starts a store holds the lock of the data folder (config.embedded), so at most one process does.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config import lifeline
from config.binaries import BrokenStore, own, runner, valkey_bin

PATIENCE = 300.0  # seconds for a start; crash recovery of a large database takes its time
SETTLE = 0.1  # seconds: a killed owner's lock is free a moment before its servers hear of its death
# what PostgreSQL and Valkey write before their words: process and time
STAMP = re.compile(r"^[\d-]+ [\d:.]+ UTC \[\d+\] |^\d+:[A-Z] \d+ \w+ \d+ [\d:.]+ [.*#-] ")
LOG_LIMIT = 8_000_000  # bytes after which a store's log begins anew


@dataclass(slots=True)
class Store(ABC):
    """One program with its folder. `durable=False` is for tests: quick, and lost with the machine."""

    data: Path
    sockets: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    adopted: int | None = field(
        default=None, init=False
    )  # a living process that somebody else began

    name = ""
    pid_file = ""

    @abstractmethod
    def start(self) -> None:
        """Start the program, or adopt one that lives; returns when it takes connections."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it takes connections."""

    @property
    def folder(self) -> Path:
        return self.data / self.name

    @property
    def log_path(self) -> Path:
        return self.data / f"{self.name}.log"

    def living(self) -> int | None:
        """The process that serves this folder, as its pid file says and the system confirms."""
        try:
            pid = int((self.folder / self.pid_file).read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if pid > 1 and _works_in(pid, self.folder, self.name) else None

    def alive(self) -> bool:
        """Whether the program that this object started or adopted is still there."""
        if self.process is not None:
            return self.process.poll() is None
        return self.adopted is not None and self.adopted == self.living()

    def adopt(self) -> bool:
        """Take over a program that still lives here; wait for one that is just going away."""
        until = time.monotonic() + PATIENCE
        while (pid := self.living()) is not None and time.monotonic() < until:
            if self.ready():
                time.sleep(SETTLE)
                if self.ready():
                    self.process, self.adopted = None, pid
                    return True
            time.sleep(0.05)
        if pid is not None:
            raise BrokenStore(
                f"Process {pid} holds {self.folder} but neither answers nor ends: "
                f"end it with `kill -INT {pid}`."
            )
        return False

    def stop(self, *signals: signal.Signals) -> None:
        """End the program: each signal in turn, until one of them works."""
        for number in (*signals, signal.SIGKILL):
            if not self.alive():
                return
            pid = self.process.pid if self.process else self.adopted
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid or 0, number)
            until = time.monotonic() + 10
            while self.alive() and time.monotonic() < until:
                time.sleep(0.01)

    @contextlib.contextmanager
    def log(self) -> Iterator[int]:
        """A file to which the program writes; opened by us, so it may lie where the program may not go."""
        path = self.log_path
        full = path.exists() and path.stat().st_size > LOG_LIMIT
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if full else os.O_APPEND)
        handle = os.open(path, flags, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)

    def last_words(self) -> str:
        """The last complaint in the log, for a sentence to the operator."""
        path = self.log_path
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        lines = text.splitlines()[-40:]
        loud = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "rror"))]
        return f"{STAMP.sub('', (loud or lines or ['no reason given'])[-1]).strip()} (see {path})"


def _works_in(pid: int, folder: Path, name: str) -> bool:
    """Whether this process is a server of this folder: both make it their working folder."""
    if lifeline.LINUX:
        with contextlib.suppress(OSError):  # gone, a zombie, or another account's: none of ours
            return Path(f"/proc/{pid}/cwd").samefile(folder)
        return False
    done = subprocess.run(
        ["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
    )
    return name in done.stdout


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float) -> bool:
    """True when ready; False when the process ended or the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if ready():
            return True
        time.sleep(0.01)
    return False


def answers(path: Path) -> bool:
    """Whether somebody listens on this unix socket."""
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.settimeout(2)
        probe.connect(str(path))
        return True
    return False


class Valkey(Store):
    """The broker, and the pins' second home. An append-only file, flushed each second."""

    __slots__ = ()
    name = "valkey"
    pid_file = "valkey.pid"

    @property
    def url(self) -> str:
        return f"unix://{self.sockets / 'valkey'}?db=0"

    def ready(self) -> bool:
        """Whether it has read its file: it listens before, and refuses commands. A full disk is no reason."""
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.settimeout(2)
            probe.connect(str(self.sockets / "valkey"))
            probe.sendall(b"PING\r\n")
            answer = probe.recv(16)
            return bool(answer) and not answer.startswith(b"-LOADING")
        return False

    def start(self) -> None:
        who = runner(self.folder)
        program = valkey_bin(who)
        own(self.folder, who)
        own(self.sockets, who)
        if self.adopt():
            return
        (self.sockets / "valkey").unlink(missing_ok=True)
        with self.log() as log:
            self.process = subprocess.Popen(
                [program, *self._flags()],
                cwd=self.folder,  # entered before the drop, so a closed parent does no harm
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lifeline.tied(signal.SIGTERM if self.durable else signal.SIGKILL),  # noqa: PLW1509
                **who.options(),
            )
        if not wait_for(self.ready, self.process, PATIENCE):
            raise BrokenStore(
                f"Valkey does not start on {self.folder}: {self.last_words()}. If the folder is damaged, "
                "move it away: what it holds is done again from the database."
            )

    def shut(self) -> None:
        """Write the file's end and go."""
        self.stop(*((signal.SIGTERM,) if self.durable else ()))

    def _flags(self) -> list[str]:
        durable = "yes" if self.durable else "no"
        return [
            *("--port", "0", "--unixsocket", str(self.sockets / "valkey")),
            *("--appendonly", durable, "--appendfsync", "everysec", "--save", ""),
            *("--auto-aof-rewrite-min-size", "1mb"),  # what has expired must not lie on in the file
            *("--daemonize", "no", "--loglevel", "warning", "--pidfile", self.pid_file),
        ]
