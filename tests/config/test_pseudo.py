"""The pseudo-language: longer, accented, with every placeholder and tag as it was."""

import gettext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import pseudo
from config.catalogues import ROOT, placeholders


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Send", "[Šéñð ·]"),
        (" Send\n", " [Šéñð ·]\n"),
        ("%(n)s people", "[%(n)s þéöþļé ··]".replace("þ", "p")),
        ("Call <b>{name}</b>", "[Çåļļ <b>{name}</b> ·]"),
        ("", ""),
    ],
)
def test_text_is_accented_and_longer(text: str, made: str):
    assert pseudo.mangle(text) == made


PIECES = ("word", " ", "%(name)s", "%d", "{year}", "<b>", "</b>", "100", "&nbsp;")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_placeholders_stay(text: str):
    assert placeholders(pseudo.mangle(text)) == placeholders(text)


def test_catalogue_holds_every_message(tmp_path: Path):
    pseudo.write(ROOT / "locales/ar/LC_MESSAGES/django.po", tmp_path)

    with (tmp_path / "en_XA/LC_MESSAGES/django.mo").open("rb") as file:
        made = gettext.GNUTranslations(file)

    assert made.gettext("Language") == "[Ļåñĝûåĝé ··]"
