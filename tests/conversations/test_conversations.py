"""Golden dialogues: what a caller sees, word for word, on the demonstration edition of the content files.

A file starts with `country KE`, `language en` (or `-` for a new caller), `letters yes` (or `no`: the
operator shows Latin letters only) and, for questions, `ask words = faq-006 faq-012` or `= danger`. Then each
`> input` (`> *` dials) is followed by the screen's place, what it shows, and its text.

After a wanted change of content: `UPDATE_CONVERSATIONS=1 make test`, then read the difference before committing it.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from campaigns.editions.edition import Edition
from tests.published import demonstration
from ussd.menu import Asked, Budget, Screen, Start, walk

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))
UPDATE = os.environ.get("UPDATE_CONVERSATIONS") == "1"


@dataclass
class Script:
    """One file: how the call begins, what the matcher answers, what is typed."""

    facts: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)


def read(path: Path) -> Script:
    script = Script()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("> "):
            script.inputs.append(line[2:])
        elif not script.inputs:
            script.head.append(line)
            name, _, value = line.partition(" ")
            if name == "ask":
                words, _, items = value.partition(" = ")
                script.asked[words] = items
            elif name:
                script.facts[name] = value
    return script


def play(edition: Edition, script: Script) -> str:
    def ask(text: str, language: str) -> Asked:
        items = script.asked.get(text, "")
        return Asked(danger=True) if items == "danger" else Asked(tuple(items.split()))

    language = script.facts["language"]
    start = Start(
        language=None if language == "-" else language,
        country=script.facts["country"],
        budget=Budget(156, 66 if script.facts["letters"] == "yes" else 0),
    )
    lines = [*script.head]
    for number, given in enumerate(script.inputs):
        screen = walk(edition, start, script.inputs[1 : number + 1], ask)
        lines += [f"> {given}", told(screen), screen.text, ""]
    return "\n".join(lines)


def told(screen: Screen) -> str:
    words = [screen.place, *screen.content, screen.wish, "ends" if screen.ends else ""]
    return f"[{' '.join(filter(None, words))}]"


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path):
    script = read(path)
    played = play(demonstration(), script)
    if UPDATE:
        path.write_text(played, encoding="utf-8")

    assert played == path.read_text(encoding="utf-8")
