"""`.ci/setup` on machines that lack something: one sentence, and nothing left beside the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.programs import ROOT

OLD = "#!/bin/sh\n[ \"$1\" = -V ] && echo 'Python 3.9.2' && exit\nexit 1\n"
WITHOUT_VENV = f"""#!/bin/sh
case "$*" in *"-m venv"*) echo "ensurepip is not available"; exit 1;; esac
exec {sys.executable} "$@"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / ".ci", tmp_path / "code" / ".ci")
    (tmp_path / "code" / "requirements.lock").touch()
    return tmp_path / "code"


def setup(checkout: Path, python: str = "", **environment: str) -> tuple[int, str]:
    """Set it up where `python` is the only Python; exit code and complaint."""
    programs = checkout.parent / "programs"
    programs.mkdir()
    for name in ("sh", "cmp", "rm", "tail", "dirname"):
        (programs / name).symlink_to(shutil.which(name) or "")
    if python:
        (programs / "python3").write_text(python)
        (programs / "python3").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", checkout / ".ci" / "setup"],
        env={"PATH": str(programs), "HOME": os.devnull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert sorted(path.name for path in checkout.iterdir()) == [".ci", "requirements.lock"]
    return done.returncode, done.stderr


@pytest.mark.parametrize(("python", "found"), [("", "no python3 at all"), (OLD, "Python 3.9.2")])
def test_missing_or_old_python_is_one_sentence(checkout, python, found):
    assert setup(checkout, python) == (
        1,
        f"Njia Salama needs Python 3.11 or newer and found {found}: install one, or name it: "
        "make setup PYTHON=/path/to/python3\n",
    )


def test_named_python_that_does_not_fit_is_one_sentence(checkout):
    assert setup(checkout, PYTHON="/nowhere/python") == (
        1,
        "PYTHON=/nowhere/python is no Python 3.11 or newer: name another, or leave it out.\n",
    )


def test_missing_venv_says_what_to_install(checkout):
    code, complaint = setup(checkout, WITHOUT_VENV)
    assert code == 1
    assert complaint.splitlines() == [
        "ensurepip is not available",
        "Python cannot make a virtual environment here. On Debian and Ubuntu: apt install python3-venv",
    ]
