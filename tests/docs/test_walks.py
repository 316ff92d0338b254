"""docs/walks.md: a walk is short, and whatever it names is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
WALKS = ROOT / "docs/walks.md"
MOST_FILES = 6
STEP = re.compile(r"^\| \d+ \| `([^`]+)` \| (.+?) \| .+ \|$", re.MULTILINE)


class Step(NamedTuple):
    file: str
    functions: tuple[str, ...]


def walks(text: str) -> dict[str, list[Step]]:
    """Title -> its steps, for each section that has a table of them."""
    told = {}
    for section in text.split("\n## ")[1:]:
        found = [
            Step(file, tuple(re.findall(r"`([^`]+)`", names)))
            for file, names in STEP.findall(section)
        ]
        if found:
            told[section.partition("\n")[0]] = found
    return told


def defined(file: Path) -> Iterator[str]:
    """Functions of a module as they are written, methods behind their class."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)
            )


def test_there_are_the_four_walks() -> None:
    assert list(walks(WALKS.read_text(encoding="utf-8"))) == [
        "One USSD hop",
        "One blast",
        "One question",
        "One export",
    ]


@pytest.mark.parametrize("title", walks(WALKS.read_text(encoding="utf-8")))
def test_a_walk_goes_through_six_files_at_most(title: str) -> None:
    steps = walks(WALKS.read_text(encoding="utf-8"))[title]

    assert len({step.file for step in steps}) <= MOST_FILES


@pytest.mark.parametrize("title", walks(WALKS.read_text(encoding="utf-8")))
def test_each_function_that_a_walk_names_is_in_its_file(title: str) -> None:
    steps = walks(WALKS.read_text(encoding="utf-8"))[title]

    missing = [
        f"{step.file}: {name}"
        for step in steps
        for name in step.functions
        if name not in set(defined(ROOT / step.file))
    ]

    assert missing == []


def test_a_step_without_a_function_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class Book:\n    def write(self): ...\n", encoding="utf-8")

    assert list(defined(tmp_path / "a.py")) == ["Book.write"]


def test_a_walk_is_read_from_its_table() -> None:
    text = "# Walks\n\n## One\n\n| 1 | `a.py` | `go`, `Book.write` | it goes |\n\n## Talk\n\nNothing.\n"

    assert walks(text) == {"One": [Step("a.py", ("go", "Book.write"))]}
