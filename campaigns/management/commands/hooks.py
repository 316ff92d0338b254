"""`manage.py hooks`: the addresses to give to a provider, secrets included."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from campaigns.blasts import routes
from gateways.base import Gateway
from gateways.messenger import Messenger
from gateways.rapidpro import RapidPro

KINDS = ("ussd", "ussd-end", "receipt", "sms", "opt-out", "ask")


class Command(BaseCommand):
    help = "List the hook addresses of every gateway. They hold secrets: show them to nobody else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        rows = [
            {"gateway": name, "kind": kind, "url": gateway.hook(kind)}
            for name, gateway in routes.gateways().items()
            for kind in _kinds(gateway)
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['gateway']:12} {row['kind']:9} {row['url']}")


def _kinds(gateway: Gateway) -> tuple[str, ...]:
    """Besides the usual ones that of RapidPro's External API channel, where one is set up; a chat app has its own."""
    if isinstance(gateway, Messenger):
        return (gateway.kind,)
    channel = isinstance(gateway, RapidPro) and gateway.carrier
    return (*KINDS, "external") if channel else KINDS
