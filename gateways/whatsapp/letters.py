"""How an answer is put for WhatsApp: up to three choices are buttons, up to ten a list, more stand in the text."""

from typing import Any

from gateways.messenger import Letter, cut, label

MOST_BUTTONS, MOST_ROWS = 3, 10
MOST_BUTTON, MOST_ROW, MOST_ABOUT = (
    20,
    24,
    72,
)  # characters of their labels, and of a row's second line
MOST_BODY = 1024  # characters of a text with buttons or a list below it
OPEN_LIST = "☰"  # the label of the button that opens a list: a sign, so that it needs no language


def body(letter: Letter) -> dict[str, Any]:
    """The JSON of one message. A text too long for keys goes without: the choices stand in it with their numbers."""
    said = cut(letter.text)
    shape: dict[str, Any] = {"type": "text", "text": {"preview_url": False, "body": said}}
    if letter.choices and len(said) <= MOST_BODY and len(letter.choices) <= MOST_ROWS:
        few = len(letter.choices) <= MOST_BUTTONS
        action = _buttons(letter) if few else _list(letter)
        kind = "button" if few else "list"
        inner = {"type": kind, "body": {"text": said}, "action": action}
        shape = {"type": "interactive", "interactive": inner}
    to = letter.to.removeprefix("tel:").removeprefix("+")
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        **shape,
    }


def _buttons(letter: Letter) -> dict[str, Any]:
    """Their titles differ, as WhatsApp demands, by the keys they begin with."""
    keys = [
        {"type": "reply", "reply": {"id": key, "title": label(key, title, MOST_BUTTON)}}
        for key, title in letter.choices
    ]
    return {"buttons": keys}


def _list(letter: Letter) -> dict[str, Any]:
    rows = [
        {"id": key, "title": label(key, title, MOST_ROW), "description": cut(title, MOST_ABOUT)}
        for key, title in letter.choices
    ]
    return {"button": OPEN_LIST, "sections": [{"rows": rows}]}
