"""The first load of a page for everybody is small: 150 000 bytes, as a phone on a slow network pays for them.

Counted from the files that the page names, packed by gzip as `python -m whitenoise.compress` packs them for the image.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from campaigns.blasts import routes
from tests.campaigns import scene
from tests.published import demonstration

MOST = 150_000
NAMED = re.compile(r'(?:href|src)="/static/([^"]+)"')
PUBLIC = ("/sign-in/", "/chat/?country=KE&language=en", "/chat/?country=ET&language=am")


@pytest.fixture
def data(settings, tmp_path):
    """A data folder with the demonstration's edition; the phone network is away."""
    settings.DATA, settings.NETWORK_PORT = tmp_path, 9
    scene.forget_routes()
    routes._shelf().put(demonstration())
    yield tmp_path
    scene.forget_routes()


def packed(body: bytes) -> int:
    return len(gzip.compress(body, 9))


def named(page: str) -> list[Path]:
    """The files that a page asks for by itself."""
    found = [finders.find(name) for name in sorted(set(NAMED.findall(page)))]
    return [Path(file) for file in found if file]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_public_page_with_its_files_is_small(client, data, path, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(path).content

    files = named(page.decode())

    assert len(files) == len(set(NAMED.findall(page.decode()))) >= 4
    assert packed(page) + sum(packed(file.read_bytes()) for file in files) <= MOST


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_style_sheets_of_a_public_page_ask_for_nothing_more(client, data, path):
    page = client.get(path).content.decode()

    sheets = [file.read_text() for file in named(page) if file.suffix == ".css"]

    asked = [url for sheet in sheets for url in re.findall(r"url\(['\"]?([^'\")]+)", sheet)]
    assert [url for url in asked if not url.startswith("data:")] == []


def test_what_sites_put_into_their_pages_is_small():
    (script,) = named('<script src="/static/bot/embed.js">')

    assert packed(script.read_bytes()) < 1_000
