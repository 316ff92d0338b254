"""The way back to somebody who asked for a person, by the address they wrote from.

A chat page is answered on the page alone, a number by single SMS from where they wrote to. A door whose chats
have a way of their own names it in `SCHEMES`: it takes the wish, the text that is kept of it, and the words.
"""

from collections.abc import Callable
from typing import Final

from bot.models import Wish, WishText
from campaigns.blasts import routes
from campaigns.models.replies import Answer
from campaigns.replies import chats
from gateways.messenger import Letter
from people import identity

PAGE: Final = "web:"
NUMBER: Final = "tel:"
Way = Callable[[Wish, WishText, str], None]
LETTER: Final = "letter:"  # before the address of a chat app, as bot.letters keeps it


def leads(door: str, gateway: str, address: str) -> bool:
    """Whether an answer can come back to this address."""
    if door in ("web", "sms"):
        return True
    return _known(gateway) and (address.startswith(NUMBER) or _scheme(address) in SCHEMES)


def sealed(address: str) -> bool:
    """Whether the address itself must be kept for an answer: of a chat with a way of its own."""
    return _scheme(address) in SCHEMES


def of(wish: Wish) -> Way | None:
    """What sends to the person of this wish; None where nothing does any more. Raises identity.BrokenSeal."""
    if wish.door == "web":
        return _page
    if wish.address:
        return SCHEMES.get(_scheme(identity.unseal(wish.address, identity.TEXT)))
    return _sms if wish.number and _known(wish.gateway) else None


def _scheme(address: str) -> str:
    scheme, colon, _rest = address.partition(":")
    return scheme + colon


def _known(gateway: str) -> bool:
    return gateway in routes.gateways()


def _page(_wish: Wish, _text: WishText, _words: str) -> None:
    """The page asks for it itself (bot.views.answers)."""


def _sms(wish: Wish, text: WishText, words: str) -> None:
    """Into the queue of single SMS: sent once, under a name that this text alone has."""
    Answer.objects.create(
        kind=Answer.Kind.PERSON,
        gateway=wish.gateway,
        reference=f"wish:{wish.pk}:{text.pk}",
        country=wish.country,
        token=wish.token,
        number=wish.number,
        sender=wish.code,
        text=identity.seal(words),
        made_at=text.at,
    )


def letter_address(to: str) -> str:
    """The sealed address of somebody who writes in a chat app."""
    return identity.seal(f"{LETTER}{to}")


def _letter(wish: Wish, text: WishText, words: str) -> None:
    """Into the same queue, to the app they wrote in, while it lets answers through."""
    to = identity.unseal(wish.address, identity.TEXT).removeprefix(LETTER)
    posting = chats.Posting(
        gateway=wish.gateway,
        reference=f"wish:{wish.pk}:{text.pk}",
        country=wish.country,
        token=wish.token,
        letter=Letter(to, words),
        heard_at=wish.last_at,
        kind=Answer.Kind.PERSON,
    )
    chats.wait(posting, at=text.at)


SCHEMES: dict[str, Way] = {LETTER: _letter}  # beginning of an address -> what sends there
