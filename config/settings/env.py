"""Settings read from the environment: a value that makes no sense stops the start with one sentence."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ENV_FILE = Path(__file__).resolve().parent.parent.parent / ".env"
TESTING = "NJIA_TEST_DATA"  # set by the tests: nobody's own .env may change what they see
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def read_file(path: Path = ENV_FILE) -> None:
    """Lines NAME=VALUE of a file, for the variables that the environment does not set itself.

    As docker compose reads them: # begins a comment line, quotes around the whole value fall away.
    """
    if TESTING in os.environ or not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            os.environ.setdefault(name.strip(), value[1:-1] if quoted else value)


def text(name: str, default: str = "") -> str:
    """The variable's text; where NAME_FILE is set, the content of that file (docker secrets)."""
    if filename := os.environ.get(f"{name}_FILE"):
        return Path(filename).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    word = text(name, str(default)).strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")
    return word in TRUE


def number(name: str, default: int) -> int:
    word = text(name, str(default))
    if not word.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {word!r}.")
    return int(word)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around the words do not count."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()
