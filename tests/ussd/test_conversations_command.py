"""`conversations --check`: a technician holds an edition to dialogues of before."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.editions.screens import LATIN
from campaigns.models import Text
from campaigns.press.shelf import Shelf
from tests.editions import edition
from tests.published import AT, loaded
from ussd.dialogues import Dialogue, play
from ussd.menu import Start

OWN = edition()
CALL = Dialogue(Start("en", "KE", LATIN), ("1", "1"))


@pytest.fixture
def saved(settings, tmp_path: Path, db) -> Path:
    """A dialogue as the served edition answers it."""
    settings.DATA = tmp_path
    Shelf(tmp_path / "editions").put(OWN)
    path = tmp_path / "dangers.txt"
    path.write_text(play(OWN, CALL), encoding="utf-8")
    return path


@pytest.mark.parametrize("named", [[], ["--edition", OWN.id]])
def test_same_dialogue_is_said_to_be_the_same(saved, capsys, named):
    call_command("conversations", "--check", str(saved), *named)

    assert capsys.readouterr().out == f"{saved}: the same\nDialogues checked: 1. Nothing differs.\n"


def test_difference_is_printed_and_is_an_error(saved, capsys):
    saved.write_text(saved.read_text().replace("Njia Salama", "Njia"), encoding="utf-8")

    with pytest.raises(CommandError, match="that differ: 1 of 1"):
        call_command("conversations", "--check", str(saved))

    assert "-DEMO Njia\n+DEMO Njia Salama" in capsys.readouterr().out


def test_drafts_are_held_to_it(saved, capsys):
    loaded("en", at=AT)
    call_command("conversations", "--check", str(saved), "--edition", OWN.id)
    Text.objects.filter(item__code="dangers").update(title="Now risks", short="Now risks")

    with pytest.raises(CommandError, match="that differ: 1 of 1"):
        call_command("conversations", "--check", str(saved), "--edition", "draft")

    assert "+1 Now risks" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"hello", "is no dialogue: line 1"), (b"\xff", "is no dialogue"), (None, "cannot be read")],
)
def test_file_that_is_none_says_so(saved, content, said):
    saved.unlink() if content is None else saved.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("conversations", "--check", str(saved))


def test_edition_nobody_has_says_so(saved):
    with pytest.raises(CommandError, match="no edition 'abc'"):
        call_command("conversations", "--check", str(saved), "--edition", "abc")
