"""Golden dialogues of chat and SMS in eight languages, word for word, on the demonstration edition (tests.bot.golden).

After a wanted change of the content: `UPDATE_DIALOGUES=words make test`, which keeps what the matchers made of the
questions; `UPDATE_DIALOGUES=1` asks the matchers anew. Then read the difference.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot import matchers
from bot.replies import Rank
from tests.bot.dangers import ROWS
from tests.bot.golden import Dialogue, listening, play, read, walk
from tests.published import demonstration
from understanding import calibration

FOLDER = Path(__file__).parent / "dialogues"
FILES = sorted(FOLDER.glob("*/*.txt"))
LANGUAGES = {"am", "ar", "en", "fr", "om", "so", "sw", "ti"}
UPDATE = os.environ.get("UPDATE_DIALOGUES", "")
# What no dialogue may lack, in any language
SHOWN = {
    *("sure", "item", "source", "unsure", "unknown", "none", "thanks", "menu", "help", "language", "stop"),
    *("start-ask", "start", "age-ask", "minor", "forget-ask", "forget", "danger", "left", "long", "empty"),
    *("voice", "picture", "place", "about", "calm", "call", "person", "busy"),
}  # fmt: skip


def update(path: Path) -> None:
    """The file as the edition makes it now, and with "1" its own matchers too."""
    dialogue = read(path)
    if UPDATE == "1":
        made: dict[tuple[str, str], tuple[str, ...]] = {}
        play(demonstration(), dialogue, listening(demonstration(), made))
        dialogue = replace(dialogue, made=made)
    path.write_text(play(demonstration(), dialogue), encoding="utf-8")


def decisions(dialogue: Dialogue) -> set[str]:
    walked = walk(demonstration(), dialogue, dialogue.rank)
    return {reply.decision for _, reply in walked if reply}


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_dialogue(path: Path):
    if UPDATE:
        update(path)

    assert play(demonstration(), read(path)) == path.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_kind_of_answer_is_shown_in_the_language(language: str):
    shown = [decisions(read(path)) for path in FILES if path.parent.name == language]

    assert set().union(*shown) >= SHOWN


@pytest.mark.django_db
def test_every_cry_of_the_table_stands_in_a_dialogue_and_is_heard():
    """All concepts of danger, in all languages (tests/bot/danger_golden.tsv): help, a question back and a case."""
    for language in LANGUAGES:
        walked = walk(demonstration(), *_asked(FOLDER / language / "cries.txt"))
        heard = {line[2:] for line, reply in walked if reply and reply.danger}
        assert heard == {row["text"] for row in ROWS if row["language"] == language}


def _asked(path: Path) -> tuple[Dialogue, Rank]:
    dialogue = read(path)
    return dialogue, dialogue.rank


def test_every_language_has_dialogues():
    assert {path.parent.name for path in FILES} == LANGUAGES


@pytest.mark.django_db
def test_matchers_still_see_what_is_asked_as_the_dialogues_say():
    """One in ten may be seen otherwise by a better matcher; more, and the dialogues tell of another product."""
    rank = matchers.of(demonstration()).rank
    asked = {key: made for path in FILES for key, made in read(path).made.items()}

    same = [made[1] in _decided(rank(words, spoken)) for (spoken, words), made in asked.items()]

    assert sum(same) >= 0.9 * len(asked)


def _decided(ranked: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    return calibration.decide(ranked).choices


@pytest.mark.django_db
def test_whoever_holds_the_phone_later_sees_nothing_of_before():
    """After the silence no number, no word and no yes leads to what was said."""
    for path in FILES:
        if path.stem == "danger":
            replies = [reply for _, reply in walk(demonstration(), read(path), read(path).rank)]
            later = replies[replies.index(None) + 1 :]
            assert [reply.decision for reply in later if reply] == ["menu", "source", "menu"]
            assert {item for reply in later if reply for item in reply.items} == set()
