"""Single places of a posted JSON body, whatever stands there: nothing in it can make the reader stumble."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateways.base import BadForm

Node = Mapping[str, Any]
EMPTY: Node = {}


def opened(raw: bytes) -> Node:
    """The object of a body. Raises BadForm where it is none."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadForm("the body is not JSON") from None
    if not isinstance(told, dict):
        raise BadForm("the body is no object")
    return told


def node(of: Node, name: str) -> Node:
    """An object inside; an empty one where there is none."""
    found = of.get(name)
    return found if isinstance(found, dict) else EMPTY


def nodes(of: Node, name: str) -> Iterator[Node]:
    """The objects of a list inside."""
    found = of.get(name)
    yield from (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))


def text(of: Node, name: str) -> str:
    """A text inside, its halves of surrogate pairs made harmless; "" where there is none."""
    found = of.get(name)
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def whole(of: Node, name: str) -> int | None:
    """A whole number inside; None where there is none, or one of endless digits."""
    found = of.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) >= 1 << 63:
        return None
    return found
