"""What machine this is, and which state of the code."""

import os
import platform
import re
import subprocess
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import binaries

ROOT = Path(__file__).resolve().parents[3]
UNKNOWN = "unknown"
CODE = (".", ":!docs", ":!*.md")


def machine() -> dict[str, str]:
    """What a figure hangs on, without a name or an address of the machine."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": str(os.cpu_count()),
        "processor": processor(),
        "memory_gib": str(round(size / 2**30)),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "postgresql": version("postgres"),
        "valkey": version("valkey"),
    }


def processor() -> str:
    """As the kernel calls it."""
    try:
        said = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", said, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def version(store: str) -> str:
    """Of the servers that the product brings along."""
    who = binaries.runner(Path(tempfile.gettempdir()))
    try:
        postgres = store == "postgres"
        program = binaries.postgres_bin(who) / store if postgres else binaries.valkey_bin(who)
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except (ImproperlyConfigured, OSError):
        return UNKNOWN
    found = re.search(r"\d+\.[\d.]*\d", done.stdout)
    return found[0] if found else UNKNOWN


def commit(root: Path = ROOT) -> str:
    """Short name of the newest commit that changed more than documents, "+" behind it where code was changed since.

    So the page may be committed, and a single bench repeated for it.
    """
    try:
        name = _git(root, "log", "-1", "--format=%h", "--abbrev=10", "--", *CODE)
        changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    except (OSError, subprocess.CalledProcessError):
        return UNKNOWN
    return f"{name}+" if changed else name


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()
