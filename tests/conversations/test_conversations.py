"""Golden dialogues: what a caller sees, word for word, on the demonstration edition of the content files.

Their form is told in ussd.dialogues; the preview page saves them in it. After a wanted change of content:
`UPDATE_CONVERSATIONS=1 make test`, then read the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from tests.published import demonstration
from ussd.dialogues import Dialogue, play
from ussd.dialogues import read as parsed

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))
UPDATE = os.environ.get("UPDATE_CONVERSATIONS") == "1"


def read(path: Path) -> Dialogue:
    return parsed(path.read_text(encoding="utf-8"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path):
    played = play(demonstration(), read(path))
    if UPDATE:
        path.write_text(played, encoding="utf-8")

    assert played == path.read_text(encoding="utf-8")
