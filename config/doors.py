"""The whole site as one WSGI callable: hot doors and health in front, Django's pages behind (D3)."""

import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings

import bot.conversation
import bot.hooks
import bot.letterbox
import campaigns.hooks
import ussd.hooks
import ussd.preview
from bot.memory import Memory
from config.asking import ask_of, try_of
from config.health import health, process, ready, told
from config.house import House
from config.lines import named
from gateways.wire import PLAIN_TEXT, Environ, StartResponse, Wsgi, answer
from operations.hooks import door as metrics
from operations.meters import HOT, Meter, metered
from ussd.hop import Desk

log = logging.getLogger(__name__)
BODIES_MOST: Final = 3  # requests with a body that pages work on at once; fewer than threads
PATIENCE: Final = 0.1  # seconds; bodies that are there are done long before, slow ones are not


def hooks(house: House) -> Mapping[str, Wsgi]:
    """Last part of a hook's path -> the door behind it."""
    desk = Desk(
        gateways=house.gateways,
        shelf=house.shelf,
        journal=house.journal,
        ask=ask_of,
        remembered=house.remembered,
        elsewhere=house.elsewhere,
    )
    talk = ussd.hooks.door(desk)
    post = campaigns.hooks.door(gateways=house.gateways, journal=house.journal)
    chats = bot.conversation.Desk(house.journal, Memory(house.redis_url), house.office.reads_in)
    bot.conversation.place(chats)  # the chat page journals through this process's journal too
    ussd.preview.place(try_of)
    room = bot.hooks.Room(house.gateways, house.shelf, chats)
    heard, written = bot.hooks.door(room), bot.letterbox.door(room)
    return {
        "ussd": talk,
        "ussd-end": talk,
        "receipt": post,
        "opt-out": post,
        "external": post,
        "sms": heard,
        "ask": heard,
        "telegram": written,
        "whatsapp": written,
    }


def bounded(pages: Wsgi, most: int = BODIES_MOST) -> Wsgi:
    """The pages, with at most so many requests with a body in work; others are asked to come again.

    A body comes as slowly as its sender likes, and each one that is waited for holds a thread.
    """
    places = BoundedSemaphore(most)

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return pages(environ, start_response)
        if not places.acquire(timeout=PATIENCE):
            start_response("503 Service Unavailable", [PLAIN_TEXT, ("Retry-After", "1")])
            return [b"Busy. Please try again in a moment."]
        try:
            return pages(environ, start_response)
        finally:
            places.release()

    return application


def front(house: House, pages: Wsgi) -> Wsgi:
    """Hooks by the last part of their path, `/healthz`, `/readyz`, `/metrics`; whatever else is Django's.

    Nothing that fails here reaches the server, which would print it with all that was said.
    """
    meters, of_pages = defaultdict[str, Meter](Meter), Meter()
    doors = {kind: metered(door, meters[kind], every=HOT) for kind, door in hooks(house).items()}
    pages = metered(named(bounded(pages)), of_pages)
    own: Mapping[str, Wsgi] = {
        "/healthz": told(partial(health, house)),
        "/readyz": told(partial(ready, house)),
        "/metrics": metrics(process(house), meters, of_pages, token=settings.METRICS_TOKEN),
    }

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        try:
            if not path.startswith("/hooks/"):
                return own.get(path, pages)(environ, start_response)
            door = doors.get(path[path.rfind("/") + 1 :])
            if door is None:
                return answer(start_response, "not here", status=404)
            return door(environ, start_response)
        except Exception as error:  # noqa: BLE001 - the outermost door
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("a request failed with %s at\n%s", type(error).__name__, where)  # noqa: TRY400
            return answer(start_response, "failed", status=500)

    return application
