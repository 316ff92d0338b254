"""Languages as an edition carries them: enough to list, show and recognise each without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.editions import leaves
from people import languages
from people.languages import Language


@dataclass(frozen=True, slots=True)
class Tongue:
    """`plain`: the name in ASCII letters; `names`: all that people call it, folded as `languages.folded` does."""

    code: str
    autonym: str
    plain: str
    direction: str = "ltr"
    base: str = ""  # "am" for "am-Latn"
    names: tuple[str, ...] = ()


def carried(spoken: Iterable[str], among: Mapping[str, Language]) -> dict[str, Tongue]:
    """What an edition with these languages carries: each of them and its base; one nobody knows by its code."""
    called: dict[str, list[str]] = {}
    for name, code in languages.names(among.values()).items():
        called.setdefault(code, []).append(name)
    codes = {one for code in spoken for one in (code, languages.base(code))}
    return {code: _tongue(code, among.get(code), called.get(code, ())) for code in sorted(codes)}


def _tongue(code: str, known: Language | None, names: Iterable[str]) -> Tongue:
    base = languages.base(code)
    if known is None:
        return Tongue(code, code, code, base=base, names=(languages.folded(code),))
    return Tongue(code, known.autonym, known.plain, known.direction, base, tuple(sorted(names)))


def find(text: str, among: Mapping[str, Tongue]) -> str:
    """The base code of the language whose name or code the whole text is, or ""."""
    name = languages.folded(text)
    return next((one.base for one in among.values() if name in one.names), "")


def code_of(said: str, among: Mapping[str, Tongue]) -> str:
    """The code an outside program means: flows say `amh` where we say `am`; what nobody knows stays as it is."""
    return said if said in among else find(said, among) or said


def direction(code: str, among: Mapping[str, Tongue]) -> str:
    """How text of the language runs; unknown ones left to right."""
    return among[code].direction if code in among else "ltr"


def read(head: Mapping[str, Any]) -> dict[str, Any]:
    """The fields `languages` and `orders` of a stored edition; those of an older making have none."""
    stored, orders = head.get("languages", {}), head.get("orders", {})
    return {
        "languages": {code: leaves.read(Tongue, raw) for code, raw in stored.items()},
        "orders": {country: tuple(codes) for country, codes in orders.items()},
    }
