"""`make up`: everything on one machine, in one terminal.

Starts PostgreSQL and Valkey, does the first steps, starts the parts, starts again what dies, and stops
all of it at Ctrl-C. Killed with kill -9 it leaves no process behind (config.lifeline).
"""

import argparse
import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import lifeline, parts, preflight
from config.embedded import Keeper, Servers
from config.parts import Part
from config.settings import env

BACKOFF = (
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
)  # seconds before the first, second ... start of a dying part
STEADY = 30.0  # seconds of life after which a part's earlier deaths are forgotten
HOPELESS = 3  # deaths before the first answer
GRACE = 8.0  # seconds that parts have to finish when told to stop
HEAD_START = 15.0  # seconds that what the operator waits for may have the machine to itself
TICK = 0.2  # seconds


class Stopped(BaseException):
    """A signal asked us to stop."""


@dataclass(slots=True)
class Child:
    """A part as it lives: its process, its unfinished line of output, its deaths."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    rest: bytes = b""
    silent: bool = False  # it closed its output
    deaths: int = 0
    began: float = 0.0
    due: float | None = 0.0  # when to start it (again); None while it runs

    def start(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            self.part.command,
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone
            preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509 - this program has one thread
        )
        os.set_blocking(self.output.fileno(), False)
        self.began, self.due, self.silent = time.monotonic(), None, False

    @property
    def output(self) -> IO[bytes]:
        assert self.process is not None  # noqa: S101
        assert self.process.stdout is not None  # noqa: S101 - PIPE above
        return self.process.stdout

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def lines(self) -> list[str]:
        """What it wrote since the last look; a line without an end only when nothing more can come."""
        data = self.rest
        with contextlib.suppress(BlockingIOError):
            while block := os.read(self.output.fileno(), 65536):
                data += block
            self.silent = True
        *whole, self.rest = data.split(b"\n")
        if self.rest and (self.silent or not self.running()):
            whole, self.rest = [*whole, self.rest], b""
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def send(self, number: signal.Signals, *, group: bool = False) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                (os.killpg if group else os.kill)(self.process.pid, number)

    def bury(self) -> int:
        """Clear away a process that has ended, and its group; returns its exit code."""
        assert self.process is not None  # noqa: S101
        code = self.process.wait()
        self.send(signal.SIGKILL, group=True)
        self.output.close()
        self.process, self.rest = None, b""
        return code

    def plan_restart(self) -> float:
        """Note a death; returns after how many seconds it starts again."""
        self.deaths = 0 if time.monotonic() - self.began > STEADY else self.deaths
        pause = BACKOFF[min(self.deaths, len(BACKOFF) - 1)]
        self.deaths += 1
        self.due = time.monotonic() + pause
        return pause


@dataclass(slots=True)
class Supervisor:
    """Runs the parts until a signal. `keeper` None: no servers of our own (tests of this module)."""

    keeper: Keeper | None
    first: Part | None
    parts: list[Part]
    welcome: str = ""
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    hurry: bool = False  # told to stop a second time
    mute: bool = False
    tended: float = 0.0
    terminals: tuple[int, ...] = ()  # those of our three streams that are a terminal

    def run(self) -> int:
        """Exit code 0 after a stop by signal, 1 when the start failed."""
        heed(self._on_signal)
        self.terminals = tuple(stream for stream in range(3) if os.isatty(stream))
        began = time.monotonic()
        try:
            self._begin()
            self._wait_until_ready(began)
            while True:
                self._turn()
        except Stopped:
            self.say("njia", "Stopping ...")
            return 0
        except (ImproperlyConfigured, OSError) as trouble:
            return complain(trouble)
        finally:
            self._end()

    # --- beginning --------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self.keeper:
            self._use(self.keeper.start())
        self.environment |= {"PYTHONUNBUFFERED": "1", lifeline.SUPERVISED: str(os.getpid())}
        if self.first:
            self._do(self.first)
        later = time.monotonic() + HEAD_START
        self.children = [Child(part, due=0 if part.address else later) for part in self.parts]

    def _use(self, servers: Servers) -> None:
        """Children get the addresses and so never start servers themselves; the operator's own win."""
        self.environment = {
            "DATABASE_URL": servers.database,
            "REDIS_URL": servers.redis,
            **{name: value for name, value in self.environment.items() if value},
        }

    def _do(self, part: Part) -> None:
        child = Child(part)
        self.children = [child]
        child.start(self.environment)
        while child.running():
            self._listen_to([child], TICK)
            if self.hung_up():
                raise Stopped
        self._listen_to([child], 0)
        if code := child.bury():
            raise preflight.Refused(
                f"The first steps failed (exit code {code}): see the lines above."
            )

    def _wait_until_ready(self, began: float) -> None:
        waiting = [part.address for part in self.parts if part.address]
        while waiting:
            self._turn()
            self._give_up_on(waiting)
            waiting = [address for address in waiting if not answers(address)]
        for child in self.children:
            child.due = child.due and 0.0
        self.say("njia", f"Ready in {time.monotonic() - began:.1f} s. {self.welcome}")

    def _give_up_on(self, waiting: list[str]) -> None:
        """A part that has not answered yet and dies again and again never will."""
        for child in self.children:
            if child.part.address in waiting and child.deaths >= HOPELESS:
                raise preflight.Refused(
                    f"{child.part.name} ended {child.deaths} times before it was ready: see the lines above."
                )

    # --- living -----------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._tend()
        self._listen_to(self.children, TICK)
        if self.hung_up():
            raise Stopped
        for child in self.children:
            if child.process and not child.running():
                self._mourn(child)
            if child.due is not None and child.due <= time.monotonic():
                child.start(self.environment)

    def _mourn(self, child: Child) -> None:
        self._listen_to([child], 0)
        code = child.bury()
        pause = child.plan_restart()
        self.say("njia", f"{child.part.name} ended (exit code {code}); again in {pause:g} s.")

    def _tend(self) -> None:
        """Look after the servers, once a second."""
        if self.keeper and time.monotonic() > self.tended + 1:
            try:
                for name in self.keeper.tend():
                    self.say("njia", f"The {name} server had ended and was started again.")
            except ImproperlyConfigured as trouble:
                self.say("njia", str(trouble))
            self.tended = time.monotonic()

    def _listen_to(self, children: list[Child], seconds: float) -> None:
        """Pass on what the children write; returns at the first output or after so many seconds."""
        with selectors.DefaultSelector() as selector:
            for child in children:
                if child.process and not child.silent:
                    selector.register(child.output, selectors.EVENT_READ, child)
            if not selector.get_map():
                time.sleep(seconds)
                return
            for key, _ in selector.select(seconds):
                for line in filter(str.strip, key.data.lines()):
                    self.say(key.data.part.name, line)

    def say(self, name: str, line: str) -> None:
        """One line to the terminal; when the terminal is gone, work goes on in silence."""
        if not self.mute:
            try:
                sys.stdout.write(f"{name:>8} | {line}\n")
                sys.stdout.flush()
            except OSError:
                self.mute = True

    def hung_up(self) -> bool:
        """The terminal was closed. `make` alone hears of that where no shell stands before it, and waits for us."""
        gone = any(not os.isatty(stream) for stream in self.terminals)
        return gone and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN

    # --- ending -----------------------------------------------------------------------------------

    def _end(self) -> None:
        """Stop the parts, then the servers. A second Ctrl-C ends the parts at once."""
        self.stopping = True
        for child in self.children:
            child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(child.running() for child in self.children) and not self.hurry:
            if time.monotonic() > until:
                break
            self._listen_to(self.children, TICK)
        for child in self.children:
            child.send(signal.SIGKILL, group=True)
            if child.process:
                child.bury()
        if self.keeper:
            self.keeper.stop()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            self.hurry = True
            return
        self.stopping = True
        raise Stopped


def heed(answer: Callable[[int, FrameType | None], None]) -> None:
    """Let this function answer the signals that end us; a SIGHUP that nohup ignores stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, answer)


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def answers(address: str) -> bool:
    """Whether an http address answers 200, or a tcp address takes a connection, within a second."""
    place = urlsplit(address)
    try:
        if place.scheme == "tcp":
            socket.create_connection((place.hostname, place.port), 1).close()
            return True
        with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 - our own loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def complain(trouble: ImproperlyConfigured | OSError) -> int:
    """One sentence to the operator; returns the exit code."""
    sentence = str(trouble)
    if isinstance(trouble, OSError) and trouble.filename:
        sentence = f"{trouble.filename} cannot be used: {trouble.strerror}."
    sys.stderr.write(f"{sentence}\n")
    return 1


def main() -> int:
    """`python -m config.supervisor`."""
    heed(stop)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="stop when the caller ends")
    if parser.parse_args().with_parent:
        lifeline.end_with_parent()
    try:
        return supervise()
    except (ImproperlyConfigured, OSError) as trouble:
        return complain(trouble)
    except Stopped:  # before or after anything ran
        return 0


def supervise() -> int:
    """Check the ground, then run the product until it is told to stop."""
    env.read_file()
    data = env.folder("NJIA_DATA", Path(__file__).resolve().parent.parent / ".data")
    port, network_port = env.ports()
    preflight.check_folder(data)
    lock = preflight.only_one(data)
    preflight.check_port(port, "NJIA_PORT")
    preflight.check_port(network_port, "NJIA_NETWORK_PORT")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    named = {"database": env.text("DATABASE_URL"), "redis": env.text("REDIS_URL")}
    keeper = Keeper(data, without=frozenset(name for name, url in named.items() if url))
    welcome = f"Open http://127.0.0.1:{port}/ (accounts: {data}/accounts.txt). Stop with Ctrl-C."
    try:
        first, all_parts = parts.first_steps(), parts.product(data, port, network_port)
        return Supervisor(keeper, first, all_parts, welcome).run()
    finally:
        lock.leave()


if __name__ == "__main__":
    sys.exit(main())
