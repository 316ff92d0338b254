"""The servers that nobody had to install: PostgreSQL and Valkey living under the data folder.

`attach(data)` gives their addresses, starting them by need. One process at a time owns them: it holds
`owner.lock`, and the servers end with it. Others attach: each holds `users.lock` shared, and an owner
that comes to its end waits for them before it stops the servers. Where the environment names
DATABASE_URL and REDIS_URL, nothing is started at all.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.binaries import BrokenStore
from config.postgres import Postgres
from config.settings import env
from config.stores import Valkey

ATTACH_PATIENCE = (
    330.0  # seconds to wait for another process that is starting or stopping the servers
)
SECRET_LEAST = 32  # characters


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the two servers are: a `postgresql://` and a `redis://` or `unix://` address."""

    database: str
    redis: str


def sockets(data: Path) -> Path:
    """The servers' socket folder. A socket's path has 107 bytes at most, a data folder's may be longer."""
    root = Path("/tmp")  # noqa: S108 - owner and mode of the folder are checked (stores.own)
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    return (root if root.is_dir() else Path(tempfile.gettempdir())) / f"njia-{name}"


@dataclass(slots=True)
class Lock:
    """An flock on a file. It ends with the process that holds it, however that ends."""

    path: Path
    handle: int | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take it; False when somebody else has it and we do not wait."""
        handle = self.handle
        if handle is None:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            if self.handle is None:
                os.close(handle)
            return False
        self.handle = handle
        return True

    def leave(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


@dataclass(slots=True)
class Keeper:
    """The servers of one data folder, as this process sees them: owned or attached to."""

    data: Path
    durable: bool = True
    without: frozenset[str] = frozenset()  # stores the environment names: "database", "redis"
    owns: bool = field(default=False, init=False)
    postgres: Postgres = field(init=False)
    valkey: Valkey = field(init=False)
    owner: Lock = field(init=False)
    users: Lock = field(init=False)

    def __post_init__(self) -> None:
        place = sockets(self.data)
        self.postgres = Postgres(self.data, place, self.durable)
        self.valkey = Valkey(self.data, place, self.durable)
        self.owner = Lock(self.data / "owner.lock")
        self.users = Lock(self.data / "users.lock")

    @property
    def servers(self) -> Servers:
        return Servers(self.postgres.url, self.valkey.url)

    def start(self) -> Servers:
        """Own the servers, or attach to those of a living owner. Safe to call again after a server died."""
        _prepare(self.data)
        until = time.monotonic() + ATTACH_PATIENCE
        while time.monotonic() < until:
            if self.owns or self.owner.take():
                self.owns = True
                self._start_missing()
                return self.servers
            if self.users.take(shared=True):  # not while the owner is stopping them
                if self._ready():
                    return self.servers
                self.users.leave()
            time.sleep(0.05)
        raise BrokenStore(
            f"Another process holds {self.owner.path} but its servers do not answer: end it first."
        )

    def _start_missing(self) -> None:
        if "database" not in self.without and not self.postgres.alive():
            self.postgres.start()
        if "redis" not in self.without and not self.valkey.alive():
            self.valkey.start()

    def _ready(self) -> bool:
        database = "database" in self.without or self.postgres.ready()
        return database and ("redis" in self.without or self.valkey.ready())

    def tend(self) -> list[str]:
        """Start again what died, also where the former owner is gone; returns what was missing."""
        if not self.owns and not self.owner.take():
            return []
        self.owns = True
        wanted = {"database": self.postgres, "redis": self.valkey}
        missing = [
            name for name, store in wanted.items() if name not in self.without and not store.alive()
        ]
        self._start_missing()
        return missing

    def stop(self, *, wait: bool = False) -> None:
        """Stop owned servers (wait=True: when the last attached process has left), or detach."""
        if self.owns:
            if wait:
                self._wait_for_users()
            self.valkey.shut()
            self.postgres.shut()
            with contextlib.suppress(OSError):  # already gone
                sockets(self.data).rmdir()
        self.owns = False
        self.users.leave()
        self.owner.leave()

    def _wait_for_users(self) -> None:
        if not self.users.take():
            sys.stderr.write(
                "Waiting for other commands that use this database (Ctrl-C: do not).\n"
            )
            with contextlib.suppress(KeyboardInterrupt):
                self.users.take(wait=True)


_attached: dict[Path, Keeper] = {}


def attach(data: Path) -> Servers:
    """Addresses of the living servers of this data folder, started by need.

    DATABASE_URL and REDIS_URL win over servers of our own. What this process started it also stops, at
    its exit. Raises BrokenStore with one sentence for the operator.
    """
    named = {"database": env.text("DATABASE_URL"), "redis": env.text("REDIS_URL")}
    without = frozenset(name for name, url in named.items() if url)
    if len(without) == len(named):
        return Servers(**named)
    keeper = _attached.get(data)
    if keeper is None:
        keeper = _attached[data] = Keeper(data, without=without)
        atexit.register(_at_exit, keeper, os.getpid())
    own = keeper.start()
    return Servers(named["database"] or own.database, named["redis"] or own.redis)


def addresses(data: Path) -> Servers:
    """Where the servers of this data folder are or would be; starts nothing."""
    own = Keeper(data).servers
    return Servers(env.text("DATABASE_URL") or own.database, env.text("REDIS_URL") or own.redis)


def _at_exit(keeper: Keeper, owner: int) -> None:
    if os.getpid() == owner:  # a forked child runs the same hook, the servers are not its own
        keeper.stop(wait=True)


def _prepare(data: Path) -> None:
    """Make the data folder, private to its owner."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BrokenStore(
            f"The data folder {data} cannot be made ({error.strerror}): choose one with NJIA_DATA."
        ) from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise BrokenStore(
            f"The data folder {data} is not writable for this account: choose one with NJIA_DATA."
        )


SCHEMES = {
    "DATABASE_URL": ("postgres", "postgresql"),
    "REDIS_URL": ("redis", "rediss", "unix"),
}


# --- for the settings -----------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """A `postgresql://` address as an entry of DATABASES; words after ? become connection options."""
    parts = _parts(url, "DATABASE_URL", "postgresql://role:password@host:5432/database")
    name = unquote(parts.path.lstrip("/"))
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def broker(redis: str) -> str:
    """The same Redis as Celery spells it: a unix socket has another scheme there."""
    parts = _parts(redis, "REDIS_URL", "redis://host:6379/0")
    if parts.scheme != "unix":
        return redis
    number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={number}"


def _parts(url: str, variable: str, example: str) -> SplitResult:
    """The address in its parts. Raises ImproperlyConfigured where it is none of this kind."""
    with contextlib.suppress(ValueError):  # a port of letters, brackets that do not close
        parts = urlsplit(url)
        whole = parts.path.strip("/") if variable == "DATABASE_URL" else parts.netloc + parts.path
        if parts.scheme in SCHEMES[variable] and whole and parts.port != 0:
            return parts
    raise ImproperlyConfigured(f"{variable} must look like {example}.")


def secret(data: Path, name: str) -> str:
    """The secret of this name, made at first use and kept under the data folder (0600)."""
    path = data / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was quicker: its secret counts
            path.hardlink_to(draft)
        draft.unlink()
    kept = path.read_text(encoding="ascii", errors="replace").strip()
    if len(kept) < SECRET_LEAST:
        raise BrokenStore(f"{path} is damaged: remove it, and a new one is made.")
    return kept
