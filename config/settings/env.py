"""Settings read from the environment: a value that makes no sense stops the start with one sentence."""

import os
import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ENV_FILE = Path(__file__).resolve().parent.parent.parent / ".env"
TESTING = "NJIA_TEST_DATA"  # set by the tests: nobody's own .env may change what they see
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PORTS = range(1, 65536)
PLACE = re.compile(r"([A-Za-z0-9_-]+/)+")
SITE = re.compile(
    r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?"
)
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
MOST_DAYS = 10 * 365


def read_file(path: Path = ENV_FILE) -> None:
    """Lines NAME=VALUE of a file, for the variables that the environment does not set itself.

    As docker compose reads them: # begins a comment line, quotes around the whole value fall away.
    """
    if TESTING in os.environ or not path.exists():
        return
    for number, line in enumerate(_content(path, path).splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        name, value = name.strip(), value.strip()
        if not equals or not NAME.fullmatch(name) or "\0" in value:
            raise ImproperlyConfigured(f"Line {number} of {path} is not NAME=VALUE: mend it.")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        os.environ.setdefault(name, value[1:-1] if quoted else value)


def _content(path: Path, what: object) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ImproperlyConfigured(f"{what} cannot be read: {reason}.") from None


def text(name: str, default: str = "") -> str:
    """The variable's text; where NAME_FILE is set, the content of that file (docker secrets).

    Set but empty is as good as unset: that is how compose files pass on what nobody gave them.
    """
    if filename := os.environ.get(f"{name}_FILE"):
        return _content(Path(filename), f"{filename}, which {name}_FILE names,").strip()
    return os.environ.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    word = text(name, str(default)).strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")
    return word in TRUE


def choice(name: str, *words: str) -> str:
    """One of the words, whatever its letters' case; the first where none is given."""
    word = text(name, words[0]).strip().upper()
    if word not in words:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(words)}, not {word!r}.")
    return word


def place(name: str, default: str) -> str:
    """Where pages lie below the host's name, as "admin/": words of Latin letters, digits, - and _."""
    word = text(name, default).strip("/") + "/"
    if not PLACE.fullmatch(word):
        raise ImproperlyConfigured(
            f"{name} must be a place such as office-7k2m/, of Latin letters, digits, - and _, not {word!r}."
        )
    return word


def number(name: str, default: int) -> int:
    word = text(name, str(default))
    if not word.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {word!r}.")
    return int(word)


def days(name: str, default: int, *, most: int = MOST_DAYS) -> timedelta:
    """A period of 1 to `most` whole days: nothing is kept for ever, and nothing goes the moment it comes."""
    value = number(name, default)
    if not 1 <= value <= most:
        raise ImproperlyConfigured(f"{name} must be 1 to {most} days, not {value}.")
    return timedelta(days=value)


def ports() -> tuple[int, int]:
    """The pages' port and the simulated phone network's, by default the next one."""
    port = _port("NJIA_PORT", 8000)
    network_port = _port("NJIA_NETWORK_PORT", port + 1 if port < PORTS[-1] else port - 1)
    if port == network_port:
        raise ImproperlyConfigured(f"NJIA_PORT and NJIA_NETWORK_PORT must differ: both are {port}.")
    return port, network_port


def _port(name: str, default: int) -> int:
    value = number(name, default)
    if value not in PORTS:
        raise ImproperlyConfigured(f"{name} must be a port from 1 to {PORTS[-1]}, not {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around the words do not count."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def log_form(usual: str) -> str:
    """How logs are written, "json" or "plain", by NJIA_LOG."""
    other = {"json": "plain", "plain": "json"}[usual]
    return choice("NJIA_LOG", usual.upper(), other.upper()).lower()


def sites(name: str) -> list[str]:
    """Origins such as https://partner.example, for a browser's rules: no path, no blanks, no star."""
    found = words(name)
    for one in found:
        if not SITE.fullmatch(one):
            raise ImproperlyConfigured(
                f"{name} must list sites such as https://partner.example, not {one!r}."
            )
    return found


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks such as 10.0.0.0/8, several by commas; "private": all that the internet does not reach."""
    found = []
    for word in words(name):
        try:
            found += [ip_network(one) for one in PRIVATE if word == "private"] or [ip_network(word)]
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} must list networks such as 10.0.0.0/8, or say private, not {word!r}."
            ) from None
    return tuple(found)


def folder(name: str, default: Path) -> Path:
    """A path; a relative one counts from the checkout, wherever the command is given."""
    return (ENV_FILE.parent / Path(text(name, str(default))).expanduser()).resolve()


def file(name: str) -> str:
    """As `folder`, for a file that need not be named: "" then."""
    return str(folder(name, Path())) if text(name) else ""
