"""What Telegram posts: updates of private chats. Groups are nobody's own place, so they are not heard."""

from collections.abc import Iterator, Mapping

from gateways.base import BadForm
from gateways.json_forms import Node, node, opened, text, whole
from gateways.messenger import Event, Form, Left, Written

# Commands as Telegram's own menu writes them; /start opens a chat and asks for no messages
COMMANDS: Mapping[str, str] = {
    "start": "",
    "menu": "menu",
    "help": "help",
    "language": "language",
    "stop": "stop",
}
FORMS: Mapping[str, Form] = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "voice",
    "photo": "picture",
    "video": "picture",
    "animation": "picture",
    "document": "picture",
    "sticker": "picture",
    "location": "place",
    "venue": "place",
}
GONE = frozenset({"kicked", "left"})


def events(raw: bytes) -> Iterator[Event]:
    """The event of one update, if it is one for us. Raises BadForm where it has no number or no known shape."""
    update = opened(raw)
    number = whole(update, "update_id")
    if number is None:
        raise BadForm("update_id is missing")
    for name in ("message", "edited_message"):
        if name in update:
            yield from _message(node(update, name), number)
            return
    if "callback_query" in update:
        yield from _pressed(node(update, "callback_query"), number)
    elif "my_chat_member" in update:
        yield from _left(node(update, "my_chat_member"))


def _person(chat: Node, sender: Node) -> str:
    """The address of somebody who writes to us alone; "" for groups, channels and other bots."""
    own = whole(chat, "id")
    private = text(chat, "type") == "private" and own is not None and own > 0
    return f"telegram:{own}" if private and sender.get("is_bot") is not True else ""


def _message(message: Node, number: int) -> Iterator[Written]:
    sender = node(message, "from")
    address = _person(node(message, "chat"), sender)
    if not address:
        return
    yield Written(
        reference=f"update:{number}",
        address=address,
        text=_plain(text(message, "text") or text(message, "caption")),
        language=text(sender, "language_code")[:12],
        number=_own_number(node(message, "contact"), sender),
        form=next((form for name, form in FORMS.items() if name in message), "text"),
    )


def _plain(said: str) -> str:
    """A command as the word it stands for; "/start abc" opened the chat by a link."""
    if not said.startswith("/"):
        return said
    command = said[1:].split(maxsplit=1)[0] if said[1:].split() else ""
    command = command.partition("@")[0].lower()
    return COMMANDS.get(command, said[1:])


def _own_number(contact: Node, sender: Node) -> str:
    """The number of a contact that its sender says is their own, and Telegram vouches for; nobody else's."""
    theirs = whole(contact, "user_id")
    if theirs is None or theirs != whole(sender, "id"):
        return ""
    digits = text(contact, "phone_number").strip().removeprefix("+")
    return f"+{digits}" if digits.isascii() and digits.isdecimal() else ""


def _pressed(query: Node, number: int) -> Iterator[Written]:
    sender = node(query, "from")
    chat = node(node(query, "message"), "chat")
    if address := _person(chat, sender):
        language = text(sender, "language_code")[:12]
        yield Written(f"update:{number}", address, text(query, "data"), language)


def _left(change: Node) -> Iterator[Left]:
    gone = text(node(change, "new_chat_member"), "status") in GONE
    if gone and (address := _person(node(change, "chat"), node(change, "from"))):
        yield Left(address)
