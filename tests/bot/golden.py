"""Golden dialogues of chat and SMS: what a person writes and is answered, word for word, as text files.

A file starts with `country KE`, `language en` (or `-`: nobody knows it yet), `door chat` (or `sms`), where answers of a
person can come back `reads 3` (hours until somebody reads) and, for what was asked freely, `ask words = sure faq-006` or `= unsure faq-006 faq-012`: what the matcher made of them. Then each
line that begins with `>` is a message, followed by `[decision items wish question danger | language]` and the
answer. Other lines of a person: `>> voice` (also picture, place), `>* 120 words` the same words many times,
`>~ 16` minutes pass in which nobody writes, `>! too fast` they write faster than people do. An empty message is `>` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from bot import matchers
from bot.conversation import marked
from bot.dialogue import turn
from bot.memory import Memory
from bot.replies import Form, Rank, Reply, Told, busy
from campaigns.editions.edition import Edition
from understanding import calibration

NEW = "-"
TOKEN = "one phone"
SHARES = {"sure": (0.97, 0.01, 0.01), "unsure": (0.5, 0.2, 0.1)}
Made = Mapping[tuple[str, str], tuple[str, ...]]  # language and words -> decision and items


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation. `made`: what the matcher made of what is asked; all else is unknown to it."""

    country: str
    language: str
    door: str
    made: Made
    lines: tuple[str, ...]
    reads: int | None = None

    def rank(self, text: str, language: str) -> Sequence[tuple[str, float]]:
        kind, *items = self.made.get((language, text), ("unknown",))
        return list(zip(items, SHARES.get(kind, ()), strict=False))


def read(path: Path) -> Dialogue:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.partition(" ") for line in lines[: lines.index("")]]
    facts = {name: value for name, _, value in head if name != "ask"}
    asked = [value.rpartition(" = ") for name, _, value in head if name == "ask"]
    return Dialogue(
        facts["country"],
        facts["language"].replace(NEW, ""),
        facts["door"],
        {_key(asked): tuple(made.split()) for asked, _, made in asked},
        tuple(line for line in lines if line.startswith(">")),
        int(facts["reads"]) if "reads" in facts else None,
    )


def _key(asked: str) -> tuple[str, str]:
    language, _, words = asked.partition(" ")
    return language, words


def play(edition: Edition, dialogue: Dialogue, rank: Rank | None = None) -> str:
    """The file as the edition answers it; by `rank` in place of what the matcher once made of it."""
    said = []
    for line, reply in walk(edition, dialogue, rank or dialogue.rank):
        answered = [_noted(reply), marked(edition, reply.text)] if reply else []
        said += [line, *answered, ""]
    return "\n".join([*_heads(dialogue), "", *said])


def walk(edition: Edition, dialogue: Dialogue, rank: Rank) -> Iterator[tuple[str, Reply | None]]:
    """Each line with its reply; None while nobody writes."""
    clock = [0.0]
    memory = Memory(clock=lambda: clock[0])
    for line in dialogue.lines:
        if line.startswith(">~ "):
            clock[0] += timedelta(minutes=int(line[3:])).total_seconds()
            yield line, None
            continue
        if line.startswith(">! "):
            state = memory.get(TOKEN)
            language = state.language or dialogue.language
            yield line, Reply(busy(edition, dialogue.country, language), "busy", state)
            continue
        reply = turn(edition, rank, memory.get(TOKEN), _told(line, dialogue))
        memory.put(TOKEN, reply.state)
        yield line, reply


def _told(line: str, dialogue: Dialogue) -> Told:
    form = line[3:] if line.startswith(">> ") else "text"
    text = line[2:] if form == "text" else ""
    if line.startswith(">* "):
        times, _, words = line[3:].partition(" ")
        text = " ".join([words] * int(times))
    sms = dialogue.door == "sms"
    country, language = dialogue.country, dialogue.language
    hours = dialogue.reads
    return Told(
        text,
        country,
        language,
        brief=sms,
        reachable=sms,
        form=cast("Form", form),
        reads=None if hours is None else lambda: hours,
    )


def _noted(reply: Reply) -> str:
    words = [
        reply.decision,
        *reply.items,
        f"wish={reply.wish}" if reply.wish else "",
        "question" if reply.question else "",
        f"danger={reply.danger.language}:{reply.danger.rule}" if reply.danger else "",
    ]
    return f"[{' '.join(filter(None, words))} | {reply.state.language or NEW}]"


def _heads(dialogue: Dialogue) -> list[str]:
    heads = [f"country {dialogue.country}", f"language {dialogue.language or NEW}"]
    asked = [f"ask {' '.join(key)} = {' '.join(made)}" for key, made in dialogue.made.items()]
    reads = [] if dialogue.reads is None else [f"reads {dialogue.reads}"]
    return [*heads, f"door {dialogue.door}", *reads, *asked]


def listening(edition: Edition, made: dict[tuple[str, str], tuple[str, ...]]) -> Rank:
    """The edition's own matchers, whose decisions are written down in `made`."""
    rank = matchers.of(edition).rank

    def listen(text: str, language: str) -> Sequence[tuple[str, float]]:
        ranked = [one for one in rank(text, language) if language in edition.items[one[0]].texts]
        decision = calibration.decide(ranked)
        if decision.kind != "unknown":
            made[language, text] = (decision.kind, *decision.choices)
        return ranked

    return listen
