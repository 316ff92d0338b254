"""Answering somebody who asked for a person: in their language, where they wrote from, once.

An answer is a content item as the edition says it, or a colleague's own words. Whoever answers has read all that
was said before: what came meanwhile, from the person or a colleague, is read first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from bot import holding, inbox, ways
from bot.holding import NotDone
from bot.memory import Memory
from bot.models import Wish, WishText
from bot.wording import Speech, speaking
from campaigns.blasts import routes
from campaigns.editions.edition import Edition, Item
from gateways import segments
from people import consent, erasure, identity
from people.models import Staff

PARTS = 3  # of an SMS in a colleague's own words
LONGEST = 600  # characters of the same in a chat


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said: `item` of the edition, or `text`; `seen` the newest text of the thread that was read."""

    text: str = ""
    item: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer as it will be sent. `parts` 0 where it is no SMS; `word` why it cannot go ("" : it can)."""

    text: str
    parts: int
    units: int
    encoding: str
    word: str = ""


def edition_for(wish: Wish) -> Edition | None:
    """What may be said where they wrote; None where nothing is published for it."""
    try:
        simulated = (
            routes.gateway(wish.gateway).simulated if wish.gateway else settings.DEMONSTRATION
        )
        return routes.edition(simulated=simulated)
    except routes.NoRoute:
        return None


def canned(edition: Edition, wish: Wish) -> list[tuple[str, str]]:
    """Id and title of the items that can be said to this person, in their language."""
    speech = _speech(edition, wish)
    own = [one for one in edition.items.values() if _sayable(speech, one)]
    return [(one.id, one.texts[speech.language].title) for one in own]


def _sayable(speech: Speech, item: Item) -> bool:
    return speech.has(item.id) and (item.serves(speech.country) or not speech.country)


def preview(edition: Edition, wish: Wish, words: Words) -> Preview:
    """How it will read on their phone or page, what it is on the air, and why it cannot go."""
    text = _said(edition, wish, words)
    if wish.door == "web":
        return Preview(text, 0, len(text), "", _refused(text, len(text) > LONGEST, words))
    marked = edition.mark + text
    on_air = segments.count(marked)
    word = _refused(text, on_air.parts > PARTS, words)
    return Preview(marked, on_air.parts, on_air.units, on_air.encoding, word)


def _refused(text: str, long: bool, words: Words) -> str:
    """An item is as long as it is; own words have a limit."""
    return "empty" if not text else "long" if long and not words.item else ""


def _said(edition: Edition, wish: Wish, words: Words) -> str:
    if not words.item:
        return "\n".join(" ".join(line.split()) for line in words.text.strip().splitlines())
    speech, item = _speech(edition, wish), edition.items.get(words.item)
    return (speech.text(item) if item and _sayable(speech, item) else "") or ""


def _speech(edition: Edition, wish: Wish) -> Speech:
    return speaking(edition, wish.country, wish.language, brief=wish.door != "web")


# --- sending --------------------------------------------------------------------------------------------


def send(wish: Wish, words: Words, *, by: Staff, at: datetime, memory: Memory) -> None:
    """Say it to the person, once, on record. Raises NotDone: closed, not-yours, or a word of WHY.

    Text, thread and queue are of one transaction: whatever dies meanwhile leaves all of it or nothing.
    """
    edition = edition_for(wish)
    if edition is None:
        raise NotDone("no-way")
    shown = preview(edition, wish, words)
    if shown.word:
        raise NotDone(shown.word)

    with inbox.changed(wish.pk, "question answered", by, at, item=words.item) as found:
        holding.own(found, by)
        _may_send(found, words, memory)
        text = identity.seal(shown.text)
        kept = WishText.objects.create(wish=found, by=by, item=words.item, text=text, at=at)
        found.last_at = found.answered_at = at
        if way := ways.of(found):
            way(found, kept, shown.text)
    _go_on(wish, memory)


def _may_send(wish: Wish, words: Words, memory: Memory) -> None:
    newest = wish.texts.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest == 0 or not wish.token or _forgotten(wish):
        raise NotDone("gone")
    if newest != words.seen:
        raise NotDone("changed")
    if wish.door == "web" and not there(wish, memory):
        raise NotDone("away")
    try:
        if ways.of(wish) is None:
            raise NotDone("no-way")
        number = identity.unseal(wish.number, identity.NUMBER) if wish.number else ""
    except identity.BrokenSeal:
        raise NotDone("no-way") from None
    if number and consent.ended_since(number, wish.asked_at):
        raise NotDone("stopped")


def _forgotten(wish: Wish) -> bool:
    return erasure.asked().filter(token=wish.token, at__gt=wish.asked_at).exists()


def there(wish: Wish, memory: Memory) -> bool:
    """Whether their chat page is still open: what a later holder of the phone opens is another conversation."""
    return memory.get(wish.token).thread


def _go_on(wish: Wish, memory: Memory) -> None:
    """What they write next within minutes comes to the same thread, however long they waited."""
    state = memory.get(wish.token)
    memory.put(wish.token, replace(state, language=state.language or wish.language, thread=True))


# --- on the chat page -----------------------------------------------------------------------------------


def waiting(tokens: Iterable[str], *, at: datetime) -> list[str]:
    """Answers for the page of these tokens that were not shown yet; from now on they were. In a transaction."""
    fresh = WishText.objects.filter(wish__token__in=list(tokens), by__isnull=False, shown_at=None)
    found = list(fresh.filter(wish__door="web").select_for_update(of=("self",)).order_by("pk"))
    WishText.objects.filter(pk__in=[one.pk for one in found]).update(shown_at=at)
    return [identity.unseal(one.text, identity.TEXT) for one in found]
