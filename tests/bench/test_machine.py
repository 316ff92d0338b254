"""What a figure hangs on is told, and nothing else of the machine."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.page import machine


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., None]:
    """A checkout of its own, with one commit of code; and git in it."""
    who = {
        f"GIT_{one}_{what}": "x" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }

    def run(*words: str) -> None:
        subprocess.run(["git", *words], cwd=tmp_path, env={**os.environ, **who}, check=True)

    run("init", "--quiet")
    for name in ("code.py", "docs/page.md", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    run("add", ".")
    run("commit", "--quiet", "-m", "first")
    return run


def test_versions_of_what_the_product_brings_along_are_told() -> None:
    told = machine.machine()

    assert told["postgresql"].split(".")[0] == "18"
    assert told["valkey"].split(".")[0] == "9"
    assert told["cores"] == str(os.cpu_count())
    assert socket.gethostname() not in "\n".join(told.values()).split()


def test_commit_of_documents_alone_is_none_of_the_code(git, tmp_path: Path) -> None:
    first = machine.commit(tmp_path)
    for name in ("docs/page.md", "README.md"):
        (tmp_path / name).write_text("new")
    assert machine.commit(tmp_path) == first
    git("commit", "--quiet", "-am", "documents")

    assert machine.commit(tmp_path) == first
    assert len(first) == 10


def test_code_that_was_changed_is_told(git, tmp_path: Path) -> None:
    first = machine.commit(tmp_path)
    (tmp_path / "code.py").write_text("new")
    assert machine.commit(tmp_path) == f"{first}+"

    git("commit", "--quiet", "-am", "code")

    assert machine.commit(tmp_path) not in (first, f"{first}+")


def test_folder_without_git_is_told(tmp_path: Path) -> None:
    assert machine.commit(tmp_path / "nowhere") == "unknown"
