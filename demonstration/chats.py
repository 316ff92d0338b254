"""What invented people write in a chat: questions as the editions' phrasings put them, and others that nobody foresaw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.editions.asked import examples
from campaigns.editions.edition import Edition
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from demonstration.phones import Phones
from people import languages
from understanding.safeguarding import hears_danger

MOST = 4  # messages of a conversation
STRANGE, NONE, AGAIN, HELPED = (
    0.12,
    0.25,
    0.5,
    0.05,
)  # by chance: of a message; of choices; another; help
HELP = "8"
# What nobody foresaw, in any language: the bot says that it does not know. Invented.
STRANGERS = ("2 kg 500?", "xoxo 77 lol", "FC score 3-2", "???", "abcd efgh ijkl", "top up 100")
Asked = Mapping[str, Sequence[str]]  # language -> how people ask


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation to be."""

    who: Inhabitant
    at: datetime


def phrasings(edition: Edition) -> Asked:
    """Questions by language."""
    spoken = sorted({languages.base(one) for one in edition.phrasings})
    return {
        one: [said for _, said_of in sorted(examples(edition, one).items()) for said in said_of]
        for one in spoken
    }


def make(chat: Chat, phones: Phones, asked: Asked, lot: Lot) -> None:
    """Write, read the answer, perhaps write again, as of the conversation's time."""
    who, name = chat.who, (chat.who.index, int(chat.at.timestamp()))
    language = languages.base(who.language)
    known = asked.get(language) or asked["en"]
    phones.now = chat.at.timestamp()
    answer: Mapping[str, Any] = {}
    for turn in range(MOST):
        if turn and not answer["choices"] and not lot.happens(AGAIN, "again", *name, turn):
            return
        words = _words(answer, known, lot, (*name, turn))
        answer = phones.ask(who.chat, who.country, language, words)
        phones.now += 15 + 40 * lot.share("pause", *name, turn)
        if answer["decision"] in {"sure", "item"} and not lot.happens(AGAIN, "more", *name, turn):
            return


def _words(
    answer: Mapping[str, Any], known: Sequence[str], lot: Lot, name: tuple[object, ...]
) -> str:
    """A choice of those on offer, or none of them; else a question."""
    if answer.get("decision") == "unsure" and answer["choices"]:
        if lot.happens(NONE, "none", *name):
            return "0"
        return str(lot.one(answer["choices"], "choice", *name)["key"])
    if lot.happens(HELPED, "helped", *name):
        return HELP
    said = lot.one(known, "question", *name)
    if lot.happens(STRANGE, "strange", *name) or hears_danger(said):  # nobody here is in danger
        return lot.one(STRANGERS, "stranger", *name)
    return said
