"""`manage.py telegram`: the hook is set with its header's secret; what is wrong is said in one sentence."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.blasts import routes
from gateways.telegram import Telegram
from tests.apps import Apps, apps  # noqa: F401 - a fixture
from tests.gateways.messengers import SECRET, TOKEN
from tests.provider import Said

PUBLIC = "https://njia.example"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("telegram", *words, stdout=out)
    return out.getvalue()


def account() -> Telegram:
    made = routes.gateways()["tg"]
    assert isinstance(made, Telegram)
    return made


@pytest.fixture
def public(apps: Apps, settings) -> Apps:  # noqa: F811
    path = Path(settings.GATEWAYS_FILE)
    known, country = path.read_text(encoding="utf-8"), 'country = "KE"'
    path.write_text(known.replace(country, f'{country}\npublic = "{PUBLIC}"'), encoding="utf-8")
    routes.gateways.cache_clear()
    return apps


def test_hook_is_set_with_the_secret_of_its_header(public):
    public.says(Said('{"ok": true, "result": true}', 200))

    assert run("set-webhook") == f"Telegram posts to {PUBLIC} for gateway tg now.\n"

    assert (public.sent()[0]["url"], public.sent()[0]["secret_token"]) == (
        f"{PUBLIC}/hooks/tg/{SECRET}/telegram",
        account().header_secret,
    )


@pytest.mark.parametrize(
    ("url", "said"), [(None, "yes"), ("https://elsewhere.example", "no: run set-webhook")]
)
def test_record_is_shown_without_the_address(public, url, said):
    told = {"url": url or account().callback, "pending_update_count": 3}
    public.says(Said(json.dumps({"ok": True, "result": told}), 200))

    shown = run("show")

    assert shown.splitlines()[:2] == [f"our address            {said}", "pending_update_count   3"]
    assert SECRET not in shown


def test_without_our_address_nothing_is_asked(apps):  # noqa: F811
    with pytest.raises(CommandError, match="public is missing"):
        run("set-webhook")

    assert apps.sent() == []


def test_refusal_is_told_in_telegrams_words(public):
    public.says(Said('{"ok": false, "description": "Unauthorized"}', 401))

    with pytest.raises(CommandError) as refused:
        run("set-webhook")

    assert str(refused.value) == "Telegram refused: Unauthorized. Is the token right?"


def test_telegram_away_is_told_without_the_token(public):
    public.says(Said(fault="cut"))

    with pytest.raises(CommandError) as away:
        run("show")

    assert (
        str(away.value).startswith("Telegram could not be asked"),
        TOKEN in str(away.value),
    ) == (
        True,
        False,
    )


def test_unknown_account_is_told_which_there_are(apps):  # noqa: F811
    with pytest.raises(CommandError, match="known are tg"):
        run("show", "--gateway", "wa")
