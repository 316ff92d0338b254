"""Places in a request that are filled for each text: {to}, {text} and the others, and nothing else."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PLACES = ("to", "numbers", "text", "sender", "id", "receipt", "coding")
PLACE = re.compile(r"\{([a-z_]+)\}")
HEADER = re.compile(r"[!-9;-~]+"), re.compile(r"[ -~]*")  # a name, a value
LIST = "{numbers}"  # as the whole of a JSON text: a list with one text a number
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Fill:
    """What stands in the places this time."""

    words: Mapping[str, str] = field(repr=False)
    numbers: Sequence[str] = field(repr=False)

    def text(self, pattern: str, written: Callable[[str], str] = str) -> str:
        """A text with its places filled, each word written by `written`; words are never searched again."""
        return PLACE.sub(lambda found: written(self._word(found[1])), pattern)

    def tree(self, value: Any) -> Any:  # noqa: ANN401 - JSON holds any kind
        """The same for JSON: only its texts are filled."""
        if isinstance(value, str):
            return list(self.numbers) if value == LIST else self.text(value)
        if isinstance(value, list):
            return [self.tree(one) for one in value]
        if isinstance(value, dict):
            return {name: self.tree(one) for name, one in value.items()}
        return value

    def _word(self, place: str) -> str:
        return self.words["to"] if place == "numbers" else self.words[place]


def places(value: Any) -> frozenset[str]:  # noqa: ANN401
    """The places used in texts, tables and lists. Raises ValueError for one that does not exist."""
    if isinstance(value, Mapping):
        return places(list(value.values()))
    if isinstance(value, list | tuple):
        return frozenset().union(*map(places, value))
    found = frozenset(PLACE.findall(value)) if isinstance(value, str) else frozenset()
    if unknown := sorted(found.difference(PLACES)):
        known = ", ".join("{" + name + "}" for name in PLACES)
        raise ValueError(f"there is no place {{{unknown[0]}}}; there are {known}")
    return found


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises ValueError for a header that cannot be sent; its value, which may be a key, is not said."""
    for name, value in headers.items():
        if not HEADER[0].fullmatch(name) or not HEADER[1].fullmatch(value):
            raise ValueError(f"header {name!r} holds letters that no header may hold")


def body(
    fill: Fill, form: Mapping[str, str], tree: Mapping[str, Any]
) -> tuple[bytes | None, Mapping[str, str]]:
    """The body and its Content-Type."""
    if tree:
        return json.dumps(fill.tree(dict(tree)), ensure_ascii=False).encode(), JSON
    if form:
        return urlencode({name: fill.text(word) for name, word in form.items()}).encode(), FORM
    return None, {}
