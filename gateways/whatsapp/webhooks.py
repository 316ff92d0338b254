"""What WhatsApp posts: messages of people, and how far ours came."""

from collections.abc import Iterator, Mapping

from gateways.base import BadForm, Reason, Receipt, Standing
from gateways.json_forms import Node, node, nodes, opened, text, whole
from gateways.messenger import Event, Form, Written
from gateways.whatsapp.replies import CODES

STANDINGS: Mapping[str, Standing] = {
    "sent": Standing.SENT,
    "delivered": Standing.DELIVERED,
    "read": Standing.DELIVERED,
    "failed": Standing.FAILED,
}
FORMS: Mapping[str, Form] = {
    "audio": "voice",
    "voice": "voice",
    "image": "picture",
    "video": "picture",
    "document": "picture",
    "sticker": "picture",
    "location": "place",
}
SILENT = frozenset({"reaction", "system", "ephemeral"})  # say nothing that asks for an answer


def events(raw: bytes, number_id: str) -> Iterator[Event]:
    """All that a body tells of this number, in its order. Raises BadForm where it is none of WhatsApp's."""
    told = opened(raw)
    if text(told, "object") != "whatsapp_business_account":
        raise BadForm("object is not whatsapp_business_account")
    for entry in nodes(told, "entry"):
        for change in nodes(entry, "changes"):
            value = node(change, "value")
            if text(node(value, "metadata"), "phone_number_id") == number_id:
                yield from _messages(value)
                yield from _receipts(value)


def _messages(value: Node) -> Iterator[Written]:
    for message in nodes(value, "messages"):
        number, name = text(message, "from").removeprefix("+"), text(message, "id")
        kind = text(message, "type")
        if number.isascii() and number.isdecimal() and name and kind not in SILENT:
            form = FORMS.get(kind, "text")
            yield Written(name, f"tel:+{number}", _said(message, kind), form=form)


def _said(message: Node, kind: str) -> str:
    """The words of a message; none where it has none that can be read."""
    part = node(message, kind)
    if kind == "text":
        return text(part, "body")
    if kind == "interactive":
        reply = node(part, "button_reply") or node(part, "list_reply")
        return text(reply, "title") or text(reply, "id")
    if kind == "button":  # below a template
        return text(part, "text") or text(part, "payload")
    return text(part, "caption")  # of a picture, a video or a document


def _receipts(value: Node) -> Iterator[Receipt]:
    for status in nodes(value, "statuses"):
        name, word = text(status, "id"), text(status, "status")
        if name and word:
            number = text(status, "recipient_id").removeprefix("+")
            yield Receipt(
                reference=name,
                phone=f"+{number}" if number.isascii() and number.isdecimal() else "",
                network="",
                status=STANDINGS.get(word, Standing.UNKNOWN),
                reason=_reason(status) if word == "failed" else Reason.NONE,
                word=word,
            )


def _reason(status: Node) -> Reason:
    codes = (whole(one, "code") for one in nodes(status, "errors"))
    known = (CODES[code][1] for code in codes if code is not None and code in CODES)
    return next(known, Reason.OTHER)
