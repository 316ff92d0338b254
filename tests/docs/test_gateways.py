"""What the page on gateways says can be loaded as it stands, and leaves no setting out."""

import dataclasses
import re
from pathlib import Path

import pytest

import gateways
from gateways.account import Account
from gateways.africastalking import AfricasTalking
from gateways.http import Http
from gateways.kannel import Kannel
from gateways.registry import ADAPTERS
from gateways.telegram import Telegram
from gateways.whatsapp import WhatsApp

PAGE = (Path(__file__).parents[2] / "docs" / "gateways.md").read_text(encoding="utf-8")
SHAPED = {"TG_TOKEN": "7000:" + "A" * 35}  # what has a shape of its own
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n", 1)[0])
def test_example_loads_as_it_stands(example, tmp_path, monkeypatch):
    for name in re.findall(r'"\$(\w+)"', example):
        monkeypatch.setenv(name, SHAPED.get(name, f"{name}-" + "s" * 24))
    file = tmp_path / "gateways.toml"
    file.write_text(example, encoding="utf-8")

    (gateway,) = gateways.load(str(file), data=tmp_path, network_port=1).values()

    assert f"[gateways.{gateway.name}]" in example
    assert not gateway.simulated


def test_each_kind_of_account_has_an_example():
    told = {
        kind for one in EXAMPLES for kind in re.findall(r'^adapter = "(\w+)"', one, re.MULTILINE)
    }

    assert told == set(ADAPTERS)


@pytest.mark.parametrize("adapter", [Account, AfricasTalking, Kannel, Http, Telegram, WhatsApp])
def test_every_setting_is_named(adapter):
    settings = {field.name for field in dataclasses.fields(adapter)} - {"name"}

    named = set(re.findall(r"`(\w+)`|^(\w+) = ", PAGE, re.MULTILINE))

    assert settings - {one or other for one, other in named} == set()
