"""Telegram and WhatsApp as accounts of a deployment, before a server that answers as it is told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from campaigns.blasts import routes
from tests.campaigns import scene
from tests.gateways.messengers import file
from tests.provider import Asked, Provider, Said, providing

TAKEN = '{"ok": true, "result": {"message_id": 5}}'
SENT = '{"messages": [{"id": "wamid.OUT%d"}]}'


@dataclass
class Apps:
    """What both apps' servers were asked to send."""

    provider: Provider

    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.provider.asked]

    def says(self, *said: Said) -> None:
        self.provider.says(*said)


def _say(asked: Asked) -> Said:
    number = int.from_bytes(asked.body[-2:], "big")
    return Said(TAKEN if asked.path.endswith("sendMessage") else SENT % number, 200)


@pytest.fixture
def apps(settings, tmp_path: Path) -> Iterator[Apps]:
    with providing() as provider:
        provider.say = _say
        path = tmp_path / "gateways.toml"
        path.write_text(file(provider.url), encoding="utf-8")
        settings.GATEWAYS_FILE, settings.DATA = str(path), tmp_path
        scene.forget_routes()
        yield Apps(provider)
        for one in routes.gateways().values():
            one.carriage.close()  # type: ignore[attr-defined]  # both have one
        scene.forget_routes()
