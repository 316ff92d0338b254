"""Each line of each command block says something that is there; blocks marked `<!-- runs -->` are run.

A line of ours is read by the very parser of its command. A line for a program of the system is let through only where
the program is in OTHERS, and what it names of ours (units, files) must be there. Nothing is passed over.
"""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from ruamel.yaml import YAML

from config import parts
from people import identity
from tests.people.made import person

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *(
        f"docs/{name}.md"
        for name in ("operator", "upgrading", "deploying", "commands", "first-hour")
    ),
)
BLOCK = re.compile(r"(<!-- runs -->\n)?^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
RUNS = 1  # blocks that are run for real
PLACEHOLDER = re.compile(r"\b(ID|N)\b")  # a number, in the words of a command
# Programs of the system that our pages call. They are not run here: it would change the machine.
OTHERS = {
    *(
        "apt-get",
        "cd",
        "createdb",
        "createuser",
        "curl",
        "docker",
        "echo",
        "env",
        "export",
        "git",
        "install",
        "ln",
        "rm",
        "sh",
        "sudo",
        "systemctl",
        "useradd",
    ),
    "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A command of a page, its continued lines joined and its comment gone."""

    page: str
    text: str
    runs: bool

    def __str__(self) -> str:
        return f"{self.page}: {self.text[:50]}"


def lines(page: str, text: str) -> Iterator[Line]:
    for marked, block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            told = re.sub(r"(^|\s)#.*$", "", line).strip()
            if told:
                yield Line(page, told, bool(marked))


def everywhere() -> list[Line]:
    return [one for page in PAGES for one in lines(page, (ROOT / page).read_text("utf-8"))]


# --- what a line says is there --------------------------------------------------------------------


def wrong(text: str) -> str:
    """What of the line is not there; "" where all is."""
    words = shlex.split(PLACEHOLDER.sub("1", re.sub(r"\[(--[^\]]*)\]", r"\1", text)))
    while words and ("=" in words[0] or words[0] in ("env", "sudo")):
        words = _without_front(words)
    if not words:
        return ""
    program, rest = Path(words[0]).name if words[0].startswith(".venv") else words[0], words[1:]
    if program == "make":
        return _target(rest)
    if program in ("manage.py", "njia") or (program == "python" and rest[:1] == ["manage.py"]):
        return _command(rest[1:] if program == "python" else rest)
    if program in ("python", "python3"):
        return _python(rest)
    return _other(program, rest)


def _without_front(words: list[str]) -> list[str]:
    """Without what stands before a program: settings, `sudo -u NAME`, `env -u NAME`."""
    if words[0] in ("env", "sudo"):
        words = words[1:]
        while words and words[0] == "-u":
            words = words[2:]
        return words
    return words[1:]


def _target(words: list[str]) -> str:
    """Targets of the Makefile; `make -C FOLDER TARGET`, and `make up | test` as our list writes it."""
    text = (ROOT / "Makefile").read_text("utf-8")
    names = words[2:] if words[:1] == ["-C"] else words
    asked = [name for name in names if name != "|" and "=" not in name]
    missing = [name for name in asked if not re.search(rf"^{name}:", text, re.MULTILINE)]
    return f"no target {missing[0]}" if missing else ""


def _command(words: list[str]) -> str:
    name, rest = words[0], words[1:]
    if name not in get_commands():
        return f"no command {name}"
    app = get_commands()[name]
    command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
    try:
        command.create_parser("manage.py", name).parse_args(rest)
    except CommandError as refused:
        return f"{name}: {refused}"
    return ""


def _python(words: list[str]) -> str:
    """`-m MODULE` of ours, or a line of code that compiles."""
    if words[0] == "-c":
        compile(words[1], "a page", "exec")
        return ""
    there = words[0] == "-m" and importlib.util.find_spec(words[1])
    return "" if there else f"no module {words[1]}"


def _other(program: str, words: list[str]) -> str:
    if program not in OTHERS:
        return f"unknown program {program}"
    if program == "systemctl":
        return _units(words[1:])
    if program == "docker":
        return _compose(words[1:])
    if program == "echo":
        return _written(words[0])
    ours = [word for word in words if word.startswith(("deploy/", "docs/", "gateways."))]
    missing = [word for word in ours if not list(ROOT.glob(word))]
    return f"no file {missing[0]}" if missing else ""


def _units(words: list[str]) -> str:
    names = [re.sub(r"@\d+", "@", word) for word in words if not word.startswith("--")]
    there = {file.name for file in (ROOT / "deploy/systemd").iterdir()}
    missing = [name for name in names if not {name, f"{name}.service"} & there]
    return f"no unit {missing[0]}" if missing else ""


def _written(text: str) -> str:
    """A line for a file of the system: a setting, or when to run what, up to where its words go."""
    _, runs, command = text.partition(" && ")
    return wrong(command.partition(" 2>")[0]) if runs else ""


def _compose(words: list[str]) -> str:
    """`docker compose [--profile P] VERB SERVICE ...`; what follows `exec SERVICE` is a line of its own, and what
    follows `run SERVICE` are words of the service's own command.
    """
    if words[:1] in (["--profile"], ["-p"]):
        words = words[2:]
    services = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    verb, named = words[0], [one for one in words[1:] if not one.startswith("-")]
    asked = named[:1] if verb in ("exec", "run") else named
    if missing := [name for name in asked if name not in services]:
        return f"no service {missing[0]}"
    if verb == "run":
        service = services[named[0]]
        rest = words[words.index(named[0]) + 1 :] or service["command"]
        return wrong(shlex.join([*service["entrypoint"], *rest]))
    return wrong(shlex.join(words[2:])) if verb == "exec" else ""


@pytest.mark.parametrize("line", [one for one in everywhere() if not one.runs], ids=str)
def test_line_says_what_is_there(line: Line) -> None:
    assert wrong(line.text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("make nothing", "no target nothing"),
        ("manage.py nothing", "no command nothing"),
        ("sudo -u njia .venv/bin/python -m people.nothing", "no module people.nothing"),
        ("frobnicate --now", "unknown program frobnicate"),
        ("docker compose up -d nothing", "no service nothing"),
        ("docker compose exec pages python manage.py nothing", "no command nothing"),
        ("docker compose run --rm nothing", "no service nothing"),
        (
            'echo "1 2 * * * root cd / && docker compose run nothing 2>&1" > /etc',
            "no service nothing",
        ),
        ("systemctl restart njia-nothing", "no unit njia-nothing"),
        ("install -m 0644 deploy/systemd/*.nothing /etc", "no file deploy/systemd/*.nothing"),
    ],
)
def test_line_that_says_what_is_not_there_is_caught(text: str, said: str) -> None:
    assert wrong(text) == said


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("njia backup", "backup"),
        ("njia backup /b --sometimes", "backup"),
        ("njia blast start x", "blast"),
        ("docker compose run --rm backup --sometimes", "backup"),
        ("docker compose run --rm restore --drill", "restore"),
    ],
)
def test_words_that_a_command_does_not_take_are_caught(text: str, command: str) -> None:
    assert wrong(text).startswith(f"{command}: ")


# --- what is run ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_marked_blocks_run_as_they_stand(settings, tmp_path: Path) -> None:
    settings.KEYS_FILE = tmp_path / "keys.toml"
    identity.reload_keys()
    person(1)

    told = [
        run(block, tmp_path)
        for page in PAGES
        for marked, block in BLOCK.findall((ROOT / page).read_text("utf-8"))
        if marked
    ]
    identity.reload_keys()

    assert len(told) == RUNS
    assert "The ledger holds" in told[0]
    assert "The key file lacks" not in told[0]


def run(block: str, folder: Path) -> str:
    """One block in the shell of an operator whose service is this test's database."""
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("@/njia?", f"@/{name}?"),
        "NJIA_TEST_DATA": str(folder),
        "BACKUPS": str(folder / "backups"),
        "NJIA_KEYS": str(folder / "keys.toml"),
    }
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


# --- the units --------------------------------------------------------------------------------------


def started(unit: str) -> list[str]:
    """The words with which a unit starts its program, its Python apart."""
    text = (ROOT / "deploy/systemd" / unit).read_text("utf-8")
    text = text.replace("/opt/njia/current/.venv", ".venv").replace("/opt/njia/current", str(ROOT))
    (line,) = re.findall(r"^ExecStart=\S+/python (.+)$", text, re.MULTILINE)
    return shlex.split(line.replace("%i", "8000").replace("%H", "njia"))


def of_make_up(name: str) -> list[str]:
    """The same of a part of `make up`, without what only a demonstration on one machine needs."""
    (part,) = [one for one in parts.product(Path("/var/lib/njia"), 8000, 8001) if one.name == name]
    words = list(part.command[1:])
    return words[2:] if words[0] == "-W" else words


@pytest.mark.parametrize(
    ("unit", "part"),
    [
        ("njia-web@.service", "web"),
        ("njia-now.service", "now"),
        ("njia-bulk.service", "bulk"),
        ("njia-beat.service", "beat"),
    ],
)
def test_unit_starts_what_make_up_starts(unit: str, part: str) -> None:
    assert started(unit) == of_make_up(part)


def test_nightly_backup_says_what_the_command_takes() -> None:
    assert wrong("python " + shlex.join(started("njia-backup.service"))) == ""


@pytest.mark.parametrize(
    "file", sorted((ROOT / "deploy/systemd").glob("*.service")), ids=lambda f: f.name
)
def test_unit_is_no_root_and_writes_where_it_must(file: Path) -> None:
    text = file.read_text("utf-8")

    told = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    assert (told["User"], told["ProtectSystem"], told["NoNewPrivileges"]) == (
        "njia",
        "strict",
        "yes",
    )
    assert told["EnvironmentFile"] == "/etc/njia/njia.env"


def test_environment_of_the_units_names_what_production_asks_for() -> None:
    text = (ROOT / "deploy/systemd/njia.env").read_text("utf-8")
    named = set(re.findall(r"^(\w+)=", text, re.MULTILINE))

    asked = set(
        re.findall(
            r'^        "(\w+)": ',
            (ROOT / "config/settings/prod.py").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    assert asked - named == set()
