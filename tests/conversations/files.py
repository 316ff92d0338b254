"""The conversations that are kept as files."""

from pathlib import Path

from ussd.dialogues import Dialogue
from ussd.dialogues import read as parsed

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))


def read(path: Path) -> Dialogue:
    return parsed(path.read_text(encoding="utf-8"))
