"""Content as JSON and back: an edition keeps what it was made from, tokens unfilled.

So it can be made again with the numbers of another day, when one expires or an older edition is taken back.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from campaigns.editions.content import Content, Node, Words


class BadSource(ValueError):  # noqa: N818 - named for what it is
    """The text holds no content, or that of another making."""


def freeze(content: Content) -> str:
    raw = {
        "nodes": [asdict(node) for node in content.nodes.values()],
        "texts": {
            language: {code: asdict(words) for code, words in texts.items()}
            for language, texts in content.texts.items()
        },
        "wordings": content.wordings,
    }
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def thaw(text: str) -> Content:
    """The content; raises BadSource."""
    try:
        raw = json.loads(text)
        nodes = [_node(one) for one in raw["nodes"]]
        texts = {
            language: {code: _words(one) for code, one in texts.items()}
            for language, texts in raw["texts"].items()
        }
        return Content({node.code: node for node in nodes}, texts, raw["wordings"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSource(f"this is no content: {error!r}") from error


def _node(raw: Mapping[str, Any]) -> Node:
    return Node(**{**raw, **{name: tuple(raw[name]) for name in ("countries", "indicators")}})


def _words(raw: Mapping[str, Any]) -> Words:
    return Words(**{**raw, **{name: tuple(raw[name]) for name in ("phrasings", "options")}})
