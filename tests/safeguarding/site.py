"""The whole product in one process: the real doors in front, the real journal and folds behind, phones that ask."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection

import bot.conversation
import bot.tasks
import campaigns.tasks
import people.tasks
import ussd.tasks
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from config.doors import front
from config.house import House, furnish
from gateways.wire import Environ, StartResponse, answer
from people import languages
from tests.doors import CODE, PHONE, Reply, knock


def no_pages(_environ: Environ, start_response: StartResponse) -> list[bytes]:
    """The pages are asked by Django's own client."""
    return answer(start_response, "a page", status=404)


@dataclass
class Site:
    """Doors over the data folder of the settings; `fold` is what the workers do within seconds."""

    house: House
    secret: str

    def __post_init__(self) -> None:
        self.knock = partial(knock, front(self.house, no_pages))

    def hook(self, kind: str, form: dict[str, Any] | bytes, secret: str = "") -> Reply:
        return self.knock(f"/hooks/sim/{secret or self.secret}/{kind}", form)

    def call(self, *inputs: str, phone: str = PHONE, session: str = "ATUid_1") -> str:
        """Dial and press one input after the other; the last screen, without CON or END."""
        form = {"sessionId": session, "serviceCode": CODE, "phoneNumber": phone}
        form |= {"networkCode": "63902"}
        for n in range(len(inputs) + 1):
            reply = self.hook("ussd", {**form, "text": "*".join(inputs[:n])})
            assert reply.status == 200, reply.text
        return reply.text.partition(" ")[2]

    def sms(self, text: str, phone: str = PHONE, reference: str = "sms-1") -> None:
        form = {"from": phone, "to": "22345", "text": text, "id": reference, "date": ""}
        assert self.hook("sms", form).status == 200

    def ask(self, text: str, person: str = f"tel:{PHONE}") -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            self.hook("ask", json.dumps({"text": text, "person": person}).encode()).text
        )
        return told

    def fold(self) -> None:
        """Everything that came in is carried to the tables and folded; what waits is sent."""
        self.house.shipper.ship_once()
        people.tasks.fold_opt_outs()
        people.tasks.fold_limited()
        ussd.tasks.fold_hops()
        ussd.tasks.fold_ends()
        ussd.tasks.fold_send_me()
        bot.tasks.fold_messages()
        campaigns.tasks.fold_receipts()


def build(edition: Edition) -> Site:
    """A site that serves this edition."""
    forget()
    gateway = routes.gateway()
    house = furnish(
        settings.DATA,
        database=connection.settings_dict,
        redis_url=settings.REDIS_URL,
        gateways=routes.gateways(),
        remembered=languages.Remembered(),
        shelf=routes.shelf(),
    )
    house.shelf.put(edition)
    return Site(house, gateway.secrets[0])


def close(site: Site) -> None:
    site.house.shipper.stop()
    site.house.elsewhere.stop()
    site.house.journal.close()
    forget()


def forget() -> None:
    """What a process keeps of another test's folder."""
    ussd.tasks._shelf.cache_clear()
    bot.tasks._memory.cache_clear()
    bot.conversation._placed.clear()
