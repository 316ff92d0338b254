"""docs/keys.md does what it says: its commands are run, in their order, on a database with people in it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from people import consent, identity
from people.models import Person, Subject, Suppression
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "keys.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def shell(settings, tmp_path):
    """Runs one block as an operator would, against this test's database; what it prints."""
    settings.KEYS_FILE = tmp_path / "keys.toml"
    (tmp_path / "safe").mkdir()
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("@/njia?", f"@/{name}?"),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "NJIA_TEST_DATA": str(tmp_path),
        "NJIA_KEYS": str(settings.KEYS_FILE),
        "SAFE": str(tmp_path / "safe"),
    }

    def run(block: str) -> str:
        command = ["sh", "-e", "-c", block]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        identity.reload_keys()
        return done.stdout

    yield run
    identity.reload_keys()


def block(words: str) -> str:
    found: list[str] = [one for one in BLOCKS if words in one]
    assert len(found) == 1
    return found[0]


def test_every_command_works_in_its_order(shell):
    told = [shell(block) for block in BLOCKS[:2]]
    person(1), person(2)
    consent.end(number(2), how="word", at=NOON)
    before = identity.subjects([identity.token(f"tel:{number(1)}")], at=NOON).values()

    told += [shell(block) for block in BLOCKS[2:]]

    now = identity.subjects([identity.token(f"tel:{number(1)}")], at=NOON)
    assert list(now.values()) == list(before)
    assert (Person.objects.count(), Subject.objects.count()) == (2, 1)
    assert [one.token[:3] for one in Suppression.objects.all()] == ["s2."]
    assert consent.sendable().count() == 1
    assert identity.ring().seal.former == ()
    assert "2 people carried over, 2 seals made anew." in "".join(told)


def test_status_says_that_a_restored_file_fits(shell):
    shell(block('keys make "$NJIA_KEYS"'))
    person(1)
    shell(block("cmp"))

    told = shell(block('install -m 600 "$SAFE'))

    assert "seal e1: current, 1 rows" in told
    assert "not in the key file" not in told


def test_status_says_that_a_restored_file_is_too_old(shell):
    shell(block('keys make "$NJIA_KEYS"'))
    shell(block("cmp"))
    shell(block("rotate"))
    person(1)

    told = shell(block('install -m 600 "$SAFE'))

    assert "e2: not in the key file, 1 rows that nobody can read" in told
