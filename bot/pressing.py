"""What can be pressed below a reply: its choices and the lines it shows besides them; and the words without these."""

from collections.abc import Sequence
from typing import Final

from bot.replies import Reply
from campaigns.editions.edition import Edition

# Lines that mean the same in every state, where a text shows them
ALWAYS: Final = (
    ("0", "bot.none_of_these"),
    ("0", "ussd.back"),
    ("8", "ussd.help"),
    ("9", "ussd.language"),
)
Keys = tuple[tuple[str, str], ...]  # key and label


def keys(edition: Edition, reply: Reply) -> Keys:
    """In the order in which the text shows them, its own choices first."""
    lines = set(reply.text.splitlines())
    more = [pair for pair in always(edition, reply.state.language) if _line(pair) in lines]
    own = [(one.key, one.title) for one in reply.choices]
    return tuple(dict.fromkeys([*own, *more]))


def always(edition: Edition, language: str) -> list[tuple[str, str]]:
    """Key and label of what means the same in every state."""
    return [(key, edition.ui(language or "en", name)) for key, name in ALWAYS]


def words(text: str, pressed: Sequence[tuple[str, str]]) -> str:
    """The text without the lines that stand below it as keys."""
    shown = set(map(_line, pressed))
    return "\n".join(line for line in text.splitlines() if line not in shown)


def _line(pair: tuple[str, str]) -> str:
    return " ".join(pair)
