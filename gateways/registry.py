"""Read the gateways file: one TOML table a provider account, secrets by "$NAME" of the environment.

Whatever is wrong with it is said in one sentence, before anything starts. A new kind of gateway is
one module with a dataclass on `Account`, and one line in ADAPTERS.
"""

import dataclasses
import ipaddress
import json
import os
import re
import secrets as randomness
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateways.account import Account, BadSettings, Texts, Tree, Words
from gateways.africastalking import AfricasTalking
from gateways.base import Gateway, ServiceCode
from gateways.http import Http
from gateways.kannel import Kannel
from gateways.rapidpro import RapidPro
from gateways.telegram import Telegram
from gateways.whatsapp import WhatsApp

ADAPTERS: Mapping[str, type[Account]] = {
    "africastalking": AfricasTalking,
    "http": Http,
    "kannel": Kannel,
    "rapidpro": RapidPro,
    "telegram": Telegram,
    "whatsapp": WhatsApp,
}
NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
SECRET = re.compile(r"[A-Za-z0-9_-]{22,}")  # 22 characters of base64url: 128 bits
MOST_SUFFIX = 160  # characters: one whole part
CODE = re.compile(r"\*[0-9]+(\*[0-9]+)*#")
SHOWN = {"yes": True, "no": False}  # "unknown": not in the mapping, Latin is taken
KINDS: Mapping[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    bool: (bool,),
    Words: (dict,),
    Texts: (list,),
    Tree: (dict,),
}
SAID: Mapping[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Words: "a table of texts",
    Texts: "a list of texts",
    Tree: "a table",
}
# Networks whose simulated phones show Ethiopic and Arabic letters; the others get Latin ones, as a phone
# of an unknown network would. What the real ones show is not established.
DEMONSTRATION_SCRIPTS = ("63601", "65701", "63401", "63407", "63801")
DEMONSTRATION_CODES: Mapping[str, str] = {  # invented, except that Kenya's is the usual test code
    "*384*1234#": "KE",
    "*384*2511#": "ET",
    "*384*2561#": "UG",
    "*384*2521#": "SO",
    "*384*2111#": "SS",
    "*384*2491#": "SD",
    "*384*2531#": "DJ",
    "*384*2911#": "ER",
}


def load(file: str, *, data: Path, network_port: int) -> dict[str, Gateway]:
    """All gateways by name. file "": one simulated gateway "sim". Raises BadSettings."""
    if not file:
        return {"sim": _simulated(data, network_port)}
    tables = _tables(Path(file))
    gateways = [_account(name, table) for name, table in tables.items()]
    _refuse_shared(gateways)
    _refuse_unknown_carriers(gateways)
    _refuse_shared_forwards(gateways)
    return {gateway.name: gateway for gateway in gateways}


def _simulated(data: Path, network_port: int) -> Gateway:
    return AfricasTalking(
        name="sim",
        secrets=hook_secrets(data, "sim"),
        simulated=True,
        sender="NJIA",
        codes={code: ServiceCode(code, country) for code, country in DEMONSTRATION_CODES.items()},
        ucs2_ussd=dict.fromkeys(DEMONSTRATION_SCRIPTS, True),
        batch=500,
        rate=5000.0,
        suffix=0,
        username="simulated",
        key="simulated",
        base=f"http://127.0.0.1:{network_port}/version1",
    )


def hook_secrets(data: Path, name: str) -> tuple[str, ...]:
    """The hook secrets kept under data, newest first; made once, whichever process comes first."""
    kept = data / "hooks.json"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        _write_once(kept, json.dumps({name: [randomness.token_urlsafe(24)]}))
    return _checked_secrets(name, _kept_secrets(kept).get(name, []))


def _kept_secrets(path: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise BadSettings(
            f"{path} is damaged: restore it from a backup, or remove it, and new addresses are made "
            "for `manage.py hooks` to show."
        )
    return content


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, 0600, and never over what another process wrote meanwhile."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".hooks-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(path).hardlink_to(made)
    except FileExistsError:
        pass  # the other one's secret is as good
    finally:
        Path(made).unlink()


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"The gateways file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"The gateways file {path} is not TOML: {error}.") from None
    tables = content.get("gateways")
    if not isinstance(tables, dict) or not tables:
        raise BadSettings(
            f"The gateways file {path} names no gateway: begin one with [gateways.NAME]."
        )
    for name, table in tables.items():
        if not NAME.fullmatch(name) or not isinstance(table, dict):
            raise BadSettings(
                f"{name!r} is no name for a gateway: small letters, digits and hyphens."
            )
    return tables


def _account(name: str, table: Mapping[str, Any]) -> Gateway:
    table = dict(table)
    kind = table.pop("adapter", None)
    adapter = ADAPTERS.get(str(kind))
    if adapter is None:
        known = ", ".join(sorted(ADAPTERS))
        raise BadSettings(f"Gateway {name}: unknown adapter {kind!r}; known are {known}.")
    given = {key: _filled(name, key, value) for key, value in table.items()}
    own: dict[str, Any] = {
        "secrets": _checked_secrets(name, _secret_words(given)),
        "codes": _codes(name, given.pop("codes", {})),
        "ucs2_ussd": _shown(name, given.pop("ucs2_ussd", {})),
        "allowed": _networks(name, given.pop("allowed", [])),
    }
    _check(name, adapter, given, own)
    listed: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items()
    }
    return adapter(name=name, **own, **listed)  # type: ignore[return-value]  # adapters are gateways


def _secret_file(name: str, key: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BadSettings(f"Gateway {name}: {path} for {key} cannot be read: {why}.") from None


def _filled(name: str, key: str, value: Any) -> Any:  # noqa: ANN401 - TOML holds any kind
    """A "$NAME" replaced by the environment's NAME, or by the content of the file NAME_FILE names."""
    if isinstance(value, list):
        return [_filled(name, key, one) for one in value]
    if isinstance(value, dict):
        return {inner: _filled(name, f"{key}.{inner}", one) for inner, one in value.items()}
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    variable = value[1:]
    if kept := os.environ.get(f"{variable}_FILE"):
        return _secret_file(name, key, Path(kept))
    if not os.environ.get(variable):
        raise BadSettings(f"Gateway {name}: {key} needs the environment variable {variable}.")
    return os.environ[variable]


def _secret_words(given: dict[str, Any]) -> Any:  # noqa: ANN401
    one = given.pop("secret", None)
    return given.pop("secrets", [one] if one else [])


def _checked_secrets(name: str, words: Any) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(words, list) or not words:
        raise BadSettings(f"Gateway {name}: secret is missing; `openssl rand -hex 24` makes one.")
    if not all(isinstance(word, str) and SECRET.fullmatch(word) for word in words):
        raise BadSettings(
            f"Gateway {name}: a secret needs 22 or more letters, digits, hyphens or underscores."
        )
    return tuple(words)


def _codes(name: str, table: Any) -> dict[str, ServiceCode]:  # noqa: ANN401
    """ "*384*1#" = "KE", or = { country = "KE", campaign = "SAFE" }."""
    if not isinstance(table, dict):
        raise BadSettings(f"Gateway {name}: codes must be a table.")
    codes = {}
    for code, owner in table.items():
        owned = {"country": owner} if isinstance(owner, str) else owner
        country = owned.get("country", "") if isinstance(owned, dict) else ""
        if not CODE.fullmatch(code) or not re.fullmatch("[A-Z]{2}", str(country)):
            raise BadSettings(
                f"Gateway {name}: code {code!r} must look like *384*1# and name a country like KE."
            )
        codes[code] = ServiceCode(code, country, str(owned.get("campaign", "")))
    return codes


def _shown(name: str, table: Any) -> dict[str, bool]:  # noqa: ANN401
    """Network code -> whether it shows UCS-2; an unknown one is left out."""
    if not isinstance(table, dict):
        raise BadSettings(f"Gateway {name}: ucs2_ussd must be a table of network codes.")
    for network, word in table.items():
        if word not in ("yes", "no", "unknown"):
            raise BadSettings(
                f"Gateway {name}: ucs2_ussd of network {network} is {word!r}: "
                'write "yes", "no" or "unknown", with the quotes.'
            )
    return {network: SHOWN[word] for network, word in table.items() if word in SHOWN}


def _networks(name: str, words: Any) -> tuple[str, ...]:  # noqa: ANN401
    try:
        return tuple(str(ipaddress.ip_network(word)) for word in words)
    except (ValueError, TypeError) as error:
        raise BadSettings(f"Gateway {name}: allowed must list networks: {error}.") from None


def _check(name: str, adapter: type[Account], given: Mapping[str, Any], own: Iterable[str]) -> None:
    """Every setting known, none missing, each of its kind."""
    fields = {one.name: one for one in dataclasses.fields(adapter)}
    free = fields.keys() - {"name", *own}
    if unknown := sorted(given.keys() - free):
        raise BadSettings(f"Gateway {name}: unknown setting {unknown[0]!r}.")
    for key in sorted(free - given.keys()):
        needed = fields[key].default is fields[key].default_factory is dataclasses.MISSING
        if needed:
            raise BadSettings(f"Gateway {name}: {key} is missing.")
    for key, value in given.items():
        _check_kind(name, key, value, fields[key].type)
        for inner, word in _words(key, value, fields[key].type):
            _check_kind(name, inner, word, str)
        if key in {"batch", "rate"} and value <= 0:
            raise BadSettings(f"Gateway {name}: {key} must be above zero.")
        if key == "suffix" and not 0 <= value <= MOST_SUFFIX:
            raise BadSettings(f"Gateway {name}: suffix must be from 0 to {MOST_SUFFIX}.")


def _words(key: str, value: Any, kind: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
    """Each word of a table or list of texts, and what it is called."""
    if kind == Words:
        return [(f"{key}.{inner}", word) for inner, word in value.items()]
    return [(f"each of {key}", word) for word in value] if kind == Texts else []


def _check_kind(name: str, key: str, value: Any, kind: Any) -> None:  # noqa: ANN401
    if key == "input_mode":
        if value not in {"cumulative", "last"}:
            raise BadSettings(f'Gateway {name}: input_mode is "cumulative" or "last".')
        return
    if isinstance(value, bool) is not (kind is bool) or not isinstance(value, KINDS[kind]):
        raise BadSettings(f"Gateway {name}: {key} must be {SAID[kind]}, not {value!r}.")


def _refuse_shared(gateways: Iterable[Gateway]) -> None:
    """A secret names its gateway; one in two places would let one provider speak for another."""
    owner: dict[str, str] = {}
    for gateway in gateways:
        for secret in gateway.secrets:
            if owner.setdefault(secret, gateway.name) != gateway.name:
                raise BadSettings(
                    f"Gateways {owner[secret]} and {gateway.name} have the same secret."
                )


def _refuse_unknown_carriers(gateways: Iterable[Gateway]) -> None:
    names = {gateway.name for gateway in gateways}
    for gateway in gateways:
        carrier = gateway.carrier if isinstance(gateway, RapidPro) else ""
        if carrier and carrier not in names - {gateway.name}:
            raise BadSettings(f"Gateway {gateway.name}: carrier {carrier!r} is no other gateway.")


def _refuse_shared_forwards(gateways: Iterable[Gateway]) -> None:
    """Texts to one code go to one workspace: two would both answer."""
    taker: dict[tuple[str, str], str] = {}
    for gateway in gateways:
        if isinstance(gateway, RapidPro):
            for code in gateway.forwards:
                first = taker.setdefault((gateway.carrier, code), gateway.name)
                if first != gateway.name:
                    raise BadSettings(f"Gateways {first} and {gateway.name} both forward {code!r}.")
