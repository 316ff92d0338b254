"""What a browser does on the chat page."""

from bot.views import visits

CHAT, SAY, DELETE = "/chat/", "/chat/say/", "/chat/delete/"
HTMX = {"HX-Request": "true"}


def who(client) -> str:
    """The person of the browser's visit."""
    visit = visits._opened(client.cookies["chat"].value)
    assert visit is not None
    return visit.who


def say(client, text: str, **more):
    return client.post(SAY, {"text": text, **more}, headers=HTMX)
