"""Golden dialogues: what a caller sees, word for word, on the demonstration edition of the content files.

Their form is told in ussd.dialogues; the preview page saves them in it. After a wanted change of content:
`UPDATE_CONVERSATIONS=1 make test`, then read the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from people.countries import CODES
from tests.conversations.files import FILES, read
from tests.published import demonstration
from understanding.safeguarding import hears_danger
from ussd.dialogues import play
from ussd.menu import STANDARD

UPDATE = os.environ.get("UPDATE_CONVERSATIONS") == "1"


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path):
    played = play(demonstration(), read(path))
    if UPDATE:
        path.write_text(played, encoding="utf-8")

    assert played == path.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("country", CODES)
def test_every_language_that_a_country_offers_is_walked(country: str):
    offered = demonstration().offer(country, STANDARD).languages
    here = [one for one in map(read, FILES) if one.start.country == country]

    through = {one.start.language for one in here if {"98", "8", "0", "00"} <= {*one.inputs}}

    assert {one.start.language for one in here} == {*offered, None}  # None: the first call
    assert through >= {*offered}


def test_questions_are_heard_as_the_dialogues_say():
    asked = [pair for path in FILES for pair in read(path).asked.items()]

    assert [words for words, made in asked if bool(hears_danger(words)) != made.danger] == []
    assert len([words for words, made in asked if made.danger]) >= 10  # each language, each script
